"""Folders that are whole or absent: written beside, synced, renamed; read back with suspicion."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final, Literal
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from omakase.artifacts.manifest import FILE, ArrayEntry, FileEntry, Manifest, require_name
from omakase.errors import ArtifactError
from omakase.types import Arrays

Verify = Literal["auto", "full", "size"]
"""How files are checked: `full` hashes each, `size` compares sizes, `auto` hashes small folders."""

AUTO_BYTES: Final = 32 * 2**20
UNFINISHED: Final = ".unfinished-"
NUMBERS: Final = "biuf"


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """A folder to write into; it gets its real name only when the block ends well.

    Raises:
        ArtifactError: something is there already, or it cannot be written.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise ArtifactError(f"{folder}: already there; saved things are never overwritten")
    making = folder.parent / f"{UNFINISHED}{folder.name}-{uuid4().hex[:8]}"
    try:
        making.mkdir(parents=True)
        yield making
        _settle(making, folder)
    except OSError as error:
        raise ArtifactError(f"{folder}: cannot be written ({error})") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _settle(making: Path, folder: Path) -> None:
    for path in (*making.rglob("*"), making):
        _sync(path)
    if folder.exists():
        folder.rmdir()
    making.rename(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    """To the disk itself. Windows cannot open a folder; there the rename has to do."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_arrays(folder: Path, arrays: Arrays) -> dict[str, ArrayEntry]:
    """One `.npy` an array, in C order.

    Raises:
        ArtifactError: a name that is no file name, or an array that does not hold plain numbers.
    """
    return {name: _write_array(folder, name, array) for name, array in arrays.items()}


def _write_array(folder: Path, name: str, array: NDArray[Any]) -> ArrayEntry:
    require_name(name)
    if array.dtype.kind not in NUMBERS:
        raise ArtifactError(f"array {name!r} holds {array.dtype}, not plain numbers")
    plain = np.asarray(array, order="C")
    np.save(folder / f"{name}.npy", plain, allow_pickle=False)
    return ArrayEntry(dtype=plain.dtype.str, shape=plain.shape)


def file_entries(folder: Path, paths: Iterator[Path]) -> dict[str, FileEntry]:
    """Size and hash of files, by path within the folder."""
    return {p.relative_to(folder).as_posix(): _entry(p) for p in sorted(paths)}


def _entry(path: Path) -> FileEntry:
    with path.open("rb") as file:
        return FileEntry(size=path.stat().st_size, sha256=file_digest(file, "sha256").hexdigest())


def check_nothing_extra(folder: Path, manifest: Manifest) -> None:
    """No file lies in the folder that the manifest does not know.

    Raises:
        ArtifactError: one does.
    """
    expected = {FILE, *manifest.files}
    for path in folder.rglob("*"):
        if not path.is_dir() and path.relative_to(folder).as_posix() not in expected:
            raise ArtifactError(f"{path}: not part of what was saved here")


def check_files(folder: Path, manifest: Manifest, verify: Verify) -> None:
    """Every file of the manifest is there and is what was written.

    Raises:
        ArtifactError: a file is missing or damaged.
    """
    total = sum(entry.size for entry in manifest.files.values())
    hashed = verify == "full" or (verify == "auto" and total <= AUTO_BYTES)
    for name, entry in manifest.files.items():
        _check_file(folder / name, entry, hashed)


def differing_files(folder: Path, manifest: Manifest) -> list[str]:
    """What is wrong with each file of a manifest that is not what was written, by its SHA-256."""
    wrong = []
    for name, entry in manifest.files.items():
        try:
            _check_file(folder / name, entry, hashed=True)
        except (ArtifactError, OSError) as error:
            wrong.append(str(error))
    return wrong


def _check_file(path: Path, entry: FileEntry, hashed: bool) -> None:
    if not path.is_file():
        raise ArtifactError(f"{path}: missing")
    size = path.stat().st_size
    if size != entry.size:
        raise ArtifactError(f"{path}: damaged, {size} bytes where {entry.size} were written")
    if hashed and _entry(path).sha256 != entry.sha256:
        raise ArtifactError(f"{path}: damaged, its SHA-256 is not the one written")


def read_arrays(folder: Path, manifest: Manifest) -> dict[str, NDArray[Any]]:
    """The arrays of a folder as read-only memory maps: pages are read when touched.

    Raises:
        ArtifactError: an array does not open, or is not of the type and shape written.
    """
    return {n: _read_array(folder / f"{n}.npy", entry) for n, entry in manifest.arrays.items()}


def _read_array(path: Path, entry: ArrayEntry) -> NDArray[Any]:
    if entry.dtype[1:2] not in NUMBERS:
        raise ArtifactError(f"{path}: {entry.dtype} is not a type of plain numbers")
    try:
        array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path}: not a readable array ({error})") from error
    if (array.dtype.str, array.shape) != (entry.dtype, entry.shape):
        actual = f"{array.dtype.str} {array.shape}"
        raise ArtifactError(f"{path}: {actual} where {entry.dtype} {entry.shape} was written")
    return array
