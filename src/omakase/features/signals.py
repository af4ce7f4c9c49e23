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
    finite = np.where(np.isfinite(scaled), scaled, 0)
    ranks = _places(rows).reshape(raw.shape)
    columns: Columns = {}
    for n, name in enumerate(names):
        columns |= {f"{name}.score": finite[n], f"{name}.place": ranks[n]}
    return {**columns, "all.best": ranks.max(axis=0), "all.mean": ranks.mean(axis=0)}


def _places(scores: Scores) -> NDArray[np.float32]:
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(scores.shape[1])[None], axis=1)
    return np.where(np.isneginf(scores), 0, 1 / (1 + ranks)).astype(np.float32)
