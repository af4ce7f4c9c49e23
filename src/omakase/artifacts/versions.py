"""Versions on the disk: made, opened, listed, pruned.

    store = registry.version_store(folder)
    version = store.create(ids=data.ids, items=data.items, created=now, models={...}, ...)
    version = store.open(version.name)          # milliseconds; nothing big is read
    pipeline = registry.build_pipeline(version.pipelines["default"], version)

Which version is live, shadow or retired is the service's to know; this only keeps them.
"""

import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import polars as pl

from omakase.artifacts.folder import (
    UNFINISHED,
    Verify,
    check_files,
    differing_files,
    file_entries,
    whole,
)
from omakase.artifacts.manifest import (
    FILE,
    Manifest,
    Note,
    Window,
    libraries,
    read_manifest,
    require_name,
)
from omakase.artifacts.saved import write_ids, write_plug
from omakase.artifacts.version import ITEMS, ROOMS, Version, VersionPart
from omakase.data.ids import IdMap
from omakase.errors import ArtifactError, UnknownName
from omakase.protocols import Model, VectorIndex
from omakase.types import Config


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
        models: Mapping[str, VersionPart],
        indexes: Mapping[str, VersionPart] = MappingProxyType({}),
        stacks: Mapping[str, VersionPart] = MappingProxyType({}),
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
        part: VersionPart,
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

    def open(
        self, name: str, *, verify: Verify = "auto", guards: bool = False, tolerant: bool = False
    ) -> Version:
        """A version by name, checked, its parts still unread.

        Args:
            name: as in `names`.
            verify: for its own files now and for each part when it is loaded.
            guards: as `Version` has it; for those who answer requests.
            tolerant: a damaged part is found when it is loaded, and costs that part alone.

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
        files = {f: e for f, e in manifest.files.items() if f.partition("/")[0] not in ROOMS}
        checked = manifest.model_copy(update={"files": files}) if tolerant else manifest
        check_files(folder, checked, verify)
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
        unfinished = [
            path
            for path in self.folder.glob(f"{UNFINISHED}*")
            if path.stat().st_mtime < before.timestamp()
        ]
        for path in unfinished:
            shutil.rmtree(path)
        return len(unfinished)

    def _free_name(self, created: datetime) -> str:
        stem = created.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
        names = (stem, *(f"{stem}-{n}" for n in range(2, 1000)))
        return next(name for name in names if not (self.folder / name).exists())


def damaged_files(folder: Path) -> list[str]:
    """What is wrong with each file of a version: of its own and of its parts, by their SHA-256.

    Raises:
        ArtifactError: the version's own manifest cannot be read.
    """
    manifest = read_manifest(folder, "version")
    wrong = differing_files(folder, manifest)
    for name in manifest.files:
        parent, _, file = name.rpartition("/")
        if file != FILE or not parent:
            continue
        try:
            part = read_manifest(folder / parent, ROOMS.get(parent.partition("/")[0], "ids"))
        except ArtifactError as error:
            wrong.append(str(error))
        else:
            wrong += differing_files(folder / parent, part)
    return list(dict.fromkeys(wrong))


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


def _write_parts(making: Path, room: str, parts: Mapping[str, VersionPart], note: Note) -> None:
    for name, part in parts.items():
        require_name(name)
        folder = making / room / name
        folder.mkdir(parents=True)
        manifest = note.model_copy(update={"metrics": dict(part.metrics)})
        write_plug(folder, ROOMS[room], part.plug.arrays(), part.name, part.config, manifest)


def _write_manifest(making: Path, name: str, note: Note, pipelines: Mapping[str, Config]) -> None:
    Manifest(
        kind="version",
        name=name,
        libraries=libraries(),
        files=file_entries(making, (p for p in making.rglob("*") if p.name in (FILE, ITEMS))),
        pipelines={n: config.model_dump(mode="json") for n, config in pipelines.items()},
        **dict(note),
    ).write(making)


def _check_parts(folder: Path, manifest: Manifest) -> None:
    """No part lies beside those of the manifest; a missing one is found by `check_files`."""
    expected = {"ids", ITEMS, FILE, *ROOMS, *(p.rpartition("/")[0] for p in manifest.files)}
    entries = (*folder.iterdir(), *(p for room in ROOMS for p in (folder / room).glob("*")))
    for path in entries:
        if path.relative_to(folder).as_posix() not in expected:
            raise ArtifactError(f"{path}: not part of what was saved here")
