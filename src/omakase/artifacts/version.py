"""One version on the disk: ids, the items as they were, models, indexes, stacks, pipelines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from omakase.artifacts.folder import Verify, check_files
from omakase.artifacts.manifest import Kind, Manifest, read_manifest
from omakase.artifacts.saved import Plug, load_index, load_model, load_stack, read_ids
from omakase.data.ids import IdMap
from omakase.errors import ArtifactError, UnknownName
from omakase.index.guarded import GuardedIndex
from omakase.protocols import Model, VectorIndex
from omakase.stacking.stack import Stack
from omakase.types import Config

ITEMS = "items.parquet"
STACKS: Mapping[str, type[Stack]] = MappingProxyType({"stack": Stack})
ROOMS: Mapping[str, Kind] = MappingProxyType(
    {"models": "model", "indexes": "index", "stacks": "stack"}
)


@dataclass(frozen=True)
class VersionPart:
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
        return self._part("indexes", name, self._open_index, self.index_types)

    def stack(self, name: str) -> Stack:
        """A stack of this version, memory-mapped at the first call and kept.

        Raises:
            UnknownName: it holds no such stack.
            ArtifactError: it is damaged or foreign.
        """
        return self._part("stacks", name, load_stack, STACKS)

    def damage(self) -> dict[str, str]:
        """Models and stacks that cannot be loaded, as "models/ease", and why. Loads all others."""
        loads = {"models": self.model, "stacks": self.stack}
        errors = {}
        for room, load in loads.items():
            for name in self._parts(room):
                try:
                    load(name)
                except ArtifactError as error:
                    errors[f"{room}/{name}"] = str(error)
        return errors

    @property
    def away(self) -> tuple[str, ...]:
        """Names of the indexes in use whose stores are away; of a version that guards."""
        return tuple(name for name, index in self._guards() if index.is_away)

    @property
    def is_remote(self) -> bool:
        """Whether a list may wait for another process: an index in use lies in a store."""
        return any(index.is_remote for _, index in self._guards())

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
        parts = list(self._loaded.items())
        return [(key.split("/")[1], part) for key, part in parts if isinstance(part, GuardedIndex)]

    def _open_index(self, *where: Any, **how: Any) -> Any:
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
            loaded = load(at, classes, ids=self.manifest.ids, verify=self.verify)
            listed = {f: e for f, e in self.manifest.files.items() if f.startswith(f"{path}/")}
            manifest = self.manifest.model_copy(update={"files": listed})
            check_files(self.folder, manifest, self.verify)
            self._loaded[path] = loaded
        return self._loaded[path]
