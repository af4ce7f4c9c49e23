"""What several scorers say of the same candidates, as features that a ranker can learn from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.standard import standardised
from omakase.types import Scores

Columns = dict[str, NDArray[np.float32]]


def signals(names: Sequence[str], raw: NDArray[np.float32]) -> Columns:
    """Of each of S scorers two columns (B, C), and two of them all together; 0 at PAD.

    `NAME.score` is standardised over the query's candidates, because scorers have scales of their
    own; `NAME.place` is 1 / (1 + place) among the candidates, from 0, ties by position;
    `all.best` and `all.mean` are the largest and the mean of those.

    Args:
        raw: (S, B, C), -inf at PAD.
    """
    rows = raw.reshape(raw.shape[0] * raw.shape[1], raw.shape[2])  # all told of in one go
    scaled = standardised(rows).reshape(raw.shape)
    told = np.where(np.isfinite(scaled), scaled, 0)
    places = _places(rows).reshape(raw.shape)
    columns: Columns = {}
    for n, name in enumerate(names):
        columns |= {f"{name}.score": told[n], f"{name}.place": places[n]}
    return {**columns, "all.best": places.max(axis=0), "all.mean": places.mean(axis=0)}


def _places(scores: Scores) -> NDArray[np.float32]:
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(scores.shape[1])[None], axis=1)
    return np.where(np.isneginf(scores), 0, 1 / (1 + places)).astype(np.float32)
