"""Metrics that must not get worse."""

from math import inf

import pytest

from omakase.stats.effects import Effect, Interval
from omakase.stats.guardrails import check_guardrail


def effect(low, high):
    return Effect(1, 1, 0.1, 0.1, Interval(-1, 1), 0.5, Interval(low, high), None, 0.95, "m")


@pytest.mark.parametrize(
    ("low", "high", "direction", "expected"),
    [
        (-0.01, 0.05, "higher", "safe"),
        (-0.03, 0.05, "higher", "open"),
        (-0.09, -0.03, "higher", "harmed"),
        (-0.05, 0.01, "lower", "safe"),
        (-0.05, 0.03, "lower", "open"),
        (0.03, 0.09, "lower", "harmed"),
        (-inf, inf, "lower", "open"),
    ],
)
def test_guarded_compares_the_interval_with_the_tolerance(low, high, direction, expected):
    assert check_guardrail(effect(low, high), 0.02, direction) == expected


def test_guarded_by_a_negative_tolerance_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        check_guardrail(effect(0, 1), -0.1)
