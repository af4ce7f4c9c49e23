"""Popularity: the same answer for everyone, and the bar every other model must clear."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from omakase import types
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Scores, silent


class Config(types.Config):
    """Popularity has no knobs."""


@dataclass(frozen=True, slots=True)
class Popular:
    """Share of all positive weight that each item holds.

    Attributes:
        share: (N,) float32, sums to 1.
    """

    config_type: ClassVar[type[types.Config]] = Config
    share: NDArray[np.float32]

    @classmethod
    def fit(
        cls, data: Dataset, config: Config, *, rng: np.random.Generator, progress: Progress = silent
    ) -> Self:
        totals = np.asarray(data.positive.sum(axis=0), dtype=np.float32)
        return cls(totals / max(float(totals.sum()), 1e-12))

    def score(self, queries: Queries) -> Scores:
        return np.tile(self.share, (len(queries), 1))

    def arrays(self) -> Arrays:
        return {"share": self.share}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> Self:
        return cls(arrays["share"])
