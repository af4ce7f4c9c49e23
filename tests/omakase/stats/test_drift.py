"""The index by hand, and how often chance alone exceeds its limit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.stats.drift import chance_limit, population_stability


def test_population_stability_of_equal_shares_is_nothing():
    assert population_stability({"a": 3e6, "b": 1e6}, {"a": 6e6, "b": 2e6}) == pytest.approx(0)


def test_population_stability_equals_the_sum_by_hand():
    by_hand = (0.8 - 0.5) * np.log(0.8 / 0.5) + (0.2 - 0.5) * np.log(0.2 / 0.5)
    found = population_stability({"a": 8e9, "b": 2e9}, {"a": 5e9, "b": 5e9})
    assert found == pytest.approx(by_hand)


def test_population_stability_of_a_new_class_is_large_and_finite():
    assert 1 < population_stability({"a": 50, "b": 50}, {"a": 100_000}) < 20


@pytest.mark.parametrize("counts", [{}, {"a": 0}])
def test_population_stability_without_counts_is_nothing(counts):
    assert population_stability(counts, {"a": 5}) == 0
    assert population_stability({"a": 5}, counts) == 0
    assert chance_limit(counts, {"a": 5}) == 0


def test_chance_limit_is_exceeded_as_often_as_it_says(rng):
    shares, beyond, trials = [0.5, 0.3, 0.15, 0.05], 0, 4_000
    for _ in range(trials):
        sides = [dict(zip("abcd", rng.multinomial(n, shares), strict=True)) for n in (900, 5_000)]
        beyond += population_stability(*sides) > chance_limit(*sides, p_value=0.05)
    assert beyond / trials == pytest.approx(0.05, abs=0.015)


COUNTS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 200), max_size=4)


@given(COUNTS, COUNTS)
def test_population_stability_is_the_sum_over_classes_half_a_count_added(counts, reference):
    expected = 0.0
    if sum(counts.values()) and sum(reference.values()):
        names = {*counts, *reference}
        n, m = (sum(side.values()) + 0.5 * len(names) for side in (counts, reference))
        for name in names:
            p, q = (counts.get(name, 0) + 0.5) / n, (reference.get(name, 0) + 0.5) / m
            expected += (p - q) * np.log(p / q)
    assert population_stability(counts, reference) == pytest.approx(expected, abs=1e-12)


@given(COUNTS, COUNTS)
def test_population_stability_has_no_direction_and_is_never_below_nothing(counts, reference):
    assert population_stability(counts, reference) >= 0
    assert population_stability(counts, reference) == pytest.approx(
        population_stability(reference, counts)
    )
    assert population_stability(counts, counts) == 0


@pytest.mark.parametrize(
    ("counts", "reference"), [({"a": 9}, {"a": 9}), ({}, {}), ({"a": 1}, {}), ({"a": 0}, {"b": 0})]
)
def test_chance_limit_of_a_single_class_or_of_nothing_is_nothing(counts, reference):
    assert chance_limit(counts, reference) == 0


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_chance_limit_falls_with_more_counts_and_with_a_larger_p_value(n, m):
    few, many = {"a": n, "b": n}, {"a": 10 * n, "b": 10 * n}
    other = {"a": m, "b": m}
    assert chance_limit(many, other) < chance_limit(few, other)
    assert chance_limit(few, other, p_value=0.1) < chance_limit(few, other, p_value=0.01)


def test_chance_limit_of_two_classes_is_the_square_of_a_z_score():
    found = chance_limit({"a": 50, "b": 50}, {"a": 200, "b": 200}, p_value=0.05)
    assert found == pytest.approx(1.959964**2 * (1 / 100 + 1 / 400), rel=1e-5)
