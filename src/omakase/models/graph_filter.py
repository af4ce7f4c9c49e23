"""A graph filter that damps what everybody shares, as a ridge regression would."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.gather import masked_at
from omakase.arrays.graph import Floats, NormalizedGraph
from omakase.arrays.signed_weights import SignedWeights
from omakase.arrays.ties import by_count
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Rows, Scores, silent


class GraphFilterConfig(SignedWeights):
    """Knobs of the graph filter."""

    rank: int = Field(default=400, ge=1, description="modes whose response is bent")
    ridge: float = Field(
        default=0.2,
        gt=0,
        description="smoothness at which a mode passes half; small: all modes pass alike, large: "
        "the linear filter",
    )
    user_exponent: float = Field(
        default=0.25, ge=0, le=1, description="how far the voice of busy people is turned down"
    )
    item_exponent: float = Field(
        default=0.5, ge=0, le=1, description="how far popular items are turned down on the graph"
    )
    history_exponent: float = Field(
        default=0.0, description="how far popular items of the history are turned down beside that"
    )
    popularity: float = Field(
        default=0.25, description="power of an item's popularity that is given back to its score"
    )


@dataclass(frozen=True, slots=True)
class GraphFilter:
    """One hop over the graph, with the strongest modes damped.

    With P = V diag(s) Vᵀ + rest, a mode of smoothness s passes as s / (s + ridge), scaled to meet
    the linear filter, s, at the last of the K modes; the rest passes linearly:
    score = (h D^-history) (P + V diag(response - s) Vᵀ) D^popularity.

    Paper: Shen et al., "How Powerful is Graph Convolution for Recommendation?", CIKM 2021, for
    filters on this graph; ridge regression as a filter: Steck, "Embarrassingly Shallow
    Autoencoders for Sparse Data", WWW 2019.
    Differs: GF-CF adds the modes with one weight, here each is bent by its smoothness; the four
    exponents of the degrees are free, where both papers fix them.
    Cost: fit is one decomposition of rank K, O(nnz · K + (U + N) · K²); a query is one sparse hop
    and K · N additions. No matrix of items by items is formed.

    Attributes:
        graph: edges and their smoothest modes.
    """

    config_type: ClassVar[type[types.Config]] = GraphFilterConfig
    config: GraphFilterConfig
    graph: NormalizedGraph

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: GraphFilterConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        graph = NormalizedGraph.of(
            config.signed(data.matrix),
            user_exponent=config.user_exponent,
            item_exponent=config.item_exponent,
            rank=config.rank,
            rng=rng,
            progress=progress,
        )
        return cls(config, graph)

    def score(self, queries: Queries) -> Scores:
        signal = self.config.signed(queries.matrix(len(self.graph)))
        return self._filter(signal) + by_count(self.graph.degrees)

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        """(B, C, L): exact, the parts add up to the score."""
        values = self.config.strengths(queries, len(self.graph))
        parts = np.zeros((*items.shape, queries.history.shape[1]), np.float32)
        for b, (past, targets) in enumerate(zip(queries.history, items, strict=True)):
            parts[b] = self._filter(self._alone(past))[:, targets].T * values[b]
        return masked_at(parts, items, 0.0)

    def arrays(self) -> Arrays:
        return self.graph.arrays()

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: GraphFilterConfig) -> Self:
        return cls(config, NormalizedGraph.from_arrays(arrays))

    def _filter(self, history: sparse.csr_array) -> Scores:
        """(B, N) from (B, N)."""
        degrees = self.graph.degrees
        signal = history.multiply(degrees ** np.float32(-self.config.history_exponent)).tocsr()
        bent = self.graph.respond(signal, self._response() - self.graph.smoothness)
        return (self.graph.hop(signal) + bent) * degrees ** np.float32(self.config.popularity)

    def _response(self) -> Floats:
        smoothness = self.graph.smoothness
        response = smoothness / (smoothness + np.float32(self.config.ridge))
        return response * (smoothness[-1] + np.float32(self.config.ridge))

    def _alone(self, past: Rows) -> sparse.csr_array:
        """(L, N): a row with one item for each place, none at PAD."""
        positions = np.flatnonzero(past >= 0)
        ones = np.ones(len(positions), np.float32)
        return sparse.csr_array(
            (ones, (positions, past[positions])), shape=(len(past), len(self.graph))
        )
