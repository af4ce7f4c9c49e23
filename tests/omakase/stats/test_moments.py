"""Counts and sums."""

import numpy as np
import pytest

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
