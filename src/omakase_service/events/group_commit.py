"""Group commit: what comes in at once is written at once, by one of those who brought it.

A disk takes hundreds of commits a second, and thousands of rows in each. While one writes, the
others gather; the next writes for all of them. Whoever waits hears of the end of the commit that
holds what is theirs.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

from omakase_service.events.contracts import EventRow

MOST_ROWS = 5000
"""Rows of one commit, from which on what has gathered waits for the next."""


@dataclass(eq=False)
class PendingWrite:
    """Events of one request that wait to be kept.

    Attributes:
        create_unknown: unknown ids become bare items and users.
        stored: how many were new.
        error: why they could not be kept.
    """

    rows: Sequence[EventRow]
    create_unknown: bool
    writer: "GroupCommit"
    stored: int = 0
    error: Exception | None = None
    is_done: bool = field(default=False, init=False)
    heard: Callable[[], None] | None = field(default=None, init=False)

    def wait(self) -> None:
        """Return when they are kept, or cannot be."""
        self.writer.keep(self)

    def call(self, heard: Callable[[], None]) -> None:
        """Have them kept by the writer's thread."""
        self.heard = heard
        self.writer.keep_beside(self)

    def result(self) -> int:
        """How many were new.

        Raises:
            Exception: they could not be kept.
        """
        if self.error is not None:
            raise self.error
        return self.stored


class GroupCommit:
    """One writer at a time; it takes all that waits, in the order in which it came.

    Args:
        write: keeps some, and says in each what became of it. What it raises all of them get.
    """

    def __init__(self, write: Callable[[Sequence[PendingWrite]], None]) -> None:
        self._write = write
        self.pending: deque[PendingWrite] = deque()
        self._writing = threading.Lock()
        self._is_sent = False

    def keep(self, mine: PendingWrite) -> None:
        """Return when it is kept; this thread writes where nobody else has done it meanwhile."""
        self.pending.append(mine)
        with self._writing:
            while not mine.is_done:
                self._next()

    def keep_beside(self, mine: PendingWrite) -> None:
        """Have it kept by a thread of its own; never waits."""
        self.pending.append(mine)
        if not self._is_sent:
            self._is_sent = True
            writer_thread().submit(self._all)

    def _all(self) -> None:
        self._is_sent = False
        with self._writing:
            while self.pending:
                self._next()

    def _next(self) -> None:
        group: list[PendingWrite] = []
        rows = 0
        while self.pending and (not group or rows + len(self.pending[0].rows) <= MOST_ROWS):
            group.append(self.pending.popleft())
            rows += len(group[-1].rows)
        try:
            self._write(group)
        except Exception as error:  # noqa: BLE001  whoever waits for it raises it
            for write in group:
                write.error = error
        for write in group:
            write.is_done = True
            if write.heard is not None:
                write.heard()


@cache
def writer_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="omakase-events")
