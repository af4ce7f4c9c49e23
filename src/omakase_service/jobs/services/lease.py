"""One worker a key, over processes and machines: a row with a heart-beat, and a locked file.

The row says who holds a key and until when; a thread renews it while the work goes on, and who
finds it expired may take it. A worker that dies on this machine is known to be dead at once: each
holder locks a file of its own, which the system unlocks with the process, however it ended. A
worker that lost its row (it slept longer than the lease) notices by its token before it publishes.
"""

import logging
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.core.files import locks
from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from omakase_service.jobs.contracts import LeaseLost
from omakase_service.jobs.models import Lease
from omakase_service.platform.database import connection, transaction
from omakase_settings import settings

log = logging.getLogger("omakase.jobs")
BEATS = 4
"""Heart-beats within the time of one lease."""


@dataclass
class HeldLease:
    """A key that is this process's own, until the block ends or the heart stops."""

    key: str
    token: str
    _stop: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise where the key is no longer this holder's.

        Raises:
            LeaseLost: it expired, and may be another's.
        """
        if not Lease.objects.filter(key=self.key, token=self.token).exists():
            raise LeaseLost(f"the lease of {self.key!r} was lost")

    def beat(self) -> None:
        """Renew the row from a thread until stopped. A database that is away is tried again."""
        while not self._stop.wait(_seconds() / BEATS):
            with suppress(DatabaseError):
                Lease.objects.filter(key=self.key, token=self.token).update(until=_until())
            connection.close()

    def stop(self) -> None:
        """End the heart-beat."""
        self._stop.set()


@contextmanager
def hold(key: str) -> Iterator[HeldLease | None]:
    """Hold a key for this block; None at once where another holds it."""
    token = uuid.uuid4().hex
    with _locked_file(token):
        if not _acquire(key, token):
            yield None
            return
        lease = HeldLease(key, token)
        heart = threading.Thread(target=lease.beat, name=f"lease {key}", daemon=True)
        heart.start()
        try:
            yield lease
        finally:
            lease.stop()
            Lease.objects.filter(key=key, token=token).delete()


def is_free(key: str) -> bool:
    """Whether nobody holds the key now."""
    row = Lease.objects.filter(key=key).first()
    return row is None or _is_over(row)


def _acquire(key: str, token: str) -> bool:
    try:
        with transaction.atomic():
            row = Lease.objects.select_for_update().filter(key=key).first()
            if row is not None:
                if not _is_over(row):
                    return False
                log.warning("the lease of %s was left behind; it is taken over", key)
                row.delete()
            Lease.objects.create(key=key, token=token, host=_host(), until=_until())
            return True
    except IntegrityError:
        return False  # another took it between the look and the row


def _is_over(row: Lease) -> bool:
    """Whether the holder is gone: its time is over, or its file on this machine is unlocked."""
    if row.until < timezone.now():
        return True
    file = _folder() / row.token
    if row.host != _host() or not file.exists():
        return False
    with file.open("a") as handle:
        return _try_lock(handle)


@contextmanager
def _locked_file(token: str) -> Iterator[None]:
    file = _folder() / token
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        _try_lock(handle)
        try:
            yield
        finally:
            with suppress(OSError):
                file.unlink()


def _try_lock(handle: IO[str]) -> bool:
    return bool(locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB))


def _folder() -> Path:
    return Path(settings().data_folder) / "leases"


def _host() -> str:
    """This machine and this data folder: who shares both can see each other's locked files."""
    return f"{socket.gethostname()}:{Path(settings().data_folder).resolve()}"


def _seconds() -> float:
    return settings().jobs.lease_seconds


def _until() -> datetime:
    return timezone.now() + timedelta(seconds=_seconds())
