"""A shelf in one file that the processes of a machine share. SQLite, without Django."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows removes no file that somebody has open
    fcntl = None  # type: ignore[assignment]

from omakase_service.online_store.contracts import PART, OnlineStoreDown, StoreEntry
from omakase_service.platform.nonblocking import require_thread

SCHEMA = """
CREATE TABLE IF NOT EXISTS shelf (
    name TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    value BLOB,
    fresh_until REAL NOT NULL DEFAULT 0,
    unsettled_until REAL NOT NULL DEFAULT 0,
    used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID
"""
PRAGMAS = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
PRAGMA journal_size_limit=16777216;
PRAGMA secure_delete=ON;
"""
READ = "SELECT revision, value, fresh_until, unsettled_until FROM shelf WHERE name = ?"
STALE = """
INSERT INTO shelf (name, revision, unsettled_until) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET revision = max(revision + 1, excluded.revision),
    fresh_until = 0, unsettled_until = excluded.unsettled_until
"""
PUT = """
INSERT INTO shelf (name, revision, value, used) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET revision = max(revision + 1, excluded.revision),
    value = excluded.value, fresh_until = 0, unsettled_until = 0, used = excluded.used
"""
PRUNE_EVERY = 1000
"""Values that are kept between two looks at how many there are."""

MOST_BYTES = 256 * 1024
"""Of what a thread read, which it need not read again while nobody has written anything."""

PASSING = ("SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "SQLITE_FULL")
"""Faults that end by themselves, with the same connection."""

NO_FILE = (0, 0)
Row = tuple[int, bytes | None, float, float]
"""Revision, value, fresh until, unsettled until."""

NO_ROW: Row = (0, None, 0.0, 0.0)


@dataclass
class ProcessMark:
    """A thread's connection, and what it has read since anybody wrote.

    Attributes:
        process: that opened it.
        file: that it is to, as the system numbers files; another may have its name by now.
    """

    process: int
    file: tuple[int, int]
    db: sqlite3.Connection
    version: int = -1
    rows: dict[str, Row] = field(default_factory=dict)
    size: int = 0

    def row(self, key: str) -> Row:
        """What stands under a key."""
        cached = self.rows.get(key)
        return self.read_row(key) if cached is None else cached

    def look(self) -> None:
        """Forget what was read if another connection has written since."""
        (version,) = self.db.execute("PRAGMA data_version").fetchone()
        if version != self.version or self.size > MOST_BYTES:
            self.forget()
            self.version = version

    def forget(self) -> None:
        """Read all anew."""
        self.rows.clear()
        self.size = 0

    def read_row(self, key: str) -> Row:
        row: Row = self.db.execute(READ, (key,)).fetchone() or NO_ROW
        self.rows[key] = row
        self.size += 200 + len(row[1] or b"")
        return row


class FileStore:
    """One table; a connection for each thread. A file that is damaged is made anew.

    To read waits for nobody who writes, so that an event loop may do it.

    Attributes:
        most: values; beyond them those go that were kept longest ago.
    """

    def __init__(
        self, file: Path, *, most: int = 100_000, clock: Callable[[], float] = time.time
    ) -> None:
        self.file = file
        self.most = most
        self._clock = clock
        self.thread_state = threading.local()
        self._kept = 0

    def read(self, keys: Sequence[str]) -> list[StoreEntry]:
        now = self._clock()
        with self._opened() as mark:
            mark.look()
            rows = [mark.row(key) for key in keys]
        return [StoreEntry(row[0], row[1], row[2] > now >= row[3]) for row in rows]

    def keep(self, key: str, value: bytes, *, since: int, seconds: float) -> int:
        require_thread()
        now = self._clock()
        revision = since or time.time_ns()
        with self._open() as db:
            done = db.execute(
                "INSERT INTO shelf (name, revision, value, fresh_until, used) "
                "VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value, used = excluded.used, "
                "fresh_until = excluded.fresh_until WHERE revision = ? AND unsettled_until <= ?",
                (key, revision, value, now + seconds, int(now), since, now),
            )
            self._prune(db)
            return revision if done.rowcount else 0

    def stale(self, keys: Sequence[str], *, unsettled: float = 0.0) -> None:
        require_thread()
        until = self._clock() + unsettled if unsettled else 0.0
        rows = [(key, time.time_ns(), until) for key in keys]
        with self._open() as db, _together(db):
            db.executemany(STALE, rows)

    def put(self, key: str, value: bytes) -> None:
        require_thread()
        with self._open() as db:
            db.execute(PUT, (key, time.time_ns(), value, int(self._clock())))

    def forget(self, keys: Sequence[str]) -> None:
        with self._open() as db, _together(db):
            parts = [(key, key + PART, key + chr(ord(PART) + 1)) for key in keys]
            db.executemany("DELETE FROM shelf WHERE name = ? OR name > ? AND name < ?", parts)
        with self._open() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log of changes knows them still

    def stale_all(self) -> None:
        with self._open() as db:
            db.execute(
                "UPDATE shelf SET revision = max(revision + 1, ?), fresh_until = 0",
                (time.time_ns(),),
            )

    def overwrite_forgotten(self) -> None:
        """Write the file anew: pages that were put together keep bytes in their free space."""
        require_thread()
        with self._open() as db:
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _prune(self, db: sqlite3.Connection) -> None:
        self._kept += 1
        if self._kept % PRUNE_EVERY:
            return
        db.execute(
            "DELETE FROM shelf WHERE name IN (SELECT name FROM shelf WHERE name <> '' "
            "ORDER BY used DESC LIMIT -1 OFFSET ?)",
            (self.most,),
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, in autocommit, to write.

        Raises:
            ShelfDown: the file cannot be used now.
        """
        with self._opened() as mark:
            mark.forget()
            yield mark.db

    @contextmanager
    def _opened(self) -> Iterator[ProcessMark]:
        try:
            yield self._mark()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname not in PASSING:
                self._close()  # what is beside the file may have been damaged or replaced
            raise OnlineStoreDown(str(error)) from error
        except sqlite3.DatabaseError as error:
            self._remove_damaged()
            raise OnlineStoreDown(f"{self.file}: {error}; made anew") from error
        except OSError as error:  # no folder, no room for a file of locks
            raise OnlineStoreDown(f"{self.file}: {error}") from error

    def _mark(self) -> ProcessMark:
        """A child of a fork must not use its parent's, nor anybody that of a file that is gone."""
        mark: ProcessMark | None = getattr(self.thread_state, "mark", None)
        if mark is not None and mark.process == os.getpid() and mark.file == _identity(self.file):
            return mark
        self._close()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            db = sqlite3.connect(self.file, timeout=2.0, isolation_level=None)
            # Known before anything is read: a damaged file is told from the one that follows it.
            self.thread_state.mark = ProcessMark(os.getpid(), _identity(self.file), db)
            db.executescript(PRAGMAS)
            db.execute(SCHEMA)
            self.thread_state.mark.file = _identity(self.file)
        return self.thread_state.mark

    def _close(self) -> None:
        """Let go of this thread's connection; one of a parent process is left alone."""
        mark: ProcessMark | None = self.thread_state.__dict__.pop("mark", None)
        if mark is not None and mark.process == os.getpid():
            mark.db.close()

    def _remove_damaged(self) -> None:
        """Remove the file that this thread found damaged, and what SQLite keeps beside it.

        Whoever else has it open sees by its number that it is gone; one that somebody else has made
        in its place meanwhile stays.
        """
        mark: ProcessMark | None = getattr(self.thread_state, "mark", None)
        damaged = mark.file if mark is not None else NO_FILE
        self._close()
        with self._alone():
            if _identity(self.file) in (damaged, NO_FILE):
                for end in ("", "-wal", "-shm"):
                    self.file.with_name(self.file.name + end).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off others who would open the file or remove it, of any process."""
        if fcntl is None:
            yield
            return
        with self.file.with_name(self.file.name + ".lock").open("ab") as lock:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
            yield


def _identity(file: Path) -> tuple[int, int]:
    """Device and number of a file, which another file of its name does not have."""
    try:
        stated = file.stat()
    except FileNotFoundError:
        return NO_FILE
    return stated.st_dev, stated.st_ino


@contextmanager
def _together(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
