"""The index by hand, and how often chance alone exceeds its limit."""

import numpy as np
import pytest

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
