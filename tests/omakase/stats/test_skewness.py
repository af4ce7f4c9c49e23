"""Means of skewed numbers."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from omakase.stats.effects import Interval
from omakase.stats.skewness import cluster_sums, skewed_interval


def test_skewed_interval_of_symmetrical_numbers_is_students():
    gaps = np.array([-2.0, -1, 0, 1, 2])
    ours = skewed_interval(5.0, gaps)
    low, high = stats.t.interval(0.95, 4, 5.0, gaps.std(ddof=1) / np.sqrt(5))
    assert (ours.low, ours.high) == (pytest.approx(low), pytest.approx(high))


def test_skewed_interval_holds_a_rare_large_reward_more_often_than_students():
    rng, truth, hits = np.random.default_rng(1), 1.0, np.zeros(2)
    for _ in range(1500):
        samples = 50.0 * (rng.random(400) < 0.02)
        gaps = samples - samples.mean()
        ours = skewed_interval(samples.mean(), gaps)
        half = 1.966 * samples.std(ddof=1) / 20
        hits += ours.covers(truth), abs(samples.mean() - truth) <= half
    assert 0.94 < hits[0] / 1500 < 0.99
    assert hits[1] < hits[0]


def test_skewed_interval_of_one_number_is_everything():
    assert skewed_interval(1.0, np.zeros(1)) == Interval(-inf, inf)
    assert skewed_interval(1.0, np.zeros(5)) == Interval(1.0, 1.0)


def test_cluster_sums_keep_the_mean():
    gaps = np.array([1.0, 2, 3, 4])
    sums = cluster_sums(gaps, np.array([7, 7, 9, 9]))
    assert sums.mean() == pytest.approx(gaps.mean())
    assert sums[0] < sums[1]


GAPS = st.lists(st.integers(-20, 20).map(float), min_size=3, max_size=20).map(
    lambda numbers: np.array(numbers) - np.mean(numbers)
)


@given(GAPS, st.floats(-10, 10), st.sampled_from([0.25, 4.0]))
def test_skewed_interval_moves_and_grows_with_its_terms(gaps, mean, scale):
    plain = skewed_interval(0.0, gaps)
    moved = skewed_interval(mean, scale * gaps)
    assert moved.low == pytest.approx(mean + scale * plain.low, abs=1e-5)
    assert moved.high == pytest.approx(mean + scale * plain.high, abs=1e-5)


@given(GAPS)
def test_skewed_interval_of_mirrored_terms_is_the_mirror(gaps):
    one, other = skewed_interval(0.0, gaps), skewed_interval(0.0, -gaps)
    assert one.low == pytest.approx(-other.high, abs=1e-7)
    assert one.high == pytest.approx(-other.low, abs=1e-7)


@given(GAPS, st.sampled_from([0.5, 0.8, 0.9]))
def test_skewed_interval_widens_with_the_confidence(gaps, level):
    narrow, wide = (skewed_interval(0.0, gaps, each) for each in (level, level + 0.05))
    assert wide.low <= narrow.low + 1e-12 and narrow.high <= wide.high + 1e-12


def test_skewed_interval_reaches_farther_to_where_the_tail_is():
    found = skewed_interval(0.0, np.array([10.0] + [-1.0] * 10))
    assert found.high > -found.low > 0


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 4)), min_size=1, max_size=20))
def test_cluster_sums_are_those_of_each_cluster_by_hand(rows):
    gaps, clusters = (np.array([row[n] for row in rows], dtype=float) for n in (0, 1))
    names = sorted(set(clusters.tolist()))
    scale = len(names) / len(rows)
    expected = [scale * sum(g for g, c in rows if c == name) for name in names]
    found = cluster_sums(gaps, clusters)
    assert found.tolist() == pytest.approx(expected)
    assert found.mean() == pytest.approx(gaps.mean())


@pytest.mark.parametrize("scale", [1e-130, 1e-110, 1e100])
def test_skewed_interval_of_tiny_or_huge_terms_is_that_of_plain_ones_scaled(scale):
    gaps = np.array([3.0, -1.0, -2.0, 0.0])
    plain, scaled = skewed_interval(0.0, gaps), skewed_interval(0.0, scale * gaps)
    assert scaled.low / scale == pytest.approx(plain.low)
    assert scaled.high / scale == pytest.approx(plain.high)
