"""Rates and the difference of two."""

from math import inf

import numpy as np
import pytest
from scipy import stats

from omakase.stats.moments import Moments
from omakase.stats.rates import cohens_h, risk_ratio, two_proportions, wilson


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (3, 10), (10, 10), (40, 1000)])
def test_wilson_is_that_of_scipy(successes, trials):
    theirs = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    ours = wilson(successes, trials)
    assert (ours.low, ours.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_wilson_without_trials_is_everything():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


def test_two_proportions_test_equals_the_chi_square_test():
    table = [[40, 960], [65, 935]]
    theirs = stats.chi2_contingency(table, correction=False).pvalue
    effect = two_proportions(Moments.of_rate(40, 1000), Moments.of_rate(65, 1000))
    assert effect.p_value == pytest.approx(float(theirs))
    assert effect.difference == pytest.approx(0.025)
    assert effect.lift == pytest.approx(0.625)


def test_two_proportions_interval_is_newcombes():
    """Of Newcombe (1998), table II, (a): 56/70 less 48/80, method 10."""
    effect = two_proportions(Moments.of_rate(48, 80), Moments.of_rate(56, 70))
    assert effect.interval.low == pytest.approx(0.0524, abs=5e-5)
    assert effect.interval.high == pytest.approx(0.3339, abs=5e-5)


def test_two_proportions_on_one_side_is_half_the_doubt():
    sides = Moments.of_rate(40, 1000), Moments.of_rate(65, 1000)
    both, greater = two_proportions(*sides), two_proportions(*sides, sides="greater")
    assert greater.p_value == pytest.approx(both.p_value / 2)
    assert greater.interval.low > both.interval.low
    assert greater.interval.high == 1
    assert greater.lift_interval.high == inf
    assert two_proportions(*sides, sides="less").interval.low == -1


@pytest.mark.parametrize("counts", [(0, 0, 0, 0), (0, 100, 0, 100), (100, 100, 100, 100)])
def test_two_proportions_of_nothing_or_all_are_unsure(counts):
    first, n, second, m = counts
    effect = two_proportions(Moments.of_rate(first, n), Moments.of_rate(second, m))
    assert effect.p_value == 1
    assert effect.interval.covers(0) and effect.lift_interval.covers(0)


@pytest.mark.parametrize("rate", [0.02, 0.3])
def test_two_proportions_intervals_hold_the_truth_as_often_as_they_say(rate):
    rng, size, runs = np.random.default_rng(3), 1000, 1000
    wins = rng.binomial(size, rate, runs), rng.binomial(size, rate * 1.2, runs)
    effects = [
        two_proportions(Moments.of_rate(a, size), Moments.of_rate(b, size))
        for a, b in zip(*wins, strict=True)
    ]
    assert 0.93 < np.mean([e.interval.covers(rate * 0.2) for e in effects]) < 0.97
    assert 0.93 < np.mean([e.lift_interval.covers(0.2) for e in effects]) < 0.97


def test_cohens_h_is_equal_for_equal_arcs():
    assert cohens_h(0.5, 0.5) == 0
    assert cohens_h(0.2, 0.5) == pytest.approx(0.6435, abs=1e-4)
    assert cohens_h(0.5, 0.2) == pytest.approx(-0.6435, abs=1e-4)


def test_risk_ratio_without_people_is_everything():
    nothing = Moments.of_rate(0, 0)
    assert (risk_ratio(nothing, nothing).low, risk_ratio(nothing, nothing).high) == (-1, inf)
