"""Scores of a history through links between items."""

from dataclasses import dataclass
from typing import Any, Self

from omakase.arrays.gather import masked_at
from omakase.arrays.links import Links
from omakase.arrays.signed_weights import SignedWeights
from omakase.types import Arrays, Queries, Rows, Scores, Weights


@dataclass(frozen=True, slots=True)
class LinkScores:
    """What a model answers that has learnt weights from item to item.

    Attributes:
        config: whether weights of a history count, or their signs.
        links: from an item of the history to the items that it speaks for.
        ties: (N,) what orders items that nothing of the history speaks for.
    """

    config: SignedWeights
    links: Links
    ties: Weights

    def score(self, queries: Queries) -> Scores:
        return self.links.spread(queries.history, self._strengths(queries)) + self.ties

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        reached = self.links.reaching(queries.history, self._strengths(queries), items)
        return reached + self.ties[items]

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        """(B, C, L): the link from each place to each item, times its strength. Exact."""
        paths = self.links.between(queries.history, items)
        return masked_at(paths * self._strengths(queries)[:, None, :], items, 0.0)

    def arrays(self) -> Arrays:
        return {**self.links.arrays(), "ties": self.ties}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Any) -> Self:
        return cls(config, Links.from_arrays(arrays), arrays["ties"])

    def _strengths(self, queries: Queries) -> Weights:
        return self.config.strengths(queries, len(self.links))
