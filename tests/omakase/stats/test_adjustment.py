"""CUPED and strata."""

import numpy as np
import pytest

from omakase.stats.adjustment import Stratum, correlation, cuped, post_stratified
from omakase.stats.means import welch
from omakase.stats.moments import Moments, PairMoments


def side(rng, linked, moved, size=500):
    past = rng.standard_normal(size)
    now = linked * past + np.sqrt(1 - linked**2) * rng.standard_normal(size) + moved
    return PairMoments.of(now, past)


@pytest.mark.parametrize("linked", [0.0, 0.5, 0.9])
def test_cuped_is_narrower_by_what_the_correlation_says(linked):
    rng = np.random.default_rng(3)
    widths, hits = [], []
    for _ in range(400):
        control, treatment = side(rng, linked, 0.0), side(rng, linked, 0.1)
        adjusted = cuped(control, treatment)
        plain = welch(control.numerator, treatment.numerator)
        widths.append(adjusted.effect.interval.width / plain.interval.width)
        hits.append(adjusted.effect.interval.covers(0.1))
    assert np.mean(widths) == pytest.approx(np.sqrt(1 - linked**2), abs=0.01)
    assert 0.92 < np.mean(hits) < 0.98


def test_cuped_takes_away_a_chance_difference_of_the_past():
    rng = np.random.default_rng(1)
    past = rng.standard_normal(1000), rng.standard_normal(1000) + 0.2
    sides = [PairMoments.of(p.copy(), p) for p in past]
    assert cuped(*sides).effect.difference == pytest.approx(0, abs=1e-12)
    assert cuped(*sides).reduction == pytest.approx(1)


def test_cuped_without_a_past_is_the_plain_difference():
    rng = np.random.default_rng(2)
    now = rng.standard_normal(100), rng.standard_normal(80)
    sides = [PairMoments.of(n, np.zeros(len(n))) for n in now]
    plain = welch(*(Moments.of(n) for n in now))
    assert cuped(*sides).effect.difference == pytest.approx(plain.difference)
    assert cuped(*sides).reduction == 0


def test_correlation_is_that_of_numpy():
    rng = np.random.default_rng(5)
    first = rng.standard_normal(100)
    second = first + rng.standard_normal(100)
    expected = np.corrcoef(first, second)[0, 1]
    assert correlation(PairMoments.of(first, second)) == pytest.approx(expected)
    assert correlation(PairMoments.of(first, np.ones(100))) == 0


def test_post_stratified_weighs_groups_by_their_share():
    strata = [
        Stratum(Moments.of_summary(50, 1, 1), Moments.of_summary(50, 2, 1), share=0.25),
        Stratum(Moments.of_summary(10, 5, 1), Moments.of_summary(10, 5, 1), share=0.75),
    ]
    adjusted = post_stratified(strata).effect
    assert adjusted.difference == pytest.approx(0.25)
    assert adjusted.standard_error**2 == pytest.approx(0.25**2 * 2 / 50 + 0.75**2 * 2 / 10)


def test_post_stratified_of_groups_that_differ_is_narrower():
    rng = np.random.default_rng(6)
    kinds = [rng.random(400) < 0.5 for _ in range(2)]
    samples = [rng.standard_normal(400) + 3 * kind for kind in kinds]
    strata = [
        Stratum(*(Moments.of(s[k == of]) for s, k in zip(samples, kinds, strict=True)))
        for of in (False, True)
    ]
    assert post_stratified(strata).reduction == pytest.approx(1 - 1 / 3.25, abs=0.05)


def test_post_stratified_of_single_people_is_refused():
    with pytest.raises(ValueError, match="fewer strata"):
        post_stratified([Stratum(Moments(1, 1, 1), Moments(1, 1, 1))])
