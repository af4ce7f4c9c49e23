"""Counts and sums."""

from statistics import mean, variance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.stats.moments import Moments, PairMoments

RNG = np.random.default_rng(1)
FIRST, SECOND = RNG.normal(3, 2, 50), RNG.exponential(1, 50)


def test_moments_of_samples_are_those_of_numpy():
    moments = Moments.of(FIRST)
    assert moments.mean == pytest.approx(FIRST.mean())
    assert moments.variance == pytest.approx(FIRST.var(ddof=1))
    assert moments.mean_variance == pytest.approx(FIRST.var(ddof=1) / 50)


def test_moments_of_two_days_add_up():
    both = Moments.of(FIRST[:20]) + Moments.of(FIRST[20:])
    assert both.variance == pytest.approx(Moments.of(FIRST).variance)
    pairs = PairMoments.of(FIRST[:20], SECOND[:20]) + PairMoments.of(FIRST[20:], SECOND[20:])
    assert pairs.covariance == pytest.approx(np.cov(FIRST, SECOND)[0, 1])


def test_moments_of_a_rate_have_its_variance():
    assert Moments.of_rate(30, 100).variance == pytest.approx(0.3 * 0.7 * 100 / 99)


def test_moments_of_a_summary_give_it_back():
    moments = Moments.of_summary(10, 2.5, 4.0)
    assert (moments.mean, moments.variance) == (pytest.approx(2.5), pytest.approx(4.0))


@pytest.mark.parametrize("count", [0, 1])
def test_moments_of_fewer_than_two_units_are_unsure(count):
    moments = Moments.of(FIRST[:count])
    assert moments.variance == 0
    assert moments.mean_variance == np.inf


def test_pair_moments_know_each_of_the_two():
    pairs = PairMoments.of(FIRST, SECOND)
    assert pairs.numerator == Moments.of(FIRST)
    assert pairs.denominator == Moments.of(SECOND)


def test_pair_moments_of_different_length_are_refused():
    with pytest.raises(ValueError, match="50 and 49"):
        PairMoments.of(FIRST, SECOND[1:])


SAMPLES = st.lists(st.integers(-1000, 1000).map(lambda n: n / 8), max_size=30)


@given(SAMPLES)
def test_moments_are_counts_and_sums(samples):
    moments = Moments.of(np.array(samples, dtype=float))
    assert moments.count == len(samples)
    assert moments.total == pytest.approx(sum(samples))
    assert moments.squares == pytest.approx(sum(x * x for x in samples))
    assert moments.mean == pytest.approx(mean(samples) if samples else 0)
    expected = variance(samples) if len(samples) > 1 else 0
    assert moments.variance == pytest.approx(expected, abs=1e-6)


@given(SAMPLES, SAMPLES, SAMPLES)
def test_moments_of_days_add_up_in_any_order(first, second, third):
    one, two, three = (Moments.of(np.array(day, dtype=float)) for day in (first, second, third))
    assert one + two == two + one
    whole = Moments.of(np.array([*first, *second, *third], dtype=float))
    for sums in ((one + two) + three, one + (two + three)):
        assert (sums.count, sums.total) == (whole.count, pytest.approx(whole.total))
        assert sums.squares == pytest.approx(whole.squares)
    assert one + Moments(0, 0, 0) == one


@given(st.integers(0, 500), st.integers(0, 500))
def test_moments_of_a_rate_are_those_of_as_many_ones_and_zeros(wins, losses):
    trials = np.array([1.0] * wins + [0.0] * losses)
    assert Moments.of_rate(wins, wins + losses) == Moments.of(trials)


@given(st.integers(2, 1000), st.integers(-100, 100), st.integers(0, 100))
def test_moments_of_a_summary_have_its_count_mean_and_variance(count, average, spread):
    moments = Moments.of_summary(count, average, spread)
    assert moments.count == count
    assert moments.mean == pytest.approx(average)
    assert moments.variance == pytest.approx(spread, abs=1e-6)
    assert moments.mean_variance == pytest.approx(spread / count, abs=1e-6)


def test_moments_of_equal_numbers_never_have_a_negative_variance():
    for number in (0.1, 1e8 + 0.1, -3.3, 1e-9):
        assert Moments.of(np.full(7, number)).variance >= 0


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=20))
def test_pair_moments_covariance_is_that_of_the_gaps_multiplied(pairs):
    first, second = (np.array([p[n] for p in pairs], dtype=float) for n in (0, 1))
    moments = PairMoments.of(first, second)
    expected = 0.0
    if len(pairs) > 1:
        one, two = mean(first.tolist()), mean(second.tolist())
        expected = sum((a - one) * (b - two) for a, b in pairs) / (len(pairs) - 1)
    assert moments.covariance == pytest.approx(expected, abs=1e-6)
    turned = PairMoments.of(second, first)
    assert turned.covariance == pytest.approx(moments.covariance, abs=1e-9)
    assert turned.numerator == moments.denominator


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=20))
def test_pair_moments_of_two_halves_add_up(pairs):
    first, second = (np.array([p[n] for p in pairs], dtype=float) for n in (0, 1))
    half = len(pairs) // 2
    halves = PairMoments.of(first[:half], second[:half]) + PairMoments.of(
        first[half:], second[half:]
    )
    assert halves == PairMoments.of(first, second)


def test_pair_moments_of_different_length_say_both_lengths():
    with pytest.raises(ValueError, match=r"^2 and 3 measurements cannot be paired$"):
        PairMoments.of(np.zeros(2), np.zeros(3))
