"""Versions on disk: an id map, the items as they were, models, indexes and pipelines, together.

    store = registry.version_store(folder)
    version = store.create(ids=data.ids, items=data.items, created=now, models={...}, ...)
    version = store.open(version.name)          # milliseconds; nothing big is read
    pipeline = registry.build_pipeline(version.pipelines["default"], version)

Which version is live, shadow or retired is the service's to know; this only keeps them.
"""

import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import polars as pl

from omakase.artifacts.folder import UNFINISHED, Verify, check_files, listed, whole
from omakase.artifacts.manifest import (
    FILE,
    Kind,
    Manifest,
    Note,
    Window,
    libraries,
    read_manifest,
    require_name,
)
from omakase.artifacts.saved import (
    Plug,
    load_index,
    load_model,
    load_stack,
    read_ids,
    write_ids,
    write_plug,
)
from omakase.data.ids import IdMap
from omakase.errors import ArtifactError, UnknownName
from omakase.heads.stack import Stack
from omakase.index.guarded import GuardedIndex
from omakase.protocols import Model, VectorIndex
from omakase.types import Config

ITEMS = "items.parquet"
STACKS: Mapping[str, type[Stack]] = MappingProxyType({"stack": Stack})
ROOMS: Mapping[str, Kind] = MappingProxyType(
    {"models": "model", "indexes": "index", "stacks": "stack"}
)


@dataclass(frozen=True)
class Part:
    """A model or an index that goes into a version.

    Attributes:
        plug: the thing itself.
        name: what the registry calls its class; "stack" for a stack.
        config: what it was made with.
        metrics: how good it is, by name.
    """

    plug: Plug
    name: str
    config: Config
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """One version, opened: what is big is read when it is first asked for, and then kept.

    Attributes:
        folder: where it lies.
        manifest: its own manifest (metrics, window, created, pipelines).
        model_types, index_types: names to classes.
        verify: how files are checked when a part is loaded.
        guards: indexes find nothing while their store is away, instead of raising.
    """

    folder: Path
    manifest: Manifest
    model_types: Mapping[str, type[Model[Any]]]
    index_types: Mapping[str, type[VectorIndex]]
    verify: Verify = "auto"
    guards: bool = False
    _loaded: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def pipelines(self) -> Mapping[str, dict[str, Any]]:
        """Pipeline configurations as they were saved, by name."""
        return self.manifest.pipelines

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models in it."""
        return self._parts("models")

    @property
    def indexes(self) -> tuple[str, ...]:
        """Names of the indexes in it."""
        return self._parts("indexes")

    @property
    def stacks(self) -> tuple[str, ...]:
        """Names of the stacks in it."""
        return self._parts("stacks")

    @property
    def n_items(self) -> int:
        return len(self.ids.items)

    @cached_property
    def ids(self) -> IdMap:
        """The one id map of every part.

        Raises:
            ArtifactError: it is damaged, or not the one that the version was made with.
        """
        ids = read_ids(self.folder / "ids", verify=self.verify)
        if ids.digest() != self.manifest.ids:
            raise ArtifactError(f"{self.folder / 'ids'}: not the id map of this version")
        return ids

    @cached_property
    def items(self) -> pl.DataFrame:
        """One row an item row: what was known of the items when the version was made."""
        try:
            return pl.read_parquet(self.folder / ITEMS)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise ArtifactError(f"{self.folder / ITEMS}: {error}") from error

    def card(self, row: int) -> dict[str, Any]:
        """What is known of one item, by column; quick, for one at a time."""
        return {name: column[row] for name, column in self._columns.items()}

    def model(self, name: str) -> Model[Any]:
        """A model of this version, memory-mapped at the first call and kept.

        Raises:
            UnknownName: it holds no such model.
            ArtifactError: it is damaged or foreign.
        """
        return self._part("models", name, load_model, self.model_types)

    def index(self, name: str) -> VectorIndex:
        """An index of this version, memory-mapped at the first call and kept.

        Raises:
            UnknownName: it holds no such index.
            ArtifactError: it is damaged or foreign.
        """
        return self._part("indexes", name, self._guarded, self.index_types)

    def stack(self, name: str) -> Stack:
        """A stack of this version, memory-mapped at the first call and kept.

        Raises:
            UnknownName: it holds no such stack.
            ArtifactError: it is damaged or foreign.
        """
        return self._part("stacks", name, load_stack, STACKS)

    @property
    def away(self) -> tuple[str, ...]:
        """Names of the indexes in use whose stores are away; of a version that guards."""
        return tuple(name for name, index in self._guards() if index.is_away)

    def mend(self) -> None:
        """Open anew the indexes whose stores were away. It may wait for them."""
        for _, index in self._guards():
            index.mend()

    def part_manifest(self, room: str, name: str) -> Manifest:
        """Configuration and metrics of a part, without loading it.

        Args:
            room: `models`, `indexes` or `stacks`.
        """
        return read_manifest(self.folder / room / name, ROOMS[room])

    @cached_property
    def _columns(self) -> dict[str, list[Any]]:
        return self.items.to_dict(as_series=False)

    def _guards(self) -> list[tuple[str, GuardedIndex]]:
        """Of the indexes in use."""
        held = list(self._loaded.items())
        return [(key.split("/")[1], each) for key, each in held if isinstance(each, GuardedIndex)]

    def _guarded(self, *where: Any, **how: Any) -> Any:
        """An index as requests may use it."""
        if self.guards:
            return GuardedIndex(lambda: load_index(*where, **how))
        return load_index(*where, **how)

    def _parts(self, room: str) -> tuple[str, ...]:
        paths = (path.split("/") for path in self.manifest.files)
        return tuple(sorted(path[1] for path in paths if path[0] == room))

    def _part(
        self, room: str, name: str, load: Callable[..., Any], classes: Mapping[str, type[Any]]
    ) -> Any:
        if name not in self._parts(room):
            raise UnknownName(f"{ROOMS[room]} of version {self.name}", name, self._parts(room))
        path = f"{room}/{name}"
        if path not in self._loaded:
            at = self.folder / path
            self._loaded[path] = load(at, classes, ids=self.manifest.ids, verify=self.verify)
        return self._loaded[path]


@dataclass(frozen=True)
class VersionStore:
    """A folder of versions. Safe to read while another process creates or prunes.

    Attributes:
        folder: of all versions; made when the first is.
        model_types, index_types: names to classes, usually those of `registry`.
    """

    folder: Path
    model_types: Mapping[str, type[Model[Any]]]
    index_types: Mapping[str, type[VectorIndex]]

    def create(
        self,
        *,
        ids: IdMap,
        items: pl.DataFrame,
        created: datetime,
        models: Mapping[str, Part],
        indexes: Mapping[str, Part] = MappingProxyType({}),
        stacks: Mapping[str, Part] = MappingProxyType({}),
        pipelines: Mapping[str, Config] = MappingProxyType({}),
        window: Window | None = None,
        metrics: Mapping[str, float] = MappingProxyType({}),
        name: str = "",
    ) -> Version:
        """Write a version; it appears under its name when all of it is on the disk.

        Args:
            ids: whose rows every part speaks of.
            items: one row an item row, `item_id` first (`Dataset.items`).
            created: aware; also the name where none is given.
            models, indexes, stacks: by the name that pipelines know them by.
            pipelines: by name ("default", …).
            window: what it was learnt from (`Window.of`).
            metrics: of the version as a whole.
            name: a file name; by default the time, to the second.

        Raises:
            ArtifactError: the name is taken or cannot be a folder, or an array cannot be saved.
            ValueError: items that are not those of the id map.
        """
        if items.get_column("item_id").to_list() != list(ids.items.ids):
            raise ValueError("items must have one row an item row, in that order")
        note = Note(created=created, ids=ids.digest(), window=window, metrics=dict(metrics))
        called = name or self._free_name(created)
        require_name(called)
        with whole(self.folder / called) as making:
            _write_ids(making, ids, created)
            items.write_parquet(making / ITEMS)
            for room, parts in zip(ROOMS, (models, indexes, stacks), strict=True):
                _write_parts(making, room, parts, note)
            _write_manifest(making, called, note, pipelines)
        return self.open(called)

    def with_index(
        self,
        version: Version,
        index: str,
        part: Part,
        *,
        pipelines: Mapping[str, Config],
        created: datetime,
    ) -> Version:
        """A further version: all of another's files, linked where the disk can, and an index.

        Args:
            index: its name; one of that name gives way to it.
            pipelines: all of them, as the new version has them.
            created: aware; also the name.

        Raises:
            ArtifactError: it cannot be written.
        """
        require_name(index)
        old = version.manifest
        note = Note(created=created, ids=old.ids, window=old.window, metrics=old.metrics)
        called = self._free_name(created)
        with whole(self.folder / called) as making:
            _link(version.folder, making, without=f"indexes/{index}")
            _write_parts(making, "indexes", {index: part}, note)
            _write_manifest(making, called, note, pipelines)
        return self.open(called)

    def open(self, name: str, *, verify: Verify = "auto", guards: bool = False) -> Version:
        """A version by name, checked, its parts still unread.

        Args:
            name: as in `names`.
            verify: for its own files now and for each part when it is loaded.
            guards: as `Version` has it; for those who answer requests.

        Raises:
            UnknownName: there is none of that name.
            ArtifactError: it is damaged; the reason in one sentence.
        """
        require_name(name)
        folder = self.folder / name
        if not folder.is_dir():
            raise UnknownName("version", name, self.names())
        manifest = read_manifest(folder, "version")
        _check_parts(folder, manifest)
        check_files(folder, manifest, verify)
        return Version(folder, manifest, self.model_types, self.index_types, verify, guards)

    def names(self) -> tuple[str, ...]:
        """All versions, oldest first; one whose manifest cannot be read counts as oldest."""
        if not self.folder.is_dir():
            return ()
        folders = (p for p in self.folder.iterdir() if not p.name.startswith(UNFINISHED))
        return tuple(p.name for p in sorted(filter(Path.is_dir, folders), key=_age))

    def latest(self) -> Version | None:
        """The newest version, None where there is none yet."""
        names = self.names()
        return self.open(names[-1]) if names else None

    def prune(self, keep: int, *, protect: Collection[str] = ()) -> tuple[str, ...]:
        """Delete all but the newest `keep` and the protected; gives the names of the deleted.

        Processes that hold a deleted version open go on reading it (not so on Windows).
        """
        names = self.names()
        doomed = tuple(n for n in names[: max(0, len(names) - keep)] if n not in protect)
        for name in doomed:
            gone = self.folder / f"{UNFINISHED}{name}-{uuid4().hex[:8]}"
            (self.folder / name).rename(gone)
            shutil.rmtree(gone)
        return doomed

    def sweep(self, before: datetime) -> int:
        """Delete what writers that died before this time left behind; gives how many."""
        left = [
            path
            for path in self.folder.glob(f"{UNFINISHED}*")
            if path.stat().st_mtime < before.timestamp()
        ]
        for path in left:
            shutil.rmtree(path)
        return len(left)

    def _free_name(self, created: datetime) -> str:
        stem = created.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
        names = (stem, *(f"{stem}-{n}" for n in range(2, 1000)))
        return next(name for name in names if not (self.folder / name).exists())


def _age(folder: Path) -> tuple[datetime, str]:
    try:
        return read_manifest(folder, "version").created, folder.name
    except ArtifactError:
        return datetime.min.replace(tzinfo=UTC), folder.name


def _link(old: Path, making: Path, *, without: str) -> None:
    """Every file but the manifest and one part; saved files never change, so two may share one."""
    for path in sorted(filter(Path.is_file, old.rglob("*"))):
        inside = path.relative_to(old)
        if inside.as_posix() == FILE or inside.parent.as_posix() == without:
            continue
        (making / inside).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, making / inside)
        except OSError:  # another disk, or one that cannot link
            shutil.copyfile(path, making / inside)


def _write_ids(making: Path, ids: IdMap, created: datetime) -> None:
    (making / "ids").mkdir()
    write_ids(making / "ids", ids, created)


def _write_parts(making: Path, room: str, parts: Mapping[str, Part], note: Note) -> None:
    for name, part in parts.items():
        require_name(name)
        folder = making / room / name
        folder.mkdir(parents=True)
        own = note.model_copy(update={"metrics": dict(part.metrics)})
        write_plug(folder, ROOMS[room], part.plug.arrays(), part.name, part.config, own)


def _write_manifest(making: Path, name: str, note: Note, pipelines: Mapping[str, Config]) -> None:
    Manifest(
        kind="version",
        name=name,
        libraries=libraries(),
        files=listed(making, (p for p in making.rglob("*") if p.name in (FILE, ITEMS))),
        pipelines={n: config.model_dump(mode="json") for n, config in pipelines.items()},
        **dict(note),
    ).write(making)


def _check_parts(folder: Path, manifest: Manifest) -> None:
    """No part lies beside those of the manifest; a missing one is found by `check_files`."""
    known = {"ids", ITEMS, FILE, *ROOMS, *(p.rpartition("/")[0] for p in manifest.files)}
    found = (*folder.iterdir(), *(p for room in ROOMS for p in (folder / room).glob("*")))
    for path in found:
        if path.relative_to(folder).as_posix() not in known:
            raise ArtifactError(f"{path}: not part of what was saved here")
