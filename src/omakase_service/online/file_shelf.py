"""A shelf in one file that the processes of a machine share. SQLite, without Django."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from omakase_service.online.contracts import PART, Held, ShelfDown
from omakase_service.platform.process import pid
from omakase_service.platform.waiting import may_wait

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
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=16777216;"
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


class FileShelf:
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
        self._own = threading.local()
        self._kept = 0

    def read(self, keys: Sequence[str]) -> list[Held]:
        marks = ", ".join("?" * len(keys))
        asked = f"SELECT name, revision, value, fresh_until, unsettled_until FROM shelf WHERE name IN ({marks})"  # noqa: S608, E501
        now = self._clock()
        with self._open() as db:
            found = {
                name: Held(revision, value, fresh > now >= unsettled)
                for name, revision, value, fresh, unsettled in db.execute(asked, keys)
            }
        return [found.get(key, Held()) for key in keys]

    def keep(self, key: str, value: bytes, *, since: int, seconds: float) -> int:
        may_wait()
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
        may_wait()
        until = self._clock() + unsettled if unsettled else 0.0
        rows = [(key, time.time_ns(), until) for key in keys]
        with self._open() as db, _together(db):
            db.executemany(STALE, rows)

    def put(self, key: str, value: bytes) -> None:
        may_wait()
        with self._open() as db:
            db.execute(PUT, (key, time.time_ns(), value, int(self._clock())))

    def forget(self, keys: Sequence[str]) -> None:
        with self._open() as db, _together(db):
            parts = [(key, key + PART, key + chr(ord(PART) + 1)) for key in keys]
            db.executemany("DELETE FROM shelf WHERE name = ? OR name > ? AND name < ?", parts)

    def stale_all(self) -> None:
        with self._open() as db:
            db.execute(
                "UPDATE shelf SET revision = max(revision + 1, ?), fresh_until = 0",
                (time.time_ns(),),
            )

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
        """This thread's connection, in autocommit.

        Raises:
            ShelfDown: the file cannot be used now.
        """
        try:
            yield self._connection()
        except sqlite3.OperationalError as error:
            raise ShelfDown(str(error)) from error
        except sqlite3.DatabaseError as error:
            self._own.__dict__.clear()
            self.file.unlink(missing_ok=True)
            raise ShelfDown(f"{self.file}: {error}; made anew") from error

    def _connection(self) -> sqlite3.Connection:
        """A child of a fork must not use its parent's, nor anybody that of a file that is gone."""
        held: Any = getattr(self._own, "held", None)
        if held is not None and held[0] == pid() and self.file.exists():
            return held[1]
        self.file.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.file, timeout=2.0, isolation_level=None)
        db.executescript(PRAGMAS)
        db.execute(SCHEMA)
        self._own.held = (pid(), db)
        return db


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
