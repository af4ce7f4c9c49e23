"""Which times are believed, and how old an event is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.clock import DECAY_FLOOR, decay, latest_time, reference_time
from omakase.types import DAY_SECONDS

NOW = 1_800_000_000
YEAR = 365 * DAY_SECONDS
ODD = (4_102_444_800, 2**40, NOW + 10 * YEAR, 0, -(2**40))


def days(*numbers):
    return NOW + np.asarray(numbers, dtype=np.int64) * DAY_SECONDS


def test_latest_time_is_a_day_ahead():
    assert latest_time(NOW) == NOW + DAY_SECONDS
    assert latest_time(NOW, 60) == NOW + 60


def test_reference_time_of_a_living_shop_is_its_newest_event():
    times = days(*range(-300, 1))
    assert reference_time(times) == NOW


def test_reference_time_of_old_data_with_some_new_clicks_is_where_the_old_end():
    old = days(*range(-10_000, -9_000))
    assert reference_time(np.concatenate([old, days(0, 0, 0)])) <= old[-1]
    assert reference_time(np.concatenate([old, days(0, 0, 0)])) >= old[-20]


def test_reference_time_of_few_events():
    assert reference_time(days()) == 0
    assert reference_time(days(5)) == NOW + 5 * DAY_SECONDS
    assert reference_time(days(0, 1)) == NOW + DAY_SECONDS
    assert reference_time(days(0, 9_000)) == NOW


@given(st.lists(st.integers(0, 29), min_size=2, max_size=60), st.sampled_from(ODD))
def test_one_odd_time_moves_no_age_by_more_than_the_others_span(ages, odd):
    times = days(*ages)
    moved = reference_time(np.append(times, odd)) - reference_time(times)
    assert abs(moved) <= 30 * DAY_SECONDS


@given(st.lists(st.integers(-20_000, 20_000), min_size=1), st.sampled_from([0.001, 30.0, 1e6]))
def test_decay_keeps_a_share_of_every_event(ages, fade_days):
    times = days(*ages)
    kept = decay(times, reference=reference_time(times), fade_days=fade_days)
    assert ((kept >= DECAY_FLOOR) & (kept <= 1)).all()
    assert (np.diff(kept[np.argsort(times)]) >= 0).all()


def test_decay_of_an_event_of_one_fade_is_one_over_e():
    kept = decay(days(-30, 0, 7), reference=NOW, fade_days=30)
    assert kept.tolist() == pytest.approx([np.exp(-1), 1, 1])
