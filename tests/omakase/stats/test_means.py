"""Means and ratios."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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


NUMBERS = st.lists(st.integers(-100, 100).map(float), min_size=2, max_size=25).filter(
    lambda numbers: len(set(numbers)) > 1
)


@given(NUMBERS, NUMBERS, st.sampled_from(["both", "greater", "less"]))
def test_welch_of_any_samples_is_that_of_scipy(first, second, sides):
    one, other = np.array(first), np.array(second)
    alternative = {"both": "two-sided"}.get(sides, sides)
    theirs = stats.ttest_ind(other, one, equal_var=False, alternative=alternative)
    ours = welch(Moments.of(one), Moments.of(other), sides=sides)
    interval = theirs.confidence_interval(0.95)
    assert ours.p_value == pytest.approx(float(theirs.pvalue), abs=1e-9)
    assert ours.interval.low == pytest.approx(float(interval.low), rel=1e-6, abs=1e-6)
    assert ours.interval.high == pytest.approx(float(interval.high), rel=1e-6, abs=1e-6)


@given(NUMBERS, NUMBERS, st.floats(-50, 50), st.floats(0.1, 10))
def test_welch_of_shifted_and_scaled_samples_is_shifted_and_scaled(first, second, shift, scale):
    one, other = np.array(first), np.array(second)
    plain = welch(Moments.of(one), Moments.of(other))
    moved = welch(Moments.of(scale * one + shift), Moments.of(scale * other + shift))
    assert moved.difference == pytest.approx(scale * plain.difference, abs=1e-6)
    assert moved.interval.width == pytest.approx(scale * plain.interval.width, rel=1e-4)
    assert moved.p_value == pytest.approx(plain.p_value, abs=1e-4)
    assert moved.size == pytest.approx(plain.size, rel=1e-4, abs=1e-6)


@given(NUMBERS, NUMBERS)
def test_cohens_d_is_by_the_pooled_spread(first, second):
    one, other = np.array(first), np.array(second)
    gaps = ((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()
    pooled = np.sqrt(gaps / (len(one) + len(other) - 2))
    expected = (other.mean() - one.mean()) / pooled
    assert cohens_d(Moments.of(one), Moments.of(other)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("count", "number"), [(1, 2.0), (0, 0.0), (5, 3.0)])
def test_cohens_d_without_spread_is_none(count, number):
    side = Moments.of(np.full(count, number))
    assert cohens_d(side, side) is None


PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 20)), min_size=2, max_size=20)


@given(PAIRS, PAIRS)
def test_ratio_variance_is_that_of_what_each_person_is_beside_the_ratio(first, second):
    sides, ratios, variances = [], [], []
    for pairs in (first, second):
        up, down = (np.array([p[n] for p in pairs], dtype=float) for n in (0, 1))
        sides.append(PairMoments.of(up, down))
        own = up.sum() / down.sum()
        beside = up - own * down
        ratios.append(own)
        variances.append((beside**2).sum() / (len(up) - 1) / len(up) / down.mean() ** 2)
    effect = ratio(*sides)
    assert (effect.control, effect.treatment) == (
        pytest.approx(ratios[0]),
        pytest.approx(ratios[1]),
    )
    assert effect.control_variance == pytest.approx(variances[0], abs=1e-9)
    assert effect.treatment_variance == pytest.approx(variances[1], abs=1e-9)


def test_ratio_of_one_event_a_person_is_the_plain_mean():
    clicks = np.array([0.0, 1, 1, 0, 1]), np.array([1.0, 1, 0, 1, 1, 1])
    sides = [PairMoments.of(c, np.ones(len(c))) for c in clicks]
    effect = ratio(*sides)
    assert effect.difference == pytest.approx(clicks[1].mean() - clicks[0].mean())
    assert effect.treatment_variance == pytest.approx(clicks[1].var(ddof=1) / 6)


@pytest.mark.parametrize(
    "side",
    [PairMoments(1, 1, 1, 1, 1, 1), PairMoments(5, 0, 0, 0, 0, 0), PairMoments(0, 0, 0, 0, 0, 0)],
)
def test_ratio_of_one_person_or_of_no_events_says_nothing(side):
    effect = ratio(side, PairMoments.of(np.arange(9.0), np.arange(1.0, 10)))
    assert effect.p_value == 1
    assert (effect.interval.low, effect.interval.high, effect.size) == (-inf, inf, None)


@given(NUMBERS, st.floats(0, 0.4), st.floats(0.6, 1))
def test_winsorised_numbers_keep_their_order_and_lie_between_the_quantiles(numbers, lower, upper):
    samples = np.array(numbers)
    cut = winsorised(samples, lower=lower, upper=upper)
    low, high = np.quantile(samples, [lower, upper])
    assert cut.tolist() == [min(max(number, low), high) for number in numbers]
    assert winsorised(samples, upper=1.0).tolist() == numbers


@pytest.mark.parametrize(("lower", "upper"), [(0.5, 0.5), (-0.1, 0.9), (0.1, 1.1), (0.9, 0.1)])
def test_winsorised_by_quantiles_that_are_none_says_which(lower, upper):
    with pytest.raises(
        ValueError, match=f"^quantiles {lower} and {upper} are not 0 <= lower < upper <= 1$"
    ):
        winsorised(np.arange(5.0), lower=lower, upper=upper)
