"""Single files of a snapshot: written beside, synced and renamed; read with their hash."""

import os
from hashlib import file_digest
from pathlib import Path

import polars as pl
from pydantic import Field

from omakase.errors import UnreadableFile
from omakase.types import Config


class SnapshotFile(Config):
    """One file of a snapshot."""

    file: str = Field(description="name in the folder")
    rows: int = Field(description="how many rows it holds")
    last_sequence: int = Field(default=0, description="highest number of its events")
    sha256: str = Field(description="of the file")


def write_file(folder: Path, table: pl.DataFrame, name: str) -> SnapshotFile:
    """Write a table under a name that nobody reads yet."""
    making, file = folder / f"{name}.making", folder / f"{name}.parquet"
    table.write_parquet(making)
    digest = _sha256(making)
    settle(making, file)
    last = table.get_column("sequence")[-1] if "sequence" in table.columns and len(table) else 0
    return SnapshotFile(file=file.name, rows=table.height, last_sequence=last, sha256=digest)


def settle(making: Path, file: Path) -> None:
    """Give a file its name once its bytes are on the disk."""
    with making.open("rb") as written:
        os.fsync(written.fileno())
    making.replace(file)
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def read_file(folder: Path, part: SnapshotFile, columns: list[str] | None = None) -> pl.DataFrame:
    """A file, or some of its columns.

    Raises:
        UnreadableFile: it is missing or damaged.
    """
    try:
        return pl.read_parquet(folder / part.file, columns=columns)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UnreadableFile(f"{folder / part.file}: missing or damaged; export anew") from error


def require_whole(folder: Path, part: SnapshotFile) -> None:
    """Require that a file is the one that was written.

    Raises:
        UnreadableFile: it is missing or another one.
    """
    file = folder / part.file
    if not file.is_file() or _sha256(file) != part.sha256:
        raise UnreadableFile(f"{file}: not the file that was written; export anew")


def _sha256(file: Path) -> str:
    with file.open("rb") as raw:
        return file_digest(raw, "sha256").hexdigest()
