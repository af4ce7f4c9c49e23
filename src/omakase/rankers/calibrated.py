"""Lists in which each taste of a person has its share."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.gather import sums_at
from omakase.arrays.kernel import kernel
from omakase.arrays.lists import reordered
from omakase.arrays.standard import to_unit
from omakase.errors import ConfigError
from omakase.features.attributes import attribute_shares
from omakase.protocols import Parts
from omakase.scoring import asked_diversity
from omakase.types import PAD, Queries, Scores, Slate

Shares = NDArray[np.float64]
SMOOTH = 0.01
"""Share of the person's own mix that every list is given, so that no taste is wholly missing."""


class CalibratedConfig(types.Config):
    """Shares of what, and how much they count."""

    column: str = Field(default="category", description="the items' column whose shares count")
    diversity: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="0: by score alone; 1: by shares alone; a request may ask otherwise",
    )
    depth: int = Field(default=100, ge=1, description="best candidates that are rearranged")
    length: int = Field(default=20, ge=1, description="places that are filled with shares in mind")


@dataclass(frozen=True)
class Calibrated:
    """Picks, again and again, the item that adds most to score and likeness to the own mix.

    Paper: Steck, "Calibrated Recommendations", RecSys 2018 (equations 5 and 7, greedy).
    Differs: scores are brought to 0..1 within the query. Who has no history, or only items of no
    known kind, gets the list unchanged.
    Cost: O(length depth A) a query for A kinds.

    Attributes:
        shares: (N, A) of the kinds of each item.
        diversity, depth, length: as in the configuration.
    """

    config_type: ClassVar[type[types.Config]] = CalibratedConfig
    shares: sparse.csr_array
    diversity: float
    depth: int
    length: int

    @classmethod
    def of(cls, config: CalibratedConfig, parts: Parts) -> Self:
        if config.column not in parts.items.columns:
            raise ConfigError(
                f"items have no column {config.column!r} to calibrate by; they have "
                f"{parts.items.columns}"
            )
        (shares,) = attribute_shares(parts.items, [config.column])
        return cls(sparse.csr_array(shares), config.diversity, config.depth, config.length)

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        order = np.tile(np.arange(slate.items.shape[1], dtype=np.int64), (len(slate), 1))
        worth, diversity = to_unit(slate), asked_diversity(queries, self.diversity)
        mixes = self.mixes(queries)
        for b in range(len(slate)):
            count = min(self.depth, int((slate.items[b] != PAD).sum()))
            if count and mixes[b].sum() > 0:
                kinds = self.shares[slate.items[b, :count]].toarray().astype(np.float64)
                _pick(worth[b, :count], kinds, mixes[b], diversity[b], self.length, order[b])
        return reordered(slate, order)

    def mixes(self, queries: Queries) -> Shares:
        """(B, A) share of each kind in the liked part of each history; 0 where there is none."""
        liked = queries.matrix(self.shares.shape[0]).maximum(0)
        sums = sums_at(sparse.csr_array(liked), self.shares)
        return sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-12)


def divergence(own: Shares, shown: Shares) -> float:
    """Kullback-Leibler divergence of (A,) shares of a list from a person's own, smoothed.

    0 where the list has the own mix; larger the more a taste is crowded out.
    """
    mixed = (1 - SMOOTH) * shown + SMOOTH * own
    is_positive = own > 0
    return float((own[is_positive] * np.log(own[is_positive] / mixed[is_positive])).sum())


@kernel
def _pick(
    worth: Scores,
    kinds: Shares,
    own: Shares,
    diversity: float,
    length: int,
    order: NDArray[np.int64],
) -> None:
    """Put the places of (C,) candidates of (C, A) kinds into the first C of order."""
    count = len(worth)
    is_taken = np.zeros(count, dtype=np.bool_)
    distribution = np.zeros(len(own))
    held = 0
    while held < min(length, count):
        best, most = -1, -np.inf
        for column in range(count):
            if is_taken[column]:
                continue
            apart = _apart(own, (distribution + kinds[column]) / (held + 1))
            value = (1 - diversity) * worth[column] - diversity * (held + 1) * apart
            if value > most:
                best, most = column, value
        order[held] = best
        is_taken[best] = True
        distribution += kinds[best]
        held += 1
    for column in range(count):
        if not is_taken[column]:
            order[held] = column
            held += 1


@kernel
def _apart(own: Shares, shown: Shares) -> float:
    total = 0.0
    for kind in range(len(own)):
        if own[kind] > 0:
            mixed = (1 - SMOOTH) * shown[kind] + SMOOTH * own[kind]
            total += own[kind] * np.log(own[kind] / mixed)
    return total
