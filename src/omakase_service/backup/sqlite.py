"""SQLite copied while others write, by its online backup; no file is copied under a writer."""

import sqlite3
from contextlib import closing
from pathlib import Path

from omakase_service.backup.contracts import BackupTable
from omakase_service.platform.exceptions import Conflict

FILE = "omakase.sqlite3"
BUSY_SECONDS = 60.0


def copy_database(source: Path, target: Path) -> None:
    """Write the state of one moment into a new file; writers go on meanwhile (WAL).

    All pages in one step: a copy in several would begin anew at each write of another process.
    """
    with (
        closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, not three


def count_rows(file: Path) -> dict[str, BackupTable]:
    """Rows of each table of a database file that nobody writes to."""
    with closing(read_only(file)) as line:
        names = line.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' "
            "ESCAPE '!' ORDER BY name"
        ).fetchall()
        return {name: BackupTable(rows=_count(line, name)) for (name,) in names}


def require_sound(file: Path) -> None:
    """Check the pages of a database file.

    Raises:
        Conflict: SQLite finds them damaged.
    """
    try:
        with closing(read_only(file)) as line:
            (verdict,) = line.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise Conflict(f"the database {file} is damaged: {verdict}")


def read_only(file: Path) -> sqlite3.Connection:
    """A line to a database file that can change nothing."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _count(line: sqlite3.Connection, table: str) -> int:
    (rows,) = line.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
    return int(rows)
