"""What a saved folder says of itself: `manifest.json`."""

import json
import re
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ConfigDict, Field, ValidationError

from omakase.data.dataset import Dataset
from omakase.errors import ArtifactError
from omakase.types import Config

FORMAT: Final = 1
FILE: Final = "manifest.json"
LIBRARIES: Final = ("omakase-recsys", "numpy", "scipy", "polars", "faiss-cpu")
Kind = Literal["model", "index", "stack", "ids", "version"]

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")


class Window(Config):
    """The events that something was learnt from.

    Attributes:
        first, last: Unix seconds of the oldest and the newest event.
        events, users, items: how many.
    """

    first: int
    last: int
    events: int
    users: int
    items: int

    @classmethod
    def of(cls, data: Dataset) -> "Window":
        """The window of a dataset; first and last are 0 where there is no event."""
        times = data.events.times
        return cls(
            first=int(times.min()) if len(times) else 0,
            last=int(times.max()) if len(times) else 0,
            events=len(times),
            users=data.n_users,
            items=data.n_items,
        )


class FileEntry(Config):
    """Size in bytes and SHA-256 (hex) of one file."""

    size: int = Field(ge=0)
    sha256: str


class ArrayEntry(Config):
    """Type (as NumPy spells it, "<f4") and shape of one array, kept in `<name>.npy`."""

    dtype: str
    shape: tuple[int, ...]


class Note(Config):
    """What the caller knows of the thing that is saved.

    Attributes:
        created: an aware time.
        ids: digest of the id map whose rows the arrays speak of; "" where there is none.
        window: the events it was learnt from.
        metrics: how good it is, by name.
    """

    created: datetime
    ids: str = ""
    window: Window | None = None
    metrics: dict[str, float] = Field(default_factory=dict)


class Manifest(Note):
    """All that is known of a saved folder without opening another file.

    Attributes:
        format: of the folder; another number is refused.
        name: of the class in the registry; of a version, its own.
        config: the component's configuration.
        libraries: versions of what wrote it.
        arrays: one entry an array.
        files: every file but the manifest, by path within the folder. Of a version: its own
            files and the manifests of its parts, which in turn vouch for their files.
        pipelines: of a version: its pipeline configurations by name.
    """

    model_config = ConfigDict(ser_json_inf_nan="constants")

    kind: Kind
    name: str
    format: int = FORMAT
    config: dict[str, Any] = Field(default_factory=dict)
    libraries: dict[str, str] = Field(default_factory=dict)
    arrays: dict[str, ArrayEntry] = Field(default_factory=dict)
    files: dict[str, FileEntry] = Field(default_factory=dict)
    pipelines: dict[str, dict[str, Any]] = Field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """As sorted JSON, infinities spelt `Infinity` (caps of weights may be infinite)."""
        text = json.dumps(self.model_dump(mode="json"), indent=2, sort_keys=True)
        (folder / FILE).write_text(text, encoding="utf-8")


def read_manifest(folder: Path, kind: Kind) -> Manifest:
    """The manifest of a folder that holds a thing of this kind.

    Raises:
        ArtifactError: there is none, it cannot be read, or it speaks of something else.
    """
    path = folder / FILE
    if not path.is_file():
        raise ArtifactError(f"{folder}: no {FILE}; this is no {kind}, or it was never finished")
    manifest = _parse(path)
    if manifest.kind != kind:
        raise ArtifactError(f"{folder}: holds a {manifest.kind}, not a {kind}")
    for name in (*manifest.arrays, *manifest.files):
        for part in name.split("/"):
            require_name(part)
    return manifest


def _parse(path: Path) -> Manifest:
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        written = fields["format"]
        if written != FORMAT:
            raise ArtifactError(f"{path}: format {written!r}; this release reads {FORMAT}")
        return Manifest.model_validate(fields)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArtifactError(f"{path}: not a readable manifest ({_short(error)})") from error


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"{type(error).__name__}: {error}"


def require_name(name: str) -> None:
    """Refuse what cannot be the name of one file: this is what keeps paths in their folder.

    Raises:
        ArtifactError: empty, too long, hidden, or with a character beyond A-Z a-z 0-9 . _ -
    """
    if not _NAME.fullmatch(name):
        raise ArtifactError(f"{name!r} cannot be the name of a file in an artifact")


def libraries() -> dict[str, str]:
    """Versions of the libraries that decide what arrays mean."""
    return {name: _version(name) for name in LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
