"""Item neighbours: what is like the things you chose."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.links import Links
from omakase.arrays.nearest import most_alike
from omakase.arrays.similarity import Similarity, Weigher
from omakase.arrays.ties import tie_breaks
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Rows, Scores, Weights, silent


class ItemKnnConfig(Similarity):
    """Knobs of item neighbours."""

    neighbours: int = Field(default=20, ge=1, description="most alike items kept for each item")


@dataclass(frozen=True, slots=True)
class ItemKnn:
    """Each past event speaks for the neighbours of its item, as loudly as they are alike.

    Paper: Deshpande and Karypis, "Item-Based Top-N Recommendation Algorithms", TOIS 2004; adjusted
    cosine: Sarwar et al., "Item-Based Collaborative Filtering Recommendation Algorithms", WWW 2001;
    asymmetric cosine: Aiolli, "Efficient Top-N Recommendation for Very Large Scale Binary Rated
    Datasets", RecSys 2013.
    Differs: pearson and adjusted cosine divide by the size of whole items rather than of their
    common part, so that one common person does not make two items the same. Strengths are added
    up, not averaged: an average ranks an item with one faint neighbour first.
    Cost: one addition for each pair of events of a person, sum over people of n^2; memory
    O(N neighbours).

    Attributes:
        links: from each item to its neighbours.
        ties: (N,) what orders items that nothing of the history speaks for.
    """

    config_type: ClassVar[type[types.Config]] = ItemKnnConfig
    links: Links
    ties: Weights

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: ItemKnnConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        raw = data.matrix.T.tocsr()  # (N, U)
        weigher = Weigher.fitted(raw, config)
        items = weigher.weigh(raw)
        near = most_alike(
            items,
            items.T.tocsr(),
            config.neighbours,
            weigher.measure(items, weigher.size(items, 1 - config.alpha)),
            skip=np.arange(data.n_items, dtype=np.int32),
            threshold=config.threshold,
            progress=progress,
        )
        return cls(Links.of(near), tie_breaks(data.matrix))

    def score(self, queries: Queries) -> Scores:
        return self.links.spread(queries.history, queries.weights) + self.ties

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        reached = self.links.reaching(queries.history, queries.weights, items)
        return reached + self.ties[items]

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        return self.links.between(queries.history, items) * queries.weights[:, None, :]

    def arrays(self) -> Arrays:
        return {**self.links.arrays(), "ties": self.ties}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: ItemKnnConfig) -> Self:
        return cls(Links.from_arrays(arrays), arrays["ties"])
