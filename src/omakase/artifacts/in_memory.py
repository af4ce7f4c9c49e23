"""A version in memory, for checks, for experiments, and on the way to the disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from omakase.data.dataset import Dataset
from omakase.errors import UnknownName
from omakase.protocols import Model, VectorIndex
from omakase.stacking.stack import Stack


@dataclass(frozen=True)
class InMemoryVersion:
    """Satisfies `Parts` with what it is given."""

    items: pl.DataFrame
    models: Mapping[str, Model[Any]]
    indexes: Mapping[str, VectorIndex] = field(default_factory=dict)
    stacks: Mapping[str, Stack] = field(default_factory=dict)

    @property
    def n_items(self) -> int:
        return len(self.items)

    @classmethod
    def fitted(
        cls,
        data: Dataset,
        models: Mapping[str, type[Model[Any]]],
        configs: Mapping[str, Any],
        rng: np.random.Generator,
    ) -> "InMemoryVersion":
        """The named models of `configs`, fitted to data."""
        fitted_models = {n: models[n].fit(data, config, rng=rng) for n, config in configs.items()}
        return cls(data.items, fitted_models)

    def model(self, name: str) -> Model[Any]:
        if name not in self.models:
            raise UnknownName("model", name, self.models)
        return self.models[name]

    def index(self, name: str) -> VectorIndex:
        if name not in self.indexes:
            raise UnknownName("index", name, self.indexes)
        return self.indexes[name]

    def stack(self, name: str) -> Stack:
        if name not in self.stacks:
            raise UnknownName("stack", name, self.stacks)
        return self.stacks[name]
