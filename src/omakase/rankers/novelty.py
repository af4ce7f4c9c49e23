"""Lists with more of what not everybody knows."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import scipy
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.lists import sorted_slate
from omakase.arrays.standard import to_unit
from omakase.protocols import Parts
from omakase.scoring import asked_diversity
from omakase.types import PAD, Queries, Slate


class NoveltyConfig(types.Config):
    """How much novelty counts, and by whose idea of popularity."""

    model: str = Field(
        default="popular", description="name of the model that knows what is popular"
    )
    diversity: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="0: by score alone; 1: the least known first; a request may ask otherwise",
    )


@dataclass(frozen=True)
class Novelty:
    """The score between 0 and 1, mixed with the share of the catalog that is better known.

    Paper: Vargas, Castells, "Rank and Relevance in Novelty and Diversity Metrics for Recommender
    Systems", RecSys 2011 (item novelty by popularity), as a boost.

    Attributes:
        novelty: (N,) 0 for the best known item, towards 1 for the least known.
        diversity: as in the configuration.
    """

    config_type: ClassVar[type[types.Config]] = NoveltyConfig
    novelty: NDArray[np.float32]
    diversity: float

    @classmethod
    def of(cls, config: NoveltyConfig, parts: Parts) -> Self:
        stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
        popularity = parts.model(config.model).score(stranger)[0]
        better = scipy.stats.rankdata(-popularity, method="min") - 1
        return cls((better / max(len(popularity) - 1, 1)).astype(np.float32), config.diversity)

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        diversity = asked_diversity(queries, self.diversity)[:, None]
        fresh = self.novelty[np.maximum(slate.items, 0)]
        mixed = (1 - diversity) * to_unit(slate) + diversity * fresh
        scores = np.where(slate.items == PAD, -np.inf, mixed).astype(np.float32)
        return sorted_slate(slate.items, scores)
