"""Metrics that must not get worse."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(
    st.floats(-0.5, 0.5), st.floats(0, 0.5), st.floats(0, 0.2), st.sampled_from(["higher", "lower"])
)
def test_guarded_metric_is_one_of_three_by_where_the_loss_may_lie(low, width, tolerance, direction):
    high = low + width
    worst, best = (-low, -high) if direction == "higher" else (high, low)
    if worst < tolerance:
        expected = "safe"
    elif best > tolerance:
        expected = "harmed"
    else:
        expected = "open"
    assert check_guardrail(effect(low, high), tolerance, direction) == expected


@given(st.floats(-0.5, 0.5), st.floats(0, 0.5), st.floats(0, 0.2))
def test_guarded_by_the_other_direction_is_the_mirror(low, width, tolerance):
    mirrored = check_guardrail(effect(-low - width, -low), tolerance, "lower")
    assert check_guardrail(effect(low, low + width), tolerance, "higher") == mirrored


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.02, 0.1, "open"),
        (-0.1, -0.02, "open"),
        (-inf, -0.5, "harmed"),
        (-0.01, inf, "safe"),
        (-inf, 0.0, "open"),
        (0.0, 0.0, "safe"),
    ],
)
def test_guarded_metric_at_the_very_tolerance_is_open(low, high, expected):
    assert check_guardrail(effect(low, high), 0.02) == expected


def test_guarded_by_a_tolerance_of_nothing_may_not_fall_at_all():
    assert check_guardrail(effect(0.001, 1), 0.0) == "safe"
    assert check_guardrail(effect(-0.001, 1), 0.0) == "open"
    assert check_guardrail(effect(-1, -0.001), 0.0) == "harmed"
    with pytest.raises(ValueError, match=r"^a tolerance of -0.5 is below 0$"):
        check_guardrail(effect(0, 1), -0.5)
