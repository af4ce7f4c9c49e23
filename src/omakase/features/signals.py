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
    columns: Columns = {}
    places = [_places(scores) for scores in raw]
    for name, scores, place in zip(names, raw, places, strict=True):
        scaled = standardised(scores)
        columns[f"{name}.score"] = np.where(np.isfinite(scaled), scaled, 0)
        columns[f"{name}.place"] = place
    stacked = np.stack(places)
    return {**columns, "all.best": stacked.max(axis=0), "all.mean": stacked.mean(axis=0)}


def _places(scores: Scores) -> NDArray[np.float32]:
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(scores.shape[1])[None], axis=1)
    return np.where(np.isneginf(scores), 0, 1 / (1 + places)).astype(np.float32)
