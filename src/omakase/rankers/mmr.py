"""Lists that do not say the same thing ten times."""

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


class MmrConfig(types.Config):
    """How much variety, by whose idea of likeness."""

    model: str = Field(description="name of a model with vectors, in the version")
    diversity: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="0: by score alone; 1: by unlikeness alone; a request may ask otherwise",
    )
    depth: int = Field(default=50, ge=1, description="best candidates that are rearranged")


@dataclass(frozen=True)
class Mmr:
    """Picks, again and again, the item that is good and unlike all picked before it.

    Paper: Carbonell, Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering
    Documents and Producing Summaries", SIGIR 1998.
    Differs: scores are brought to 0..1 within the query, so that `diversity` means the same for
    every model; likeness is the cosine of item vectors.
    Cost: O(depth^2 (D + 1)) a query.

    Attributes:
        vectors: (N, D) float32.
        diversity, depth: as in the configuration.
    """

    config_type: ClassVar[type[types.Config]] = MmrConfig
    vectors: Vectors
    diversity: float
    depth: int

    @classmethod
    def of(cls, config: MmrConfig, parts: Parts) -> Self:
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
    nearest = np.zeros(count, dtype=np.float32)
    is_taken = np.zeros(count, dtype=np.bool_)
    for step in range(count):
        best, most = -1, np.float32(-np.inf)
        for candidate in range(count):
            value = (1 - diversity) * worth[candidate] - diversity * nearest[candidate]
            if not is_taken[candidate] and value > most:
                best, most = candidate, value
        order[step] = best
        is_taken[best] = True
        for candidate in range(count):
            if step == 0 or alike[candidate, best] > nearest[candidate]:
                nearest[candidate] = alike[candidate, best]
