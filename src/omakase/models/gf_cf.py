"""GF-CF: what people see two steps away, and the smoothest part of what they did."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.graph import NormalizedGraph
from omakase.arrays.signed_weights import SignedWeights
from omakase.arrays.ties import by_count
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Scores, silent


class GfCfConfig(SignedWeights):
    """Knobs of GF-CF."""

    rank: int = Field(default=256, ge=1, description="smooth modes that the low pass lets through")
    low_pass: float = Field(default=0.3, ge=0, description="weight of the low-pass part")


@dataclass(frozen=True, slots=True)
class GfCf:
    """A linear filter plus an ideal low-pass filter on the graph of people and items.

    score = h P + low_pass · h D^-½ V Vᵀ D^½, with D the degrees of items.

    Paper: Shen et al., "How Powerful is Graph Convolution for Recommendation?", CIKM 2021, eq. 21.
    Differs: dislikes are edges of weight -1.
    Cost: fit is one decomposition of rank K, O(nnz · K + (U + N) · K²); P is never formed.

    Attributes:
        graph: symmetric edges and their smoothest modes.
    """

    config_type: ClassVar[type[types.Config]] = GfCfConfig
    config: GfCfConfig
    graph: NormalizedGraph

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: GfCfConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        weights = config.signed(data.matrix)
        graph = NormalizedGraph.of(weights, rank=config.rank, rng=rng, progress=progress)
        return cls(config, graph)

    def score(self, queries: Queries) -> Scores:
        signal = self.config.signed(queries.matrix(len(self.graph)))
        smooth = self.graph.low_passed(signal, self.config.low_pass)
        return self.graph.hop(signal) + smooth + by_count(self.graph.degrees)

    def arrays(self) -> Arrays:
        return self.graph.arrays()

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: GfCfConfig) -> Self:
        return cls(config, NormalizedGraph.from_arrays(arrays))
