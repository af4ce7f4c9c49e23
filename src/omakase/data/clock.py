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


def latest_time(now: int, future_seconds: int = FUTURE_SECONDS) -> int:
    """Unix seconds of the latest event that is believed at `now`."""
    return now + future_seconds


def reference_time(times: Times) -> int:
    """The time that ages are counted from: where the newest events are, not the newest itself.

    A hundredth of the events are later, at least ten where there are a hundred, and always one: a
    few odd clocks, or the first clicks on an old data set, make nothing else old. 0 where there
    are no events.

    Args:
        times: (E,) Unix seconds, in any order.
    """
    if not len(times):
        return 0
    later = max(LATE_SHARE * len(times), min(LATE_EVENTS, len(times) / 10), 1)
    place = max(0, len(times) - 1 - int(np.ceil(later)))
    return int(np.partition(times, place)[place])


def decay(times: Times, *, reference: int, fade_days: float) -> NDArray[np.float64]:
    """(E,) share of its weight that each event keeps: exp(-age / fade_days), `DECAY_FLOOR` or more.

    Events after `reference` have no age.
    """
    ages = np.maximum(0, reference - times)
    return np.maximum(np.exp(-ages / (fade_days * DAY_SECONDS)), DECAY_FLOOR)
