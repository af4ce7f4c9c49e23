"""Means of skewed numbers."""

from math import inf

import numpy as np
import pytest
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
