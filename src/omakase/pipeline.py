"""Retrieve, merge, rank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from omakase.protocols import Ranker, Source
from omakase.types import PAD, Queries, Slate


@dataclass(frozen=True)
class Pipeline:
    """Sources propose, the merge interleaves, rankers take turns.

    Attributes:
        sources: asked in order; an earlier source wins a tie.
        rankers: applied in order.
        pool: candidates asked of each source.
    """

    sources: tuple[Source, ...]
    rankers: tuple[Ranker, ...] = ()
    pool: int = 200

    def recommend(self, queries: Queries, k: int) -> Slate:
        """(B, at most k), nothing excluded and nothing twice."""
        slate = interleave([s.candidates(queries, self.pool) for s in self.sources])
        for ranker in self.rankers:
            slate = ranker.rank(queries, slate)
        return Slate(slate.items[:, :k], slate.scores[:, :k])


def interleave(slates: Sequence[Slate]) -> Slate:
    """First of each, second of each, …; an item keeps its first place.

    Scores of different sources are not comparable, so the merged score is 1 / (1 + place).
    """
    items = np.stack([s.items for s in slates], axis=2).reshape(len(slates[0].items), -1)
    merged = np.full_like(items, PAD)
    for row, candidates in enumerate(items):
        unique = list(dict.fromkeys(i for i in candidates.tolist() if i != PAD))
        merged[row, : len(unique)] = unique
    places = np.arange(merged.shape[1], dtype=np.float32)
    scores = np.where(merged == PAD, -np.inf, 1 / (1 + places)).astype(np.float32)
    return Slate(merged, scores)
