"""What a backup says of itself, and how its files are hashed. No Django."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from omakase_service.platform.exceptions import Conflict, Invalid

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE, FILES = "database", "files"
"""Folders of a backup: rows, and files of the data folder."""

EXPORTING = "export_data"
"""The kind of job that writes everything as files for others."""

Method = Literal["sqlite_online_backup", "pg_dump", "postgresql_copy"]


class DataExportParameters(BaseModel, extra="forbid"):
    """What is written."""

    format: Literal["jsonl", "csv"] = Field(
        default="jsonl", description="JSON Lines, or tables with a head"
    )


class BackupFile(BaseModel, extra="forbid"):
    """One file of a backup."""

    sha256: str = Field(description="of its bytes")
    bytes: int = Field(ge=0, description="how many")


class BackupTable(BaseModel, extra="forbid"):
    """One table of the database."""

    rows: int = Field(ge=0, description="when the copy was made")
    columns: list[str] = Field(default=[], description="in the order of a COPY file")


class BackupManifest(BaseModel, extra="forbid"):
    """What a backup holds; written last, so that a backup without it is none."""

    format: int = Field(default=FORMAT, description="version of this layout")
    created: str = Field(description="ISO 8601, UTC")
    release: str = Field(description="of Omakase that made it")
    vendor: Literal["sqlite", "postgresql"] = Field(description="of the database")
    method: Method = Field(description="how rows were copied")
    remark: str = Field(default="", description="why not by another method")
    secret: Literal["file", "settings"] = Field(description="where the secret key was kept")
    secret_mark: str = Field(description="by which the same secret key is known again")
    migrations: dict[str, str] = Field(description="app to its newest migration")
    tables: dict[str, BackupTable] = Field(description="by name")
    files: dict[str, BackupFile] = Field(description="by path within the backup")

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables.values())

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.bytes for file in self.files.values())


def read_manifest(folder: Path) -> BackupManifest:
    """The manifest of a backup.

    Raises:
        Invalid: there is none, it cannot be read, or it is of another format.
    """
    file = folder / MANIFEST
    if not file.is_file():
        raise Invalid(f"{folder} is no finished backup: it has no {MANIFEST}")
    try:
        manifest = BackupManifest.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise Invalid(f"{file} is damaged or of another release; use another backup") from error
    if manifest.format != FORMAT:
        raise Invalid(f"{file}: format {manifest.format}; this release reads format {FORMAT}")
    return manifest


def write_manifest(folder: Path, manifest: BackupManifest) -> None:
    """Finish a backup: its manifest appears at once and whole."""
    making = folder / f"{MANIFEST}.making"
    making.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    with making.open("rb") as handle:
        os.fsync(handle.fileno())
    making.replace(folder / MANIFEST)


def listed_files(folder: Path) -> dict[str, BackupFile]:
    """Hash and size of every file but the manifest, by path within the folder."""
    return {
        path.relative_to(folder).as_posix(): BackupFile(
            sha256=digest_of(path), bytes=path.stat().st_size
        )
        for path in files_below(folder)
        if path != folder / MANIFEST
    }


def damages(folder: Path, manifest: BackupManifest) -> Iterator[str]:
    """What is wrong with the files of a backup, a sentence each: missing, changed, not its own."""
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif path.stat().st_size != entry.bytes or digest_of(path) != entry.sha256:
            yield f"{name} is not the file that was written"
    files = set(manifest.files) | {MANIFEST}
    for path in files_below(folder):
        if (name := path.relative_to(folder).as_posix()) not in files:
            yield f"{name} does not belong to the backup"


def require_whole(folder: Path) -> BackupManifest:
    """The manifest of a backup whose files are all as they were written.

    Raises:
        Invalid: it is no backup of this format.
        Conflict: files are missing or changed; the first of them are named.
    """
    manifest = read_manifest(folder)
    if wrong := list(damages(folder, manifest)):
        ellipsis = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise Conflict(f"the backup {folder} is damaged: {'; '.join(wrong[:3])}{ellipsis}")
    return manifest


def files_below(folder: Path) -> list[Path]:
    """Every file of a folder, at any depth, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
