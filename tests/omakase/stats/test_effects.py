"""What intervals and p-values share."""

from math import inf, nan

import numpy as np
import pytest
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
