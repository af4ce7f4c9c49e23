"""Brute force: one matrix product. The oracle for every other index."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from omakase import types
from omakase.arrays.topk import top_k
from omakase.types import Arrays, Slate, Vectors


class Config(types.Config):
    """Brute force has no knobs."""


@dataclass(frozen=True, slots=True)
class ExactIndex:
    """All N vectors, searched in full.

    Attributes:
        vectors: (N, D) float32.
    """

    config_type: ClassVar[type[types.Config]] = Config
    exact: ClassVar[bool] = True
    vectors: Vectors

    @classmethod
    def build(cls, vectors: Vectors, config: Config, *, rng: np.random.Generator) -> Self:
        return cls(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(self, vectors: Vectors, k: int) -> Slate:
        return top_k(vectors @ self.vectors.T, k)

    def arrays(self) -> Arrays:
        return {"vectors": self.vectors}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> Self:
        return cls(arrays["vectors"])
