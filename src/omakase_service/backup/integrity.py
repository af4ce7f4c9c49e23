"""Whether all that is stored is what was written: database, shelf, journals, versions, snapshot.

    for check in checks(): ...

Reads only: nothing is mended, migrated, replayed or put aside, and the server may go on meanwhile.
`omakase health` looks at what runs, `omakase doctor` at what the data say; this looks at bytes.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from omakase_service.backup import sqlite
from omakase_service.platform.journal import ASIDE, SUFFIX, content_of
from omakase_service.serving import last_live
from omakase_service.training import engine
from omakase_service.training.shared_versions import versions_folder
from omakase_settings import settings

MOST_WORDS = 20
"""Faults of one part that are named; more are counted."""

RESTORE = "stop the server, `omakase restore` the newest backup into an empty data folder"


@dataclass(frozen=True, slots=True)
class StoredPart:
    """What was read of one part.

    Attributes:
        part: in words.
        state: what it holds, in figures.
        faults: what is damaged, where; nothing where all is well.
        advice: the way out.
    """

    part: str
    state: str
    faults: tuple[str, ...] = ()
    advice: str = ""


Heard = Callable[[str], None]


def checks(hears: Heard = lambda part: None) -> Iterator[StoredPart]:
    """Read every part in turn; what cannot be read is a fault of it, and the others go on.

    Args:
        hears: the name of each part before it is read.
    """
    for name, check in CHECKS.items():
        hears(name)
        try:
            yield check(name)
        except (OSError, ValueError) as error:
            yield StoredPart(name, "cannot be read", (str(error),), "give this user the right to")


def secret_key(name: str) -> StoredPart:
    """The file that signs keys and sessions."""
    if settings().web.secret_key is not None:
        return StoredPart(name, "named in the settings")
    file = _home() / "secret_key"
    if not file.exists():
        return StoredPart(name, "none yet")
    if not file.read_text(encoding="utf-8").strip():
        advice = "put it back from a backup: server keys work with no other"
        return StoredPart(name, "empty", (f"{file}: empty",), advice)
    return StoredPart(name, f"{file.stat().st_size} bytes")


def database(name: str) -> StoredPart:
    """Every page and every index of SQLite, or every row of PostgreSQL."""
    if settings().database_url is not None:
        return _server_database(name)
    return _sqlite_file(name, _home() / sqlite.FILE, RESTORE)


def shelf(name: str) -> StoredPart:
    """What is at hand of people, where Redis does not keep it."""
    if settings().redis_url is not None:
        return StoredPart(name, "in Redis, which checks its own")
    advice = "stop the server and delete the file: it is made anew from the log"
    return _sqlite_file(name, _home() / "online.sqlite3", advice)


def journals(name: str) -> StoredPart:
    """Every frame of events and answers that wait for the database."""
    frames, faults = 0, []
    files = sorted(_home().rglob(f"*{SUFFIX}"))
    for file in files:
        content = content_of(file.read_bytes())
        frames += len(content.payloads)
        if content.damaged:
            faults.append(f"{file}: {content.damaged} bytes are of no whole frame")
    for file in sorted(_home().rglob(f"*{ASIDE}")):
        faults.append(f"{file}: put aside earlier, {file.stat().st_size} bytes")
    advice = (
        "whole frames are stored by themselves once the database answers; what is damaged stays "
        f"beside as *{ASIDE}: keep it for who can read it, or delete it"
    )
    state = f"{len(files)} files, {frames} frames wait"
    return StoredPart(name, state, *_fault_lines(faults, advice))


def versions(name: str) -> StoredPart:
    """Every file of every version, by its hash."""
    damaged = engine.damaged_versions(versions_folder())
    live = _live()
    faults = [
        f"{'the live version' if version == live else 'version'} {version}: {words}"
        for version, wrong in damaged.items()
        for words in wrong
    ]
    advice = (
        "`omakase train` makes a new one; until then lists come from the models that are whole, or "
        "from a version before"
    )
    state = f"{len(damaged)} versions" + (f", {live} answered last" if live else "")
    return StoredPart(name, state, *_fault_lines(faults, advice))


def snapshot(name: str) -> StoredPart:
    """Every file of what training reads, by its hash."""
    folder = _home() / "snapshot"
    faults = engine.damaged_snapshot(folder)
    advice = f"delete {folder}: the next `omakase train` exports it anew from the database"
    state = f"{len(list(folder.glob('*.parquet')))} files" if folder.is_dir() else "none yet"
    return StoredPart(name, state, *_fault_lines(faults, advice))


CHECKS: Mapping[str, Callable[[str], StoredPart]] = {
    "secret key": secret_key,
    "database": database,
    "at hand": shelf,
    "journals": journals,
    "versions": versions,
    "snapshot": snapshot,
}


def _sqlite_file(name: str, file: Path, advice: str) -> StoredPart:
    if not file.exists():
        return StoredPart(name, "none yet")
    faults: list[str] = []
    try:
        with closing(sqlite.read_only(file)) as line:
            verdicts = line.execute(f"PRAGMA integrity_check({MOST_WORDS})").fetchall()
            faults += [f"{file}: {words}" for (words,) in verdicts if words != "ok"]
            loose = line.execute("PRAGMA foreign_key_check").fetchmany(MOST_WORDS)
            faults += [f"{file}: a row of {table} stands for none of {of}"
                       for table, _, of, _ in loose]  # fmt: skip
    except sqlite3.DatabaseError as error:
        faults.append(f"{file}: {error}")
    return StoredPart(
        name, f"SQLite, {file.stat().st_size / 2**20:.1f} MiB", *_fault_lines(faults, advice)
    )


def _server_database(name: str) -> StoredPart:
    """Each row of each table is read; PostgreSQL tells a damaged page by its checksums."""
    from django.db import DatabaseError

    from omakase_service.platform.database import connection

    rows, faults = 0, []
    try:
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
        for table in tables:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f'SELECT count(t::text) FROM "{table}" t')  # noqa: S608
                    rows += int(cursor.fetchone()[0])
            except DatabaseError as error:
                faults.append(f"table {table}: {str(error).strip().splitlines()[0]}")
    except DatabaseError as error:
        faults.append(str(error).strip().splitlines()[0])
        tables = []
    advice = f"is it up? pg_amcheck says more; else {RESTORE}"
    return StoredPart(name, f"{len(tables)} tables, {rows:,} rows", *_fault_lines(faults, advice))


def _fault_lines(faults: list[str], advice: str) -> tuple[tuple[str, ...], str]:
    """At most so many faults, how many more there are, and the way out where there is any."""
    rest_count = len(faults) - MOST_WORDS
    named = faults[:MOST_WORDS] + ([f"and {rest_count} more"] if rest_count > 0 else [])
    return tuple(named), advice if faults else ""


def _live() -> str:
    """The version that answered last, by the file that outlives the database; empty for none."""
    try:
        return last_live.read(_home())[0]
    except (OSError, ValueError):
        return ""


def _home() -> Path:
    return Path(settings().data_folder)
