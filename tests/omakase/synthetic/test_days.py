"""Sessions and moments."""

import numpy as np
import pytest

from omakase.synthetic.days import BLOCK, SPLITS, START, Visits, moments, visits
from omakase.synthetic.dice import Dice
from omakase.types import DAY_SECONDS

EVENTS = np.arange(40_000, dtype=np.int64)
HOUR = 3600


def test_splits_fill_their_block():
    assert {sum(split) for split in SPLITS} == {BLOCK}


def test_sessions_are_runs_of_events():
    found = visits(Dice(0), EVENTS)
    assert (found.sessions + found.places == EVENTS).all()
    starts = found.sessions[found.places == 0]
    assert (np.diff(starts) > 0).all()
    sizes = np.bincount(np.searchsorted(starts, found.sessions))
    assert set(sizes.tolist()) == {1, 2, 3, 4, 5, 6, 7, 8}


def test_time_runs_from_the_start_for_as_many_days():
    times = moments(Dice(0), visits(Dice(0), EVENTS), len(EVENTS), 28)
    assert times[0] == START
    assert times[-1] - START == pytest.approx(28 * DAY_SECONDS, rel=0.01)


def test_sessions_start_in_order_and_their_events_follow():
    found = visits(Dice(0), EVENTS)
    times = moments(Dice(0), found, len(EVENTS), 28)
    assert (np.diff(times[found.places == 0]) >= 0).all()
    within = found.places[1:] > 0
    assert (np.diff(times)[within] > 0).all()


def test_evenings_and_weekends_are_busy():
    begun = Visits(EVENTS, np.zeros_like(EVENTS))
    seconds = moments(Dice(0), begun, len(EVENTS), 28) - START
    hours = np.bincount(seconds % DAY_SECONDS // HOUR, minlength=24)
    assert hours[20] > 5 * hours[4]
    days = np.bincount(seconds // DAY_SECONDS % 7, minlength=7)
    assert days[5] > 1.3 * days[0]
