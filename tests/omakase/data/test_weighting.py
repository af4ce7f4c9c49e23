"""What an event counts."""

import math

import numpy as np
import polars as pl
import pytest

from omakase.data.weighting import KindWeight, Weighting
from omakase.types import DAY_SECONDS


def row(kind, value=1.0, time=0):
    return pl.DataFrame({"kind": [kind], "value": [value], "time": [time]})


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [("purchase", 1, 5), ("rating", 4, 4), ("rating", 9, 5), ("dislike", 1, -2), ("wave", 1, 1)],
)
def test_default_weights(kind, value, expected):
    assert Weighting().weights(row(kind, value), now=0)[0] == expected


def test_events_fade():
    faded = Weighting(fade_days=30).weights(row("view"), now=30 * DAY_SECONDS)
    assert faded[0] == pytest.approx(math.exp(-1))


def test_the_cap_holds_before_the_sign():
    kinds = {"refund": KindWeight(weight=2, from_value=True, cap=3, negative=True)}
    assert Weighting(kinds=kinds).weights(row("refund", 10), now=0)[0] == -3


def test_a_value_that_is_not_there_counts_one():
    events = pl.DataFrame({"kind": ["rating"], "value": [None], "time": [0]})
    weights = Weighting().weights(events.cast({"value": pl.Float32}), now=0)
    assert weights.tolist() == [1.0]


def test_each_row_has_its_own_kind_age_and_value():
    events = pl.DataFrame(
        {
            "kind": ["dislike", "rating", "view", "rating", "impression"],
            "value": [9.0, 3.0, 9.0, 8.0, 1.0],
            "time": [0, 0, DAY_SECONDS, 3 * DAY_SECONDS, 0],
        }
    )
    found = Weighting(fade_days=2).weights(events, now=2 * DAY_SECONDS)
    assert found.dtype == np.float32
    expected = [-2 * math.exp(-1), 3 * math.exp(-1), math.exp(-0.5), 5.0, 0.0]
    assert found.tolist() == pytest.approx(expected)
