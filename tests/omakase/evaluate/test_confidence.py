"""Intervals cover, tests find what is there and not what is not."""

from itertools import product

import numpy as np
import pytest

from omakase.evaluate.confidence import interval, paired_difference, spread


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


def test_interval_of_constants_is_sharp_and_of_one_query_absent(rng):
    low, high = interval(np.full((1, 5), 0.25), rng=rng)
    assert (low[0], high[0]) == (0.25, 0.25)
    assert interval(np.asarray([[0.25]]), rng=rng) is None


def test_paired_of_one_query_has_no_interval_and_is_not_sure(rng):
    gap = paired_difference(np.asarray([0.5]), np.asarray([0.25]), rng=rng)
    assert (gap.mean, gap.low, gap.high, gap.is_sure) == (0.25, None, None, False)


def test_a_small_steady_gain_is_sure_though_the_queries_differ_widely(rng):
    base = rng.random(500)
    gain = paired_difference(base + 0.01 + rng.normal(0, 0.02, 500), base, rng=rng)
    assert gain.is_sure and gain.low > 0 and gain.p_value < 0.01
    loss = paired_difference(base, base + 0.05, rng=rng)
    assert loss.mean == pytest.approx(-0.05) and loss.high < 0


def test_no_difference_is_not_sure(rng):
    base = rng.random(400)
    none = paired_difference(base + rng.normal(0, 0.1, 400), base, rng=rng)
    assert not none.is_sure and none.p_value > 0.01
    same = paired_difference(base, base, rng=rng)
    assert (same.mean, same.p_value) == (0, 1) and not same.is_sure


def test_p_values_of_no_difference_are_uniform(rng):
    found = [
        paired_difference(rng.normal(size=40), np.zeros(40), rng=rng, resamples=200)
        for _ in range(200)
    ]
    assert 0.01 <= np.mean([each.p_value < 0.05 for each in found]) <= 0.11


def test_different_queries_cannot_be_paired(rng):
    with pytest.raises(ValueError, match="paired"):
        paired_difference(np.zeros(3), np.zeros(4), rng=rng)


def test_spread_over_seeds():
    assert spread([1.0, 2.0, 3.0]) == (2.0, 1.0)
    assert spread([2.0]) == (2.0, 0.0)


def by_every_flip(gaps):
    """The test's definition: of all ways to swap the two models, how many are as far from zero."""
    flips = np.asarray(list(product([-1, 1], repeat=len(gaps))))
    means = np.abs((flips * gaps).mean(axis=1))
    return (means >= abs(gaps.mean()) - 1e-12).mean()


@pytest.mark.parametrize("seed", range(6))
def test_the_p_value_of_few_queries_is_exact(seed):
    gaps = np.random.default_rng(seed).normal(0.3, 1, 8)
    found = paired_difference(gaps, np.zeros(8), rng=np.random.default_rng(0), resamples=1000)
    assert found.p_value == pytest.approx(by_every_flip(gaps))


def test_the_p_value_does_not_ask_who_is_called_the_baseline(rng):
    gaps = rng.normal(0.2, 1, 9)
    there, back = (
        paired_difference(side * gaps, np.zeros(9), rng=np.random.default_rng(1))
        for side in (1, -1)
    )
    assert there.p_value == pytest.approx(back.p_value)
    assert there.mean == -back.mean


def test_queries_on_which_both_agree_widen_nothing_but_the_mean(rng):
    """A thousand draws are no evidence, and the sign flips leave them alone."""
    gaps = rng.normal(1.0, 1.0, 9)
    among = np.concatenate([gaps, np.zeros(1000)])
    few = paired_difference(gaps, np.zeros(9), rng=np.random.default_rng(2))
    many = paired_difference(among, np.zeros(1009), rng=np.random.default_rng(2))
    assert many.p_value == pytest.approx(few.p_value, abs=0.02)
    assert many.mean == pytest.approx(few.mean * 9 / 1009)


def test_the_power_grows_with_the_number_of_queries(rng):
    values = [
        paired_difference(rng.normal(0.3, 1, n), np.zeros(n), rng=rng, resamples=500).p_value
        for n in (10, 1000)
    ]
    assert values[1] < 0.01 < values[0]


def test_an_interval_of_a_share_covers_the_share(rng):
    """Hits are 0 or 1 and far from normal: the percentile bootstrap still tells the truth."""
    covered = 0
    for _ in range(150):
        hits = (rng.random((1, 120)) < 0.2).astype(np.float64)
        low, high = interval(hits, rng=rng, resamples=200)
        covered += bool(low[0] <= 0.2 <= high[0])
    assert 0.87 <= covered / 150 <= 1.0


def test_measures_are_drawn_together():
    """The interval of a measure does not depend on which others stand beside it."""
    values = np.random.default_rng(3).random((3, 50))
    together = interval(values, rng=np.random.default_rng(4))
    alone = interval(values[:1], rng=np.random.default_rng(4))
    np.testing.assert_allclose(together[0][0], alone[0][0])
    np.testing.assert_allclose(together[1][0], alone[1][0])


def test_many_queries_are_drawn_in_batches_that_change_nothing(rng):
    """Resamples of a million values do not fit at once; two or a thousand at a time are alike."""
    values = rng.random((2, 3000))
    low, high = interval(values, rng=np.random.default_rng(5), resamples=400)
    width = 2 * 1.96 * values.std(axis=1) / np.sqrt(3000)
    np.testing.assert_allclose(high - low, width, rtol=0.2)
    assert ((low < values.mean(axis=1)) & (values.mean(axis=1) < high)).all()
