"""What each event counts, compiled: of a million events at training, of one person at a list."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel
from omakase.types import Stance, Stances

LARGEST: Final = 1e9
"""Most that one event counts for or against an item, whatever is declared."""

_AGAINST, _SILENT, _FOR = np.int8(Stance.AGAINST), np.int8(Stance.SILENT), np.int8(Stance.FOR)


RULE: Final = ("weight", "lowest", "highest", "cap", "from_value", "negative")
"""Columns of a table of rules: what `KindWeight` declares of a kind."""


def event_weights(
    rules: NDArray[np.float64],
    kinds: NDArray[np.int64],
    values: NDArray[np.float64],
    thresholds: NDArray[np.float64],
) -> tuple[NDArray[np.float64], Stances]:
    """(E,) signed weights, and (E,) what each event says of its item.

    Args:
        rules: (K, 6) of each kind, see `RULE`.
        kinds: (E,) places in `rules`.
        values: (E,) NaN where an event has none, which then counts as 1.
        thresholds: (E,) a value below it speaks against its item and counts 0.
    """
    weights, stances = np.empty(len(values)), np.empty(len(values), dtype=np.int8)
    if len(values):
        _weigh(rules, kinds, values, thresholds, weights, stances)
    return weights, stances


@kernel
def _weigh(
    rules: NDArray[np.float64],
    kinds: NDArray[np.int64],
    values: NDArray[np.float64],
    thresholds: NDArray[np.float64],
    weights: NDArray[np.float64],
    stances: Stances,
) -> None:
    for n in range(len(values)):
        weight, lowest, highest, cap, from_value, negative = rules[kinds[n]]
        size = weight
        if from_value:
            value = values[n]
            believed = 1.0 if np.isnan(value) else min(max(value, lowest), highest)
            size = min(weight, LARGEST) * believed
        limit = min(cap, LARGEST)
        size = min(max(size, -limit), limit)
        if negative:
            size = -size
        elif values[n] < thresholds[n]:  # no value, NaN, is below none
            weights[n], stances[n] = 0.0, _AGAINST
            continue
        weights[n] = size
        stances[n] = _FOR if size > 0 else _AGAINST if size < 0 else _SILENT
