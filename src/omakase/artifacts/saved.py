"""One model, index or id map in one folder."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from omakase.artifacts.folder import (
    Verify,
    check_files,
    check_nothing_extra,
    file_entries,
    read_arrays,
    whole,
    write_arrays,
)
from omakase.artifacts.manifest import Kind, Manifest, Note, libraries, read_manifest
from omakase.data.ids import IdMap, Vocabulary
from omakase.errors import ArtifactError, UnknownName
from omakase.protocols import Model, VectorIndex
from omakase.stacking.stack import Stack
from omakase.types import Arrays, Config


class Plug(Protocol):
    """What can be saved: a model or an index."""

    def arrays(self) -> Arrays:
        """All that must be saved."""
        ...


def save_model(folder: Path, model: Plug, name: str, config: Config, note: Note) -> None:
    """Write a model that `registry.MODELS` calls `name`.

    Raises:
        ArtifactError: the folder holds something already, or an array cannot be saved.
    """
    _save(folder, "model", model, name, config, note)


def save_index(folder: Path, index: Plug, name: str, config: Config, note: Note) -> None:
    """Write an index that `registry.INDEXES` calls `name`.

    Raises:
        ArtifactError: the folder holds something already, or an array cannot be saved.
    """
    _save(folder, "index", index, name, config, note)


def _save(folder: Path, kind: Kind, plug: Plug, name: str, config: Config, note: Note) -> None:
    with whole(folder) as making:
        write_plug(making, kind, plug.arrays(), name, config, note)


def write_plug(
    folder: Path, kind: Kind, arrays: Arrays, name: str, config: Config, note: Note
) -> None:
    """Arrays and manifest into a folder that exists and is empty."""
    entries = write_arrays(folder, arrays)
    manifest = Manifest(
        kind=kind,
        name=name,
        config=config.model_dump(mode="json"),
        libraries=libraries(),
        arrays=entries,
        files=file_entries(folder, folder.glob("*.npy")),
        **dict(note),
    )
    manifest.write(folder)


def load_model(
    folder: Path,
    models: Mapping[str, type[Model[Any]]],
    *,
    ids: str | None = None,
    verify: Verify = "auto",
) -> Model[Any]:
    """What `save_model` wrote, its arrays memory-mapped.

    Args:
        folder: of the model.
        models: names to classes, usually `registry.MODELS`.
        ids: digest of the id map in use; another one in the manifest is refused. None: any.
        verify: `full` hashes each file, `size` compares sizes, `auto` hashes up to 32 MiB.

    Raises:
        ArtifactError: the reason in one sentence.
    """
    return _load(folder, "model", models, ids, verify)


def load_index(
    folder: Path,
    indexes: Mapping[str, type[VectorIndex]],
    *,
    ids: str | None = None,
    verify: Verify = "auto",
) -> VectorIndex:
    """What `save_index` wrote; see `load_model`.

    Raises:
        ArtifactError: the reason in one sentence.
    """
    return _load(folder, "index", indexes, ids, verify)


def load_stack(
    folder: Path,
    stacks: Mapping[str, type[Stack]],
    *,
    ids: str | None = None,
    verify: Verify = "auto",
) -> Stack:
    """A stack of a version; see `load_model`.

    Raises:
        ArtifactError: the reason in one sentence.
    """
    return _load(folder, "stack", stacks, ids, verify)


def _load(
    folder: Path, kind: Kind, classes: Mapping[str, type[Any]], ids: str | None, verify: Verify
) -> Any:
    manifest = read_manifest(folder, kind)
    _check_ids(folder, manifest, ids)
    cls = _class(folder, manifest, classes)
    arrays = checked_arrays(folder, manifest, verify)
    try:
        return cls.from_arrays(arrays, cls.config_type(**manifest.config))
    except (KeyError, ValueError, IndexError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ArtifactError(f"{folder}: {manifest.name} cannot be made of it ({reason})") from error


def checked_arrays(folder: Path, manifest: Manifest, verify: Verify) -> dict[str, NDArray[Any]]:
    """The arrays of a folder whose files are exactly those written."""
    check_nothing_extra(folder, manifest)
    check_files(folder, manifest, verify)
    return read_arrays(folder, manifest)


def _check_ids(folder: Path, manifest: Manifest, ids: str | None) -> None:
    if ids is not None and manifest.ids != ids:
        raise ArtifactError(f"{folder}: its rows belong to another id map")


def _class(folder: Path, manifest: Manifest, classes: Mapping[str, type[Any]]) -> type[Any]:
    if manifest.name not in classes:
        reason = UnknownName(manifest.kind, manifest.name, classes)
        raise ArtifactError(f"{folder}: {reason}")
    return classes[manifest.name]


def write_ids(folder: Path, ids: IdMap, created: datetime) -> None:
    """The id map into a folder that exists and is empty."""
    users, items = ids.users.arrays(), ids.items.arrays()
    arrays = {f"users.{n}": a for n, a in users.items()} | {
        f"items.{n}": a for n, a in items.items()
    }
    write_plug(folder, "ids", arrays, "ids", Config(), Note(created=created, ids=ids.digest()))


def read_ids(folder: Path, *, verify: Verify = "auto") -> IdMap:
    """What `write_ids` wrote.

    Raises:
        ArtifactError: the reason in one sentence.
    """
    manifest = read_manifest(folder, "ids")
    arrays = checked_arrays(folder, manifest, verify)
    ids = IdMap(_vocabulary(arrays, "users"), _vocabulary(arrays, "items"))
    _check_ids(folder, manifest, ids.digest())
    return ids


def _vocabulary(arrays: Arrays, of: str) -> Vocabulary:
    try:
        return Vocabulary.from_arrays({n: arrays[f"{of}.{n}"] for n in ("utf8", "ends", "slots")})
    except (KeyError, ValueError) as error:
        raise ArtifactError(f"the ids of {of} cannot be read ({error})") from error
