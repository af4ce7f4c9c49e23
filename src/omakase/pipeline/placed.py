"""Items that a version has not learnt of, placed among those that it has by what they are.

A model with vectors finds such an item in an index of its own, searched in full beside the index of
the version, whatever kind that is; any other model scores it as the known items most like it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.features.likeness import ContentNeighbors, ContentSpace
from omakase.index.exact import ExactConfig, ExactIndex
from omakase.protocols import Embeds, Model
from omakase.scoring import score_items
from omakase.types import PAD, Queries, Vectors, Weights

SCORED_BY: Final = 5
"""Known items by whose scores a new one is scored, where a model has no vectors."""

NEIGHBORS: Final = 20
"""Known items by whose vectors a new one gets its own."""

ENOUGH_EVENTS: Final = 10
"""Events of an item from which its vector says what it is: of less it is drawn towards nothing."""

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
        events: (N,) how often each known item was taken; none: nobody knows.
        ids: (M,) of the items.
        vectors: (M, F) in the space.
        near: the known items most like each.
        indexes: over the vectors of these items in the space of a model, by the model's identity,
            with the model, which so stays what it is; each is made when it is asked first.
    """

    space: ContentSpace
    events: Weights | None = None
    ids: tuple[str, ...] = ()
    vectors: sparse.csr_array = field(default_factory=lambda: sparse.csr_array((0, 0)))
    near: ContentNeighbors = field(
        default_factory=lambda: ContentNeighbors(
            np.zeros((0, NEIGHBORS), np.int32), np.zeros((0, NEIGHBORS), np.float32)
        )
    )
    indexes: dict[int, tuple[Embeds, ExactIndex]] = field(
        default_factory=dict, init=False, compare=False
    )

    def renewed(
        self, rows: Mapping[str, Mapping[str, Any]], changed: Sequence[str]
    ) -> "PlacedItems":
        """The items of `rows`; only those of `changed` are placed anew."""
        stale = set(changed)
        unchanged = [n for n, key in enumerate(self.ids) if key in rows and key not in stale]
        fresh = [key for key in rows if key in stale or key not in self._at]
        if not fresh and len(unchanged) == len(self.ids):
            return self
        table = pl.DataFrame(
            {name: [rows[key].get(name) for key in fresh] for name in FACTS}, schema=dict(FACTS)
        )
        added = self.space.vectors(table)
        near = self.space.neighbors(added, NEIGHBORS)
        vectors = sparse.csr_array(self.vectors[unchanged]) if unchanged else None
        return PlacedItems(
            self.space,
            self.events,
            (*(self.ids[n] for n in unchanged), *fresh),
            sparse.csr_array(sparse.vstack([vectors, added])) if vectors is not None else added,
            ContentNeighbors(
                np.concatenate([self.near.rows[unchanged], near.rows]),
                np.concatenate([self.near.likeness[unchanged], near.likeness]),
            ),
        )

    def scores(
        self, model: Model[Any], queries: Queries, item_ids: Sequence[str]
    ) -> dict[str, float]:
        """What a model says to one query of those of some items that are like any it knows."""
        positions = (self._at[key] for key in item_ids if key in self._at)
        chosen = np.asarray(
            [at for at in positions if self.near.rows[at, 0] != PAD], dtype=np.int64
        )
        if not len(chosen):
            return {}
        if isinstance(model, Embeds):
            said = self._search(model, queries, chosen)
        else:
            said = self._by_neighbors(model, queries, chosen)
        return {self.ids[at]: float(score) for at, score in zip(chosen, said, strict=True)}

    def _search(self, model: Embeds, queries: Queries, chosen: NDArray[np.int64]) -> Weights:
        """(C,) of items at (C,) places, by the index of their vectors."""
        if id(model) not in self.indexes:
            made = ExactIndex.build(
                self.vectors_by(model), ExactConfig(), rng=np.random.default_rng(0)
            )
            self.indexes[id(model)] = model, made
        _, index = self.indexes[id(model)]
        allowed = np.zeros(len(self.ids), dtype=np.bool_)
        allowed[chosen] = True
        hits = index.search_among(model.query_vectors(queries)[:1], len(chosen), allowed)
        scores = np.zeros(len(self.ids), dtype=np.float32)
        scores[hits.items[0]] = hits.scores[0]
        return scores[chosen]

    def _by_neighbors(
        self, model: Model[Any], queries: Queries, chosen: NDArray[np.int64]
    ) -> Weights:
        """(C,) of items at (C,) places: the mean of what the model says of those they are like."""
        near = self.near.nearest(SCORED_BY)
        rows = near.rows[chosen]
        neighbours = np.unique(rows[rows != PAD])
        neighbour_scores = score_items(model, queries, neighbours[None, :].astype(np.int32))[0]
        columns = np.searchsorted(neighbours, np.where(rows == PAD, neighbours[0], rows))
        scores_by_rank = np.where(rows == PAD, 0, neighbour_scores[columns])
        return np.asarray((scores_by_rank * near.weights[chosen]).sum(axis=1), dtype=np.float32)

    def vectors_by(self, model: Embeds) -> Vectors:
        """(M, D) float32 of the items in the space of a model; 0 where they are like nothing known.

        The mean of the vectors of the known items most like each, by their likeness and by how
        much was known of them, as long as these are on average: a mean of vectors that point apart
        is shorter than they are, and would never be found.
        """
        rows = np.where(self.near.rows == PAD, 0, self.near.rows)
        weights = self.near.weights
        if self.events is not None:
            events = self.events[rows]
            weights = weights * (events + 1) / (events + ENOUGH_EVENTS)
            weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
        vectors = np.asarray(model.item_vectors()[rows], dtype=np.float32)  # (M, K, D)
        mean = np.einsum("mk,mkd->md", weights, vectors)
        target_lengths = (weights * np.linalg.norm(vectors, axis=2)).sum(axis=1, keepdims=True)
        length = np.linalg.norm(mean, axis=1, keepdims=True)
        return np.asarray(mean * (target_lengths / np.maximum(length, 1e-12)), dtype=np.float32)

    def likeness(self, anchor: sparse.csr_array, item_ids: Sequence[str]) -> dict[str, float]:
        """How like an item (its (1, F) vector) those of some items are that share anything."""
        alike = np.asarray((self.vectors @ anchor.T).todense()).ravel()
        entries = ((key, self._at[key]) for key in item_ids if key in self._at)
        return {key: float(alike[at]) for key, at in entries if alike[at] > 0}

    def vector_of(self, item_id: str) -> sparse.csr_array | None:
        """(1, F) of one of the items; None of any other."""
        at = self._at.get(item_id)
        return None if at is None else sparse.csr_array(self.vectors[[at]])

    @cached_property
    def _at(self) -> dict[str, int]:
        return {item_id: n for n, item_id in enumerate(self.ids)}
