"""Which times are believed, and how old an event is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from omakase.types import DAY_SECONDS, Times

FUTURE_SECONDS: Final = DAY_SECONDS
"""How far a clock may run ahead; an event that is later is refused at every door."""

DECAY_FLOOR: Final = 0.01
"""Least share of its weight that an event keeps, however old it is."""

LATE_SHARE: Final = 0.01
"""Share of the newest events that ages are not counted from."""

LATE_EVENTS: Final = 10
"""Least number of events that ages are not counted from, where there are ten times as many."""

NEAR_SECONDS: Final = 30 * DAY_SECONDS
"""How far the newest event may lie beyond the others for ages to be counted from it all the same:
so much makes no event old."""


def latest_time(now: int, future_seconds: int = FUTURE_SECONDS) -> int:
    """Unix seconds of the latest event that is believed at `now`."""
    return now + future_seconds


def reference_time(times: Times) -> int:
    """The time that ages are counted from: the newest event, unless that stands alone.

    Where it lies `NEAR_SECONDS` or more beyond all but a hundredth of the events (all but ten where
    there are a hundred, and always all but one), ages are counted from the newest of these: a few
    odd clocks, or the first clicks on an old data set, make nothing else old. 0 where there are no
    events.

    Args:
        times: (E,) Unix seconds, in any order.
    """
    if not len(times):
        return 0
    index = usual_place(len(times))
    return believed_time(usual=int(np.partition(times, index)[index]), newest=int(times.max()))


def usual_place(count: int) -> int:
    """Which of so many times, counted from the oldest, at 0, the newest is compared with."""
    later = max(LATE_SHARE * count, min(LATE_EVENTS, count / 10), 1)
    return max(0, count - 1 - int(np.ceil(later)))


def believed_time(*, usual: int, newest: int) -> int:
    """The newest time, unless it lies too far beyond that at `usual_place` (Unix seconds)."""
    return newest if newest - usual < NEAR_SECONDS else usual


def decay(times: Times, *, reference: int, fade_days: float) -> NDArray[np.float64]:
    """(E,) share of its weight that each event keeps: exp(-age / fade_days), `DECAY_FLOOR` or more.

    Events after `reference` have no age.
    """
    ages = np.maximum(0, reference - times)
    return np.maximum(np.exp(-ages / (fade_days * DAY_SECONDS)), DECAY_FLOOR)
