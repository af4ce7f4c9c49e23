"""Means and ratios."""

from math import inf

import numpy as np
import pytest
from scipy import stats

from omakase.stats.means import cohens_d, ratio, welch, winsorised
from omakase.stats.moments import Moments, PairMoments

RNG = np.random.default_rng(2)
CONTROL, TREATMENT = RNG.normal(5, 1, 80), RNG.normal(5.5, 3, 50)


@pytest.mark.parametrize("sides", ["both", "greater", "less"])
def test_welch_is_that_of_scipy(sides):
    alternative = {"both": "two-sided"}.get(sides, sides)
    theirs = stats.ttest_ind(TREATMENT, CONTROL, equal_var=False, alternative=alternative)
    ours = welch(Moments.of(CONTROL), Moments.of(TREATMENT), sides=sides)
    interval = theirs.confidence_interval(0.95)
    assert ours.p_value == pytest.approx(float(theirs.pvalue))
    assert ours.interval.low == pytest.approx(float(interval.low))
    assert ours.interval.high == pytest.approx(float(interval.high))


def test_welch_of_one_unit_is_unsure():
    effect = welch(Moments.of(CONTROL[:1]), Moments.of(TREATMENT))
    assert effect.p_value == 1
    assert (effect.interval.low, effect.interval.high) == (-inf, inf)


def test_cohens_d_is_in_pooled_deviations():
    pooled = np.sqrt((79 * CONTROL.var(ddof=1) + 49 * TREATMENT.var(ddof=1)) / 128)
    expected = (TREATMENT.mean() - CONTROL.mean()) / pooled
    assert cohens_d(Moments.of(CONTROL), Moments.of(TREATMENT)) == pytest.approx(expected)
    assert cohens_d(Moments.of(CONTROL[:1]), Moments.of(CONTROL[:1])) is None


def people(rng, rate, size=400):
    """Whose own rates differ, so that their lists depend on each other."""
    lists = 1 + rng.poisson(6, size)
    own = rng.beta(1, 1 / rate - 1, size)
    return PairMoments.of(rng.binomial(lists, own).astype(float), lists.astype(float))


def test_ratio_hold_the_truth_though_the_lists_of_a_person_depend():
    rng = np.random.default_rng(4)
    effects = [ratio(people(rng, 0.1), people(rng, 0.12)) for _ in range(1000)]
    assert 0.93 < np.mean([e.interval.covers(0.02) for e in effects]) < 0.97
    naive = [two_sided(people(rng, 0.1), people(rng, 0.12)) for _ in range(1000)]
    assert np.mean(naive) < 0.9


def two_sided(control, treatment):
    """Whether the interval of lists taken for independent holds the truth."""
    from omakase.stats.rates import two_proportions

    sides = [Moments.of_rate(s.first, s.second) for s in (control, treatment)]
    return two_proportions(*sides).interval.covers(0.02)


def test_ratio_without_lists_is_unsure():
    nothing = PairMoments(0, 0, 0, 0, 0, 0)
    assert ratio(nothing, nothing).p_value == 1


def test_winsorised_moves_what_lies_outside():
    samples = np.arange(101.0)
    assert winsorised(samples, upper=0.9, lower=0.1).tolist() == np.clip(samples, 10, 90).tolist()
    with pytest.raises(ValueError, match="quantiles"):
        winsorised(samples, upper=0.1, lower=0.9)


def test_winsorised_narrows_the_interval_of_a_heavy_tail():
    money = np.exp(2 * np.random.default_rng(1).standard_normal(2000))
    plain = welch(Moments.of(money[:1000]), Moments.of(money[1000:]))
    cut = winsorised(money, upper=0.99)
    assert (
        welch(Moments.of(cut[:1000]), Moments.of(cut[1000:])).interval.width < plain.interval.width
    )
