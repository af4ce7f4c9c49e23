"""What intervals and p-values share."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from omakase.stats.effects import Effect, Interval, bounded, critical, fieller, p_of


def effect(low=-1.0, high=1.0, control=2.0):
    return Effect(
        control, 3.0, 0.04, 0.05, Interval(low, high), 0.5, Interval(0, 1), None, 0.95, "m"
    )


def test_interval_covers_its_ends():
    assert Interval(1, 2).covers(1) and Interval(1, 2).covers(2)
    assert not Interval(1, 2).covers(2.01)
    assert Interval(1, 3).width == 2


def test_effect_derives_difference_lift_and_error():
    assert effect().difference == 1
    assert effect().lift == 0.5
    assert effect().standard_error == pytest.approx(0.3)
    assert effect(control=0.0).lift is None


@pytest.mark.parametrize(("low", "high", "sure"), [(-1, 1, False), (0.1, 1, True), (-2, -1, True)])
def test_effect_is_sure_where_zero_is_outside(low, high, sure):
    assert effect(low, high).is_sure is sure


def test_critical_is_the_normal_quantile():
    assert critical(0.95) == pytest.approx(1.959964)
    assert critical(0.95, "greater") == pytest.approx(1.644854)
    with pytest.raises(ValueError, match="between 0 and 1"):
        critical(95)


def test_bounded_leaves_the_other_side_open():
    assert bounded(1, 2, "both") == Interval(-1, 3)
    assert bounded(1, 2, "greater") == Interval(-1, inf)
    assert bounded(1, 2, "less") == Interval(-inf, 3)


@pytest.mark.parametrize("sides", ["both", "greater", "less"])
def test_p_of_agrees_with_scipy(sides):
    alternative = {"both": "two-sided"}.get(sides, sides)
    samples = np.random.default_rng(0).normal(0.2, 1, 40)
    theirs = stats.ttest_1samp(samples, 0, alternative=alternative)
    assert p_of(float(theirs.statistic), sides, 39) == pytest.approx(float(theirs.pvalue))
    assert p_of(nan, sides) == 1


def test_fieller_holds_exactly_the_ratios_that_a_z_test_does_not_reject():
    control, treatment, margin = (2.0, 0.05), (2.5, 0.08), 1.96
    low, high = (lambda i: (i.low, i.high))(fieller(*control, *treatment, margin))
    for end in (low, high):
        gap = treatment[0] - (1 + end) * control[0]
        spread = treatment[1] + (1 + end) ** 2 * control[1]
        assert abs(gap) / np.sqrt(spread) == pytest.approx(margin)


def test_fieller_of_dependent_estimates_reckons_with_their_covariance():
    plain = fieller(2.0, 0.05, 2.5, 0.08, 1.96)
    assert fieller(2.0, 0.05, 2.5, 0.08, 1.96, covariance=0.04).width < plain.width


def test_fieller_says_nothing_where_the_control_may_be_zero():
    assert fieller(0.1, 1.0, 1.0, 1.0, 1.96) == Interval(-inf, inf)
    assert fieller(0.0, 0.0, 1.0, 1.0, 1.96) == Interval(-inf, inf)


ENDS = st.floats(-1e6, 1e6)


@given(ENDS, ENDS, ENDS)
def test_interval_covers_what_lies_between_its_ends(one, other, truth):
    low, high = sorted((one, other))
    interval = Interval(low, high)
    assert interval.covers(truth) is (low <= truth <= high)
    assert interval.width == high - low >= 0
    assert not interval.covers(nan)


def test_interval_that_nothing_bounds_covers_everything():
    assert Interval(-inf, inf).covers(1e300)
    assert Interval(-inf, inf).width == inf


@pytest.mark.parametrize(
    ("level", "sides", "number"),
    [
        (0.95, "both", 1.959964),
        (0.99, "both", 2.575829),
        (0.90, "both", 1.644854),
        (0.95, "greater", 1.644854),
        (0.95, "less", 1.644854),
        (0.5, "greater", 0.0),
        (0.68268949, "both", 1.0),
    ],
)
def test_critical_is_that_of_the_table(level, sides, number):
    assert critical(level, sides) == pytest.approx(number, abs=1e-5)


@pytest.mark.parametrize("level", [0, 1, -0.1, 95, nan])
def test_critical_of_no_level_says_what_is_wrong(level):
    with pytest.raises(ValueError, match=f"^a confidence of {level} is not between 0 and 1$"):
        critical(level)


@given(st.floats(-8, 8))
def test_p_of_both_sides_is_twice_the_smaller_of_one_side(statistic):
    greater, less = p_of(statistic, "greater"), p_of(statistic, "less")
    assert greater + less == pytest.approx(1)
    assert p_of(statistic, "both") == pytest.approx(2 * min(greater, less))
    assert p_of(-statistic, "greater") == pytest.approx(less)


@given(st.floats(0.1, 6), st.integers(2, 60))
def test_p_of_few_degrees_is_larger_than_that_of_many(statistic, degrees):
    assert p_of(statistic, "both", degrees) > p_of(statistic, "both")
    assert p_of(statistic, "both", degrees + 50) < p_of(statistic, "both", degrees)


def test_p_of_no_number_is_one_and_of_an_endless_one_nothing():
    assert [p_of(nan, side) for side in ("both", "greater", "less")] == [1, 1, 1]
    assert p_of(inf, "both") == p_of(-inf, "both") == 0
    assert (p_of(inf, "greater"), p_of(inf, "less")) == (0, 1)


@given(st.floats(1, 50), st.floats(0.001, 0.1), st.floats(-50, 50), st.floats(0.001, 2))
def test_fieller_holds_the_ratios_that_no_z_test_rejects(control, first, treatment, second):
    margin = 1.96
    interval = fieller(control, first, treatment, second, margin)
    for ratio in np.linspace(interval.low - 1, interval.high + 1, 41).tolist():
        gap = treatment - (1 + ratio) * control
        spread = np.sqrt(second + (1 + ratio) ** 2 * first)
        if abs(abs(gap) / spread - margin) > 1e-6:
            assert interval.covers(ratio) is bool(abs(gap) / spread < margin)


@given(st.floats(0.5, 9), st.floats(-9, 9), st.floats(0.1, 10))
def test_fieller_does_not_depend_on_the_unit(control, treatment, unit):
    plain = fieller(control, 0.01, treatment, 0.02, 1.96)
    scaled = fieller(unit * control, unit**2 * 0.01, unit * treatment, unit**2 * 0.02, 1.96)
    assert (scaled.low, scaled.high) == (
        pytest.approx(plain.low, abs=1e-6),
        pytest.approx(plain.high, abs=1e-6),
    )


@pytest.mark.parametrize(("sides", "open_end"), [("greater", "high"), ("less", "low")])
def test_fieller_on_one_side_leaves_the_other_open(sides, open_end):
    both = fieller(2.0, 0.05, 2.5, 0.08, 1.96)
    one = fieller(2.0, 0.05, 2.5, 0.08, 1.96, sides=sides)
    kept = {"high": "low", "low": "high"}[open_end]
    assert abs(getattr(one, open_end)) == inf
    assert getattr(one, kept) == getattr(both, kept)


def test_fieller_of_a_control_without_doubt_is_the_plain_interval():
    interval = fieller(2.0, 0.0, 3.0, 0.04, 1.96)
    assert (interval.low, interval.high) == (
        pytest.approx((3 - 1.96 * 0.2) / 2 - 1),
        pytest.approx((3 + 1.96 * 0.2) / 2 - 1),
    )


@given(ENDS, st.floats(0, 1e6))
def test_bounded_interval_is_about_the_estimate(estimate, margin):
    both = bounded(estimate, margin, "both")
    assert both == Interval(estimate - margin, estimate + margin)
    assert bounded(estimate, margin, "greater").low == both.low
    assert bounded(estimate, margin, "less").high == both.high


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 0), (0, 0), (-inf, inf)])
def test_effect_with_zero_at_an_end_is_not_sure(low, high):
    assert not effect(low, high).is_sure
