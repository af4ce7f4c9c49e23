"""Files of the data folder, copied while the service goes on writing them.

The order makes a copy from a running server whole: what waits to be written into the database
(journals) and what is derived from it (snapshot, versions) is copied before the database, so that
nothing is in neither, and versions that came in meanwhile are copied behind it. An event that is in
a journal and in the database is one event: it is known by its id.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

LEFT_OUT = ("leases", "metrics", "tables.lock", "omakase.sqlite3*", "online.sqlite3*")
"""Of one machine and moment, or made anew from the log; the database is copied by itself."""

VERSIONS = "versions"
TRIES = 5
"""How often a folder is copied that changes meanwhile (a snapshot that is exported anew)."""


def copy_files(source: Path, target: Path) -> None:
    """Copy the data folder, without the database and what is left out.

    Args:
        source: data folder.
        target: a folder; made where it is not there.
    """
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir(), key=_rank):
        if any(path.match(pattern) for pattern in LEFT_OUT):
            continue
        if path.is_dir():
            _copy_folder(path, target / path.name)
        else:
            _copy_file(path, target / path.name)


def copy_new_versions(source: Path, target: Path) -> None:
    """Copy versions that were finished since `copy_files`; a saved version never changes."""
    for path in _finished_versions(source):
        if not (target / VERSIONS / path.name).exists():
            _copy_folder(path, target / VERSIONS / path.name)


def _rank(path: Path) -> tuple[int, str]:
    """Journals and the snapshot go first, versions last, since these take longest."""
    first = ("journal", "answers", "snapshot.erasures", "snapshot")
    index = first.index(path.name) if path.name in first else len(first)
    return (index + 1 if path.name == VERSIONS else index), path.name


def _finished_versions(source: Path) -> Iterator[Path]:
    folder = source / VERSIONS
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _copy_folder(source: Path, target: Path) -> None:
    """Copy until nothing of it went away meanwhile; what is still being made (".…") is left."""
    for _ in range(TRIES):
        shutil.rmtree(target, ignore_errors=True)
        try:
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", "*.making"))
            return
        except shutil.Error:  # a file was listed and is gone: replaced by a newer one
            if not source.exists():
                shutil.rmtree(target, ignore_errors=True)
                return
    raise OSError(f"{source} changed {TRIES} times while it was copied; try again when it rests")


def _copy_file(source: Path, target: Path) -> None:
    try:
        shutil.copy2(source, target)
    except FileNotFoundError:
        return
