"""The heart-beat of a process: a row that says it lives, renewed by a thread of its own."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from omakase_service.cluster.contracts import BEAT_SECONDS, KEPT_SECONDS, LiveName, NodeRole
from omakase_service.cluster.models import Node
from omakase_service.platform.database import connection
from omakase_service.platform.release import release

log = logging.getLogger("omakase.cluster")
RENEWED = ("role", "version", "release", "load", "started", "seen")


class Heart:
    """Tells the table that this process lives, every `BEAT_SECONDS`, until it stops.

    Args:
        role: what the process is for.
        live: name of the version that it answers with.
    """

    def __init__(self, role: NodeRole, live: LiveName = str) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._role, self._live = role, live
        self._started = timezone.now()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="omakase-heart", daemon=True)

    def start(self) -> None:
        """Begin to beat, beside all else."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more, and leave the table."""
        self._ending.set()
        self._thread.join()

    def beat(self) -> None:
        """Say once that this process lives; forget those that fell silent long ago."""
        now = timezone.now()
        row = Node(
            name=self.name,
            role=self._role,
            version=self._live(),
            release=release(),
            load=load(),
            started=self._started,
            seen=now,
        )
        # One statement: to read first and write then loses to whoever writes in between (SQLite).
        Node.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["name"], update_fields=RENEWED
        )
        Node.objects.filter(seen__lt=now - timedelta(seconds=KEPT_SECONDS)).delete()

    def _beat_on(self) -> None:
        while not self._ending.is_set():
            _try_to_store(self.beat)
            self._ending.wait(BEAT_SECONDS)
        _try_to_store(self._leave)

    def _leave(self) -> None:
        Node.objects.filter(name=self.name).delete()


@contextmanager
def heart_beating(role: NodeRole, live: LiveName = str) -> Iterator[None]:
    """This process is listed while the block lasts."""
    heart = Heart(role, live)
    heart.start()
    try:
        yield
    finally:
        heart.stop()


def _try_to_store(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:  # the database is away, or has no tables yet; the next beat tries again
        log.warning("a heart-beat was not stored", exc_info=True)
    connection.close()


def load() -> float | None:
    """Processes that want a core, the mean of the last minute, for each core of this machine."""
    if not hasattr(os, "getloadavg"):
        return None
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)
