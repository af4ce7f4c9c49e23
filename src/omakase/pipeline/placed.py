"""Items that a version has not learnt of, placed among those that it has by what they are.

A model scores such an item as it scores the known items that are most like it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any, Final

import numpy as np
import polars as pl
from scipy import sparse

from omakase.features.likeness import ContentNeighbors, ContentSpace
from omakase.protocols import Model
from omakase.scoring import score_items
from omakase.types import PAD, Queries

NEIGHBORS: Final = 5
"""Known items by which a new one is scored."""

FACTS: Final[Mapping[str, Any]] = {
    "title": pl.String,
    "description": pl.String,
    "category": pl.String,
    "brand": pl.String,
    "tags": pl.List(pl.String),
}
"""What is looked at of an item."""

SHARE: Final = 0.2
"""Most of a model's list that goes to items that it has not learnt of."""


def most_new(n: int) -> int:
    """Places of a list of n, at most, for items that its model has not learnt of."""
    return ceil(SHARE * n)


@dataclass(frozen=True)
class PlacedItems:
    """M items in the space of a version's.

    Attributes:
        ids: (M,) of the items.
        vectors: (M, F) in the space.
        near: the known items most like each.
    """

    space: ContentSpace
    ids: tuple[str, ...] = ()
    vectors: sparse.csr_array = field(default_factory=lambda: sparse.csr_array((0, 0)))
    near: ContentNeighbors = field(
        default_factory=lambda: ContentNeighbors(
            np.zeros((0, NEIGHBORS), np.int32), np.zeros((0, NEIGHBORS), np.float32)
        )
    )

    def renewed(
        self, rows: Mapping[str, Mapping[str, Any]], changed: Sequence[str]
    ) -> "PlacedItems":
        """The items of `rows`; only those of `changed` are placed anew."""
        stale = set(changed)
        kept = [n for n, key in enumerate(self.ids) if key in rows and key not in stale]
        fresh = [key for key in rows if key in stale or key not in self._at]
        if not fresh and len(kept) == len(self.ids):
            return self
        table = pl.DataFrame(
            {name: [rows[key].get(name) for key in fresh] for name in FACTS}, schema=dict(FACTS)
        )
        added = self.space.vectors(table)
        near = self.space.neighbors(added, NEIGHBORS)
        before = sparse.csr_array(self.vectors[kept]) if kept else None
        return PlacedItems(
            self.space,
            (*(self.ids[n] for n in kept), *fresh),
            sparse.csr_array(sparse.vstack([before, added])) if before is not None else added,
            ContentNeighbors(
                np.concatenate([self.near.rows[kept], near.rows]),
                np.concatenate([self.near.likeness[kept], near.likeness]),
            ),
        )

    def scores(
        self, model: Model[Any], queries: Queries, item_ids: Sequence[str]
    ) -> dict[str, float]:
        """What a model says to one query of those of some items that are like any it knows."""
        chosen = np.asarray([self._at[key] for key in item_ids if key in self._at], dtype=np.int64)
        rows, weights = self.near.rows[chosen], self._weights[chosen]
        wanted = np.unique(rows[rows != PAD])
        if not len(wanted):
            return {}
        said = score_items(model, queries, wanted[None, :].astype(np.int32))[0]
        places = np.searchsorted(wanted, np.where(rows == PAD, wanted[0], rows))
        sums = (np.where(rows == PAD, 0, said[places]) * weights).sum(axis=1)
        near = (rows != PAD).any(axis=1)
        return {
            self.ids[at]: float(total)
            for at, total, has in zip(chosen, sums, near, strict=True)
            if has
        }

    def likeness(self, anchor: sparse.csr_array, item_ids: Sequence[str]) -> dict[str, float]:
        """How like an item (its (1, F) vector) those of some items are that share anything."""
        alike = np.asarray((self.vectors @ anchor.T).todense()).ravel()
        known = ((key, self._at[key]) for key in item_ids if key in self._at)
        return {key: float(alike[at]) for key, at in known if alike[at] > 0}

    def vector_of(self, item_id: str) -> sparse.csr_array | None:
        """(1, F) of one of the items; None of any other."""
        at = self._at.get(item_id)
        return None if at is None else sparse.csr_array(self.vectors[[at]])

    @cached_property
    def _at(self) -> dict[str, int]:
        return {item_id: n for n, item_id in enumerate(self.ids)}

    @cached_property
    def _weights(self) -> Any:
        return self.near.weights
