"""Intervals cover, tests find what is there and not what is not."""

import numpy as np
import pytest

from omakase.evaluate.confidence import interval, paired, spread


def test_an_interval_covers_the_truth_about_as_often_as_it_says(rng):
    covered = 0
    for _ in range(200):
        low, high = interval(rng.normal(1.0, 2.0, (1, 80)), rng=rng, resamples=300)
        covered += bool(low[0] <= 1.0 <= high[0])
    assert 0.88 <= covered / 200 <= 0.99


def test_an_interval_is_as_wide_as_the_normal_one(rng):
    values = rng.normal(0, 1, (2, 2000))
    low, high = interval(values, rng=rng)
    expected = 2 * 1.96 * values.std(axis=1) / np.sqrt(2000)
    np.testing.assert_allclose(high - low, expected, rtol=0.1)


def test_of_constants_one_is_sure_and_of_one_query_not(rng):
    low, high = interval(np.full((1, 5), 0.25), rng=rng)
    assert (low[0], high[0]) == (0.25, 0.25)
    low, high = interval(np.asarray([[0.25]]), rng=rng)
    assert np.isneginf(low[0]) and np.isposinf(high[0])


def test_a_small_steady_gain_is_sure_though_the_queries_differ_widely(rng):
    base = rng.random(500)
    gain = paired(base + 0.01 + rng.normal(0, 0.02, 500), base, rng=rng)
    assert gain.is_sure and gain.low > 0 and gain.p_value < 0.01
    loss = paired(base, base + 0.05, rng=rng)
    assert loss.mean == pytest.approx(-0.05) and loss.high < 0


def test_no_difference_is_not_sure(rng):
    base = rng.random(400)
    none = paired(base + rng.normal(0, 0.1, 400), base, rng=rng)
    assert not none.is_sure and none.p_value > 0.01
    same = paired(base, base, rng=rng)
    assert (same.mean, same.p_value) == (0, 1) and not same.is_sure


def test_p_values_of_no_difference_are_uniform(rng):
    found = [paired(rng.normal(size=40), np.zeros(40), rng=rng, resamples=200) for _ in range(200)]
    assert 0.01 <= np.mean([each.p_value < 0.05 for each in found]) <= 0.11


def test_different_queries_cannot_be_paired(rng):
    with pytest.raises(ValueError, match="paired"):
        paired(np.zeros(3), np.zeros(4), rng=rng)


def test_spread_over_seeds():
    assert spread([1.0, 2.0, 3.0]) == (2.0, 1.0)
    assert spread([2.0]) == (2.0, 0.0)
