"""Files that jobs write for the owner: `exports/` in the data folder."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from omakase_service.platform.exceptions import NotFound
from omakase_settings import settings

MAKING = ".making"


def exports_folder() -> Path:
    """Where they lie."""
    return Path(settings().data_folder) / "exports"


@contextmanager
def new_export(stem: str, ending: str, *, job_id: int) -> Iterator[tuple[Path, Path]]:
    """A file under a name of its own to write to, and the name that it is to get at the end.

    It gets it where the block ends without an error, and is deleted otherwise.
    """
    folder = exports_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}-{job_id}.{ending}"
    making = file.with_name(f"{file.name}{MAKING}")
    try:
        yield making, file
        with making.open("rb") as written:
            os.fsync(written.fileno())
        making.replace(file)
    finally:
        making.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file that is finished.

    Attributes:
        size: bytes.
    """

    path: Path
    size: int
    written: datetime


def export_files() -> list[ExportFile]:
    """All that are finished, newest first; what is deleted meanwhile is left out."""
    files = []
    for path in exports_folder().glob("*"):
        with suppress(FileNotFoundError):
            facts = path.stat()
            files.append(
                ExportFile(path, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
            )
    finished = [file for file in files if file.path.suffix != MAKING]
    return sorted(finished, key=lambda file: (file.written, file.path.name), reverse=True)


def export_file(*, name: str) -> Path:
    """Where one of them lies.

    Raises:
        NotFound: there is none of that name.
    """
    path = next((file.path for file in export_files() if file.path.name == name), None)
    if path is None:
        raise NotFound(f"no export {name!r}")
    return path


def delete_exports() -> int:
    """Delete all, also what is being written: somebody was erased who may stand in any; how many.

    A job that writes one fails then, and is begun anew.
    """
    files = list(exports_folder().glob("*"))
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)
