"""Random: the floor under every comparison, and a way to explore."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from omakase import types
from omakase.data.dataset import Dataset
from omakase.types import PAD, Arrays, Progress, Queries, Rows, Scores, silent

Hashes = NDArray[np.uint64]


class RandomConfig(types.Config):
    """Random has no knobs: its seed comes from the generator it is fitted with."""


@dataclass(frozen=True, slots=True)
class Random:
    """Uniform scores that depend on the seed and on who asks, what they did, and when.

    The same query gets the same answer, alone or in a batch; another query another one.

    Attributes:
        seed: (1,) uint64.
        n_items: size of the catalog.
    """

    config_type: ClassVar[type[types.Config]] = RandomConfig
    seed: Hashes
    n_items: int

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: RandomConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        return cls(rng.integers(2**63, size=1).astype(np.uint64), data.n_items)

    def score(self, queries: Queries) -> Scores:
        items = np.arange(self.n_items, dtype=np.int32)
        return self._draw(queries, items[None, :])

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        return np.where(items == PAD, np.float32(-np.inf), self._draw(queries, items))

    def arrays(self) -> Arrays:
        return {"seed": self.seed, "n_items": np.asarray([self.n_items])}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: RandomConfig) -> Self:
        return cls(arrays["seed"], int(arrays["n_items"][0]))

    def _draw(self, queries: Queries, items: Rows) -> Scores:
        """In [0, 1): 24 bits of a hash, all that float32 tells apart."""
        past = np.where(queries.history == PAD, 0, _hash(queries.history)).sum(axis=1)
        query_hash = past ^ _hash(queries.users) ^ _hash(_hash(queries.now)) ^ self.seed
        bits = _hash(_hash(query_hash)[:, None] + _hash(items))
        return ((bits >> np.uint64(40)) * 2.0**-24).astype(np.float32)


def _hash(values: NDArray[np.integer]) -> Hashes:
    """SplitMix64: neighbouring whole numbers become unrelated ones."""
    mixed = values.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
