"""What an event counts."""

import math

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
