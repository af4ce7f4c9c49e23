"""Candidates like what was looked at last."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.lists import keep_allowed, sorted_slate, summed
from omakase.arrays.standard import directions
from omakase.protocols import Embeds, Model, Parts, VectorIndex
from omakase.scoring import similar_items
from omakase.types import PAD, Queries, Rows, Slate, Stance, Vectors

BLOCK = 512
ROOM = 3
"""Times as many are taken from an index, whose largest products are not the smallest angles."""


class ItemToItemConfig(types.Config):
    """Whose idea of likeness, and how far back."""

    model: str = Field(description="name of the model in the version that tells what is alike")
    recent: int = Field(default=10, ge=1, description="last events looked at")
    each: int = Field(default=50, ge=1, description="neighbours taken of each event")
    fade: float = Field(
        default=0.8, gt=0, le=1, description="an event counts this share of the next newer one"
    )
    table_items: int = Field(
        default=20_000,
        ge=0,
        description="largest catalog whose neighbours are all found beforehand",
    )
    index: str = Field(
        default="",
        description="name of the index over the model's item vectors, for larger catalogs; "
        "without one a request compares an event with every item",
    )


@dataclass(frozen=True)
class ItemToItemSource:
    """The neighbours of the last events; near the top of many lists beats the top of one.

    An item's points are the sum over its events of fade^age / (1 + place): places, because the
    likenesses of different items are not comparable. Disliked items have no say.

    Attributes:
        model: whose likeness it is.
        near: from (R,) rows to (R, at most `each`) rows, best first.
        n_items: N.
    """

    config_type: ClassVar[type[types.Config]] = ItemToItemConfig
    name: str
    config: ItemToItemConfig
    model: Model[Any]
    near: Callable[[Rows], Rows]
    n_items: int

    @classmethod
    def of(cls, name: str, config: ItemToItemConfig, parts: Parts) -> Self:
        model = parts.model(config.model)
        index = parts.index(config.index) if config.index else None
        near = _near(model, config, parts.n_items, index)
        return cls(name, config, model, near, parts.n_items)

    def candidates(self, queries: Queries, k: int) -> Slate:
        liked = np.where(queries.stance == Stance.FOR, queries.history, PAD)
        liked = liked[:, -self.config.recent :]
        rows, positions = np.unique(liked, return_inverse=True)
        neighbours = self.near(np.maximum(rows, 0).astype(np.int32))
        near = np.where(rows[:, None] == PAD, np.int32(PAD), neighbours)[
            positions.reshape(liked.shape)
        ]
        points = self._points(*near.shape[1:])
        flat = near.reshape(len(liked), len(points))  # (B, R * each)
        merged = summed(flat, np.broadcast_to(points, flat.shape).copy())
        slate = keep_allowed(merged, queries.exclude, self.n_items, queries.allowed)
        return Slate(slate.items[:, :k], slate.scores[:, :k])

    def _points(self, recent: int, each: int) -> types.Scores:
        age = np.arange(recent)[::-1]
        points = self.config.fade ** age[:, None] / (1 + np.arange(each))
        return points.astype(np.float32).ravel()


def _near(
    model: Model[Any], config: ItemToItemConfig, n_items: int, index: VectorIndex | None
) -> Callable[[Rows], Rows]:
    if n_items > config.table_items:
        if index is not None and isinstance(model, Embeds):
            return partial(_by_index, model.item_vectors(), index, config.each)
        return lambda rows: similar_items(model, rows, config.each).items
    everything = np.arange(n_items, dtype=np.int32)
    blocks = [
        similar_items(model, everything[at : at + BLOCK], config.each).items
        for at in range(0, n_items, BLOCK)
    ]
    table = np.concatenate(blocks)
    return lambda rows: table[rows]


def _by_index(vectors: Vectors, index: VectorIndex, each: int, rows: Rows) -> Rows:
    """(R, each): of what an index finds near the vectors of rows, the smallest angles, not itself.

    Asks with directions, so that a long vector does not find other neighbours than a short one.
    """
    row_directions = directions(vectors[rows])
    hits = index.search(row_directions, ROOM * each + 1).items
    neighbour_directions = directions(
        vectors[np.maximum(hits, 0)].reshape(-1, row_directions.shape[1])
    )
    cosines = np.einsum("rd,rcd->rc", row_directions, neighbour_directions.reshape(*hits.shape, -1))
    items = np.where(hits == rows[:, None], np.int32(PAD), hits)
    scores = np.where(items == PAD, np.float32(-np.inf), cosines).astype(np.float32)
    return sorted_slate(items, scores).items[:, :each]
