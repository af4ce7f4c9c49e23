"""Events that take an earlier one back: out of the cart again, returned, cancelled, refunded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omakase.types import Times


@dataclass(frozen=True, slots=True)
class TakeBackRule:
    """What one kind takes back.

    Attributes:
        kinds: that it cancels.
        bar: least weight of the kind of a later event by which the item is taken up again.
    """

    kinds: frozenset[int]
    bar: float


@dataclass(frozen=True, slots=True)
class TakeBacks:
    """What was taken back among E events.

    Attributes:
        cancelled: (E,) events that another one took back; they count nothing.
        withdrawn: (E,) events of a person and an item of which the last word was a take-back:
            what was taken back, and what took it back.
    """

    cancelled: NDArray[np.bool_]
    withdrawn: NDArray[np.bool_]


def take_backs(
    pairs: NDArray[np.int64],
    kinds: NDArray[np.int64],
    times: Times,
    rules: Mapping[int, TakeBackRule],
    weights: Sequence[float],
) -> TakeBacks:
    """Each event that takes back cancels the newest earlier one of its kinds that still stands.

    Whoever takes an item up again afterwards, by an event that weighs as much as what was taken
    back, has not withdrawn it. An event that finds nothing to take back withdraws the item all
    the same.

    Args:
        pairs: (E,) a number for each person and item.
        kinds: (E,) a number for each kind.
        times: (E,) Unix seconds; of the same second, the later row is the later event.
        rules: of the kinds that take back.
        weights: of each kind.
    """
    cancelled, withdrawn = np.zeros(len(kinds), np.bool_), np.zeros(len(kinds), np.bool_)
    takes = np.isin(kinds, list(rules))
    if takes.any():
        touched = np.flatnonzero(np.isin(pairs, np.unique(pairs[takes])))
        order = touched[np.lexsort((times[touched], pairs[touched]))]
        starts = np.flatnonzero(np.diff(pairs[order], prepend=pairs[order[0]] - 1))
        for rows in np.split(order, starts[1:]):
            gone, last = _pair(kinds[rows].tolist(), rules, weights)
            cancelled[rows[gone]] = True
            withdrawn[rows[last]] = True
    return TakeBacks(cancelled, withdrawn)


def _pair(
    kinds: Sequence[int], rules: Mapping[int, TakeBackRule], weights: Sequence[float]
) -> tuple[list[int], list[int]]:
    """Of one person and item, oldest first: what is cancelled, and what is withdrawn at the end."""
    open_events: list[int] = []
    cancelled: list[int] = []
    withdrawn: list[int] = []
    threshold = 0.0
    for index, kind in enumerate(kinds):
        if kind not in rules:
            open_events.append(index)
            withdrawn = [] if weights[kind] >= threshold else withdrawn
            continue
        threshold = rules[kind].bar
        match = next((at for at in reversed(open_events) if kinds[at] in rules[kind].kinds), None)
        withdrawn.append(index)
        if match is not None:
            open_events.remove(match)
            cancelled.append(match)
            withdrawn.append(match)
    return cancelled, withdrawn
