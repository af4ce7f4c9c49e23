"""FAISS, every vector looked at."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from omakase import types
from omakase.index.with_faiss.searching import FaissIndex, flat
from omakase.types import Progress, Vectors, silent


class FlatConfig(types.Config):
    """Nothing to choose."""


@dataclass(frozen=True)
class FaissFlat(FaissIndex):
    """Brute force by FAISS: what `exact` finds, but for which of equal scores are cut off.

    Cost: O(N D) a query, 4 N D bytes.
    """

    config_type: ClassVar[type[types.Config]] = FlatConfig

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        config: FlatConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        return cls(flat(vectors, progress), config)
