"""Lists whose items span much, by a determinant."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.greedy import pick_greedily
from omakase.arrays.kernel import kernel
from omakase.protocols import Parts
from omakase.scoring import asked_diversity, vectors_of
from omakase.types import Queries, Scores, Slate, Vectors

SMALLEST = 1e-4
"""Stands for the volume that an item adds which is like one before it."""


class DppConfig(types.Config):
    """How much variety, by whose idea of likeness."""

    model: str = Field(description="name of a model with vectors, in the version")
    diversity: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="0: by score alone; 1: by volume alone; a request may ask otherwise",
    )
    depth: int = Field(default=50, ge=1, description="best candidates that are rearranged")


@dataclass(frozen=True)
class Dpp:
    """Picks, again and again, the item that adds most to score and volume together.

    Paper: Chen, Zhang, Zhou, "Fast Greedy MAP Inference for Determinantal Point Process to Improve
    Recommendation Diversity", NeurIPS 2018.
    Differs: scores are brought to 0..1 within the query; the logarithm of the volume is divided
    by that of its smallest, so that `diversity` weighs like with like.
    Cost: O(depth^2 (D + depth)) a query.

    Attributes:
        vectors: (N, D) float32.
        diversity, depth: as in the configuration.
    """

    config_type: ClassVar[type[types.Config]] = DppConfig
    vectors: Vectors
    diversity: float
    depth: int

    @classmethod
    def of(cls, config: DppConfig, parts: Parts) -> Self:
        vectors = vectors_of(config.model, parts.model(config.model))
        return cls(vectors, config.diversity, config.depth)

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        diversity = asked_diversity(queries, self.diversity)
        return pick_greedily(slate, self.vectors, diversity, self.depth, _pick)


@kernel
def _pick(
    worth: Scores, alike: NDArray[np.float64], diversity: float, order: NDArray[np.int64]
) -> None:
    """Put the places of (C,) candidates into the first C of order."""
    count = len(worth)
    roots = np.zeros((count, count))  # rows of the Cholesky factor, as far as known
    volume = np.maximum(np.diag(alike).copy(), SMALLEST)
    is_taken = np.zeros(count, dtype=np.bool_)
    for step in range(count):
        best, most = -1, -np.inf
        for candidate in range(count):
            spread = 1 - np.log(volume[candidate]) / np.log(SMALLEST)
            value = (1 - diversity) * worth[candidate] + diversity * spread
            if not is_taken[candidate] and value > most:
                best, most = candidate, value
        order[step] = best
        is_taken[best] = True
        for candidate in range(count):
            if not is_taken[candidate]:
                shared = alike[best, candidate] - roots[best, :step] @ roots[candidate, :step]
                roots[candidate, step] = shared / np.sqrt(volume[best])
                volume[candidate] = max(volume[candidate] - roots[candidate, step] ** 2, SMALLEST)
