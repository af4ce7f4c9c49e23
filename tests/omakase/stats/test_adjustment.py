"""CUPED and strata."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


PEOPLE = st.lists(
    st.tuples(st.integers(-20, 20).map(float), st.integers(-20, 20).map(float)),
    min_size=3,
    max_size=15,
)


def columns(people):
    return [np.array([person[n] for person in people]) for n in (0, 1)]


@given(PEOPLE, PEOPLE)
def test_cuped_is_the_difference_of_what_is_left_beside_the_past(first, second):
    sides = [columns(first), columns(second)]
    shared = sum(np.cov(now, past, ddof=1)[0, 1] / len(now) for now, past in sides)
    spread = sum(past.var(ddof=1) / len(past) for _, past in sides)
    slope = shared / spread if spread else 0.0
    left = [now - slope * past for now, past in sides]
    effect = cuped(*(PairMoments.of(now, past) for now, past in sides)).effect
    assert effect.difference == pytest.approx(left[1].mean() - left[0].mean(), abs=1e-9)
    error = sum(each.var(ddof=1) / len(each) for each in left)
    assert effect.standard_error**2 == pytest.approx(error, abs=1e-8)


@given(PEOPLE, PEOPLE)
def test_cuped_never_widens_what_it_adjusts(first, second):
    sides = [PairMoments.of(*columns(people)) for people in (first, second)]
    adjusted = cuped(*sides)
    plain = sum(side.numerator.mean_variance for side in sides)
    assert adjusted.effect.standard_error**2 <= plain + 1e-9
    assert -1e-9 <= adjusted.reduction <= 1


@given(PEOPLE, PEOPLE, st.floats(-5, 5), st.floats(0.1, 5))
def test_cuped_does_not_depend_on_the_unit_of_the_past(first, second, shift, scale):
    sides = [columns(first), columns(second)]
    plain = cuped(*(PairMoments.of(now, past) for now, past in sides)).effect
    moved = cuped(*(PairMoments.of(now, scale * past + shift) for now, past in sides)).effect
    assert moved.difference == pytest.approx(plain.difference, abs=1e-6)
    assert moved.standard_error == pytest.approx(plain.standard_error, rel=1e-3, abs=1e-4)


def test_cuped_of_one_person_says_nothing():
    one = PairMoments.of(np.ones(1), np.ones(1))
    many = PairMoments.of(np.arange(9.0), np.arange(9.0))
    adjusted = cuped(one, many)
    assert adjusted.effect.p_value == 1
    assert adjusted.effect.interval.width == float("inf")
    assert adjusted.reduction == 0


GROUPS = st.lists(
    st.tuples(
        st.integers(2, 40), st.integers(-9, 9), st.integers(2, 40), st.integers(-9, 9),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip


@given(GROUPS)
def test_post_stratified_is_the_weighted_sum_of_the_strata(groups):
    strata = [
        Stratum(Moments.of_summary(n, a, 1), Moments.of_summary(m, b, 2), share=share)
        for n, a, m, b, share in groups
    ]
    total = sum(share for *_, share in groups)
    gap = sum(share / total * (b - a) for _, a, _, b, share in groups)
    error = sum((share / total) ** 2 * (1 / n + 2 / m) for n, _, m, _, share in groups)
    effect = post_stratified(strata).effect
    assert effect.difference == pytest.approx(gap, abs=1e-9)
    assert effect.standard_error**2 == pytest.approx(error)
    assert post_stratified(strata[::-1]).effect.difference == pytest.approx(gap, abs=1e-9)


@given(GROUPS)
def test_post_stratified_without_shares_takes_those_of_the_people(groups):
    sides = [(Moments.of_summary(n, a, 1), Moments.of_summary(m, b, 1)) for n, a, m, b, _ in groups]
    told = post_stratified([Stratum(c, t, c.count + t.count) for c, t in sides])
    assert post_stratified([Stratum(c, t) for c, t in sides]) == told


def test_post_stratified_leaves_out_a_group_that_has_one_person_of_a_variant():
    good = Stratum(Moments.of_summary(9, 1, 1), Moments.of_summary(9, 2, 1))
    lone = Stratum(Moments.of_summary(1, 99, 0), Moments.of_summary(9, 2, 1))
    assert post_stratified([good, lone]) == post_stratified([good])
    with pytest.raises(
        ValueError, match=r"^no stratum has two people in each variant; use fewer strata$"
    ):
        post_stratified([lone])


@given(PEOPLE)
def test_correlation_lies_between_minus_one_and_one_and_has_no_order(people):
    first, second = columns(people)
    found = correlation(PairMoments.of(first, second))
    assert -1 - 1e-9 <= found <= 1 + 1e-9
    assert correlation(PairMoments.of(second, first)) == pytest.approx(found)
    assert correlation(PairMoments.of(first, -second)) == pytest.approx(-found)
