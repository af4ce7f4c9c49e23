"""The best candidates of a list, picked one after the other by worth and by likeness."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.lists import reordered
from omakase.arrays.standard import directions, to_unit
from omakase.types import PAD, Scores, Slate, Vectors

Pick = Callable[[Scores, NDArray[Any], float, NDArray[np.int64]], None]
"""Puts the places of (C,) candidates into the first C of an order, from their worth, their (C, C)
likeness, and how much variety is wanted."""


def pick_greedily(slate: Slate, vectors: Vectors, wanted: Scores, depth: int, pick: Pick) -> Slate:
    """(B, K): the slate with the first `depth` of each query in the order that `pick` gives.

    Worth is the score brought to 0..1 within the query; likeness the cosine of two vectors, 0
    for a vector of nothing.

    Args:
        vectors: (N, D).
        wanted: (B,) variety, 0..1.
    """
    order = np.tile(np.arange(slate.items.shape[1], dtype=np.int64), (len(slate), 1))
    worth = to_unit(slate)
    for b in range(len(slate)):
        size = min(depth, int((slate.items[b] != PAD).sum()))
        chosen = directions(vectors[slate.items[b, :size]]).astype(np.float64)
        pick(worth[b, :size], chosen @ chosen.T, wanted[b], order[b])
    return reordered(slate, order)
