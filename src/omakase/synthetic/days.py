"""Sessions and moments: when people come, and how long they stay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omakase.synthetic.dice import Dice, Positions
from omakase.types import DAY_SECONDS

START = 1_736_089_200
"""Monday, 6 January 2025, midnight in Seoul."""

WEEK = 7 * DAY_SECONDS
BLOCK = 8
SPLITS = ((8,), (5, 3), (3, 3, 2), (2, 6), (1, 4, 3), (4, 4), (6, 1, 1), (7, 1))
"""How a block of events falls into sessions."""

HOURS = np.asarray(
    [3, 2, 1, 1, 1, 1, 2, 4, 6, 6, 6, 8, 11, 9, 6, 6, 6, 8, 11, 13, 14, 13, 10, 6], dtype=float
)
"""How busy each hour of the day is."""

WEEKDAYS = np.asarray([0.9, 0.9, 1.0, 1.0, 1.2, 1.5, 1.3])
STARTS = np.asarray(
    [
        [
            place - place_in
            for place, place_in in enumerate(np.concatenate([np.arange(n) for n in s]))
        ]
        for s in SPLITS
    ]
)
"""(splits, BLOCK) where the session of each place of a block starts."""


@dataclass(frozen=True, slots=True)
class Visits:
    """Sessions of some events.

    Attributes:
        sessions: (n,) the event with which each event's session starts; names the session.
        places: (n,) how many events of the session came before.
    """

    sessions: Positions
    places: Positions


def visits(dice: Dice, events: Positions) -> Visits:
    """Which session each event belongs to."""
    block, offset = events // BLOCK, events % BLOCK
    start = STARTS[dice.whole("split", block, len(SPLITS)), offset]
    return Visits(block * BLOCK + start, offset - start)


def moments(dice: Dice, visits: Visits, n_events: int, days: int) -> Positions:
    """(n,) Unix seconds; sessions come in order, evenings and weekends are busier."""
    progress = visits.sessions / max(1, n_events) * days * DAY_SECONDS
    weeks, seconds = np.divmod(progress, WEEK)
    started = START + weeks * WEEK + _busy(seconds / WEEK)
    pause = 20 + 60 * dice.uniform("pause", visits.sessions)
    return np.asarray(started + visits.places * pause).astype(np.int64)


def _busy(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds of the week by which a share of the week's sessions has started."""
    weights = np.outer(WEEKDAYS, HOURS).ravel()
    rising = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    return np.interp(shares, rising, np.linspace(0, WEEK, len(rising)))
