"""Probabilities on their way from the draw to the answer: nothing after it may make them untrue."""

from collections.abc import Sequence

import numpy as np

from omakase.arrays.lists import keep_allowed
from omakase.types import PAD, Slate

ANY_ROW = int(np.iinfo(np.int32).max)


def without(slate: Slate, pins: Slate | None, places: Sequence[tuple[int, int]], k: int) -> Slate:
    """The slate less what is pinned into the answer: that has its own position, and is not drawn.

    Args:
        pins: (B, P) those that pass the gate; None where there are none.
        places: (position from 0, item row) of each pin; those beyond k are no pins of this answer.
    """
    if pins is None:
        return slate
    rows = np.array([row for position, row in places if position < k], dtype=np.int32)
    banned = np.where(np.isin(pins.items, rows), pins.items, np.int32(PAD))
    return keep_allowed(slate, banned, ANY_ROW)


def carried(answer: Slate, drawn: Slate) -> Slate:
    """(B, K) the answer, each drawn item with the chance of the draw, all else with 1.

    Pins and fills stand where they stand whatever was drawn, and move what was drawn the same way
    each time, so its chance goes with it.
    """
    if drawn.probabilities is None:
        return answer
    chances = np.ones(answer.items.shape)
    for b, row in enumerate(answer.items):
        probability_of = dict(
            zip(drawn.items[b].tolist(), drawn.probabilities[b].tolist(), strict=True)
        )
        probability_of[PAD] = 1.0
        chances[b] = [probability_of.get(item, 1.0) for item in row.tolist()]
    return Slate(answer.items, answer.scores, chances)


def scattered(rows: np.ndarray, part: Slate, answer: Slate) -> Slate:
    """The answer (B, K) with a part (R, K) written into some of its rows, chances and all."""
    answer.items[rows], answer.scores[rows] = part.items, part.scores
    if part.probabilities is None:
        return answer
    chances = answer.probabilities
    chances = np.ones(answer.items.shape) if chances is None else chances
    chances[rows] = part.probabilities
    return Slate(answer.items, answer.scores, chances)
