"""Rates and the difference of two."""

from math import asin, inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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


COUNTS = st.tuples(st.integers(0, 300), st.integers(0, 300)).filter(lambda both: sum(both) > 0)


@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_ends_are_the_rates_that_the_score_test_just_rejects(counts, level):
    wins, trials = counts[0], sum(counts)
    interval = wilson(wins, trials, level)
    assert 0 <= interval.low <= interval.high <= 1
    margin = stats.norm.ppf((1 + level) / 2)
    for end in (interval.low, interval.high):
        if 1e-9 < end < 1 - 1e-9:
            score = abs(wins / trials - end) / sqrt(end * (1 - end) / trials)
            assert score == pytest.approx(margin, rel=1e-6)


@given(COUNTS)
def test_wilson_of_losses_is_the_mirror_of_that_of_wins(counts):
    wins, losses = counts
    one, other = wilson(wins, wins + losses), wilson(losses, wins + losses)
    assert one.low == pytest.approx(1 - other.high, abs=1e-12)
    assert one.high == pytest.approx(1 - other.low, abs=1e-12)


@given(COUNTS)
def test_wilson_on_one_side_is_an_end_of_a_wider_doubt(counts):
    wins, trials = counts[0], sum(counts)
    both = wilson(wins, trials, 0.9)
    greater, less = wilson(wins, trials, 0.95, "greater"), wilson(wins, trials, 0.95, "less")
    assert (greater.low, greater.high) == (pytest.approx(both.low), 1)
    assert (less.low, less.high) == (0, pytest.approx(both.high))


@given(COUNTS, COUNTS)
def test_two_proportions_with_the_sides_exchanged_are_the_mirror(first, second):
    one = two_proportions(
        Moments.of_rate(first[0], sum(first)), Moments.of_rate(second[0], sum(second))
    )
    other = two_proportions(
        Moments.of_rate(second[0], sum(second)), Moments.of_rate(first[0], sum(first))
    )
    assert one.difference == pytest.approx(-other.difference)
    assert one.p_value == pytest.approx(other.p_value)
    assert one.interval.low == pytest.approx(-other.interval.high, abs=1e-12)
    assert one.interval.high == pytest.approx(-other.interval.low, abs=1e-12)
    assert one.size == pytest.approx(-other.size)
    assert (1 + one.lift_interval.low) * (1 + other.lift_interval.high) == pytest.approx(1)


@given(COUNTS, COUNTS, st.sampled_from(["both", "greater", "less"]))
def test_two_proportions_interval_holds_the_difference_and_lies_within_one(first, second, sides):
    sides_of = [Moments.of_rate(s[0], sum(s)) for s in (first, second)]
    effect = two_proportions(*sides_of, sides=sides)
    assert -1 <= effect.interval.low <= effect.difference + 1e-12
    assert effect.difference - 1e-12 <= effect.interval.high <= 1
    assert 0 <= effect.p_value <= 1


@given(COUNTS, COUNTS)
def test_two_proportions_p_value_is_that_of_the_pooled_z_test(first, second):
    (a, n), (b, m) = ((s[0], sum(s)) for s in (first, second))
    effect = two_proportions(Moments.of_rate(a, n), Moments.of_rate(b, m))
    pooled = (a + b) / (n + m)
    if pooled in (0, 1):
        assert effect.p_value == 1
    else:
        z_score = (b / m - a / n) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        assert effect.p_value == pytest.approx(2 * stats.norm.sf(abs(z_score)))


@given(st.floats(0, 1), st.floats(0, 1))
def test_cohens_h_is_the_difference_of_the_arcs(one, other):
    expected = 2 * asin(sqrt(other)) - 2 * asin(sqrt(one))
    assert cohens_h(one, other) == pytest.approx(expected, abs=1e-12)
    assert cohens_h(other, one) == pytest.approx(-expected, abs=1e-12)


@pytest.mark.parametrize(("rate", "kept"), [(-0.1, 0.0), (1.1, 1.0)])
def test_cohens_h_of_a_rate_that_is_none_takes_the_nearest(rate, kept):
    assert cohens_h(0.5, rate) == cohens_h(0.5, kept)


@given(COUNTS, COUNTS, st.sampled_from([0.8, 0.95]))
def test_risk_ratio_grows_with_the_confidence(first, second, level):
    sides = [Moments.of_rate(s[0], sum(s)) for s in (first, second)]
    narrow, wide = (risk_ratio(*sides, level=each) for each in (level, level + 0.04))
    assert -1 <= wide.low <= narrow.low <= narrow.high <= wide.high
    greater = risk_ratio(*sides, level=level, sides="greater")
    less = risk_ratio(*sides, level=level, sides="less")
    assert (greater.high, less.low) == (inf, -1)
    assert greater.low >= narrow.low and less.high <= narrow.high
