"""Corrections for many comparisons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.stats.multiple import adjusted_p_values, holm


def test_holm_steps_down():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([0.5, 0.9]) == (1.0, 1.0)


def test_benjamini_hochberg_steps_up():
    assert adjusted_p_values([0.01, 0.04, 0.03, 0.5], "benjamini_hochberg") == pytest.approx(
        (0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5)
    )


def test_adjusted_of_none_is_none():
    assert adjusted_p_values([], "holm") == ()
    assert adjusted_p_values([0.2], "none") == (0.2,)


def test_adjusted_by_something_unheard_of_is_refused():
    with pytest.raises(ValueError, match="bonferoni"):
        adjusted_p_values([0.1], "bonferoni")


def test_adjusted_keeps_the_errors_of_ten_true_nulls():
    rng = np.random.default_rng(1)
    p_values = rng.random((2000, 10))
    family = np.mean([min(holm(row)) < 0.05 for row in p_values])
    assert 0.03 < family < 0.065
    assert np.mean(p_values.min(axis=1) < 0.05) > 0.35


def test_adjusted_keeps_the_share_of_false_discoveries():
    rng, shares = np.random.default_rng(2), []
    for _ in range(1000):
        p_values = [*(rng.random(5) * 0.01), *rng.random(5)]
        alarms = np.array(adjusted_p_values(p_values, "benjamini_hochberg")) < 0.1
        shares.append(alarms[5:].sum() / max(alarms.sum(), 1))
    assert np.mean(shares) < 0.07


P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(P_VALUES)
def test_holm_is_the_largest_of_the_steps_so_far(p_values):
    order = sorted(range(len(p_values)), key=lambda n: p_values[n])
    expected, largest = [0.0] * len(p_values), 0.0
    for step, at in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - step) * p_values[at]))
        expected[at] = largest
    assert holm(p_values) == pytest.approx(tuple(expected))


@given(P_VALUES)
def test_benjamini_hochberg_is_the_least_of_the_steps_to_come(p_values):
    order = sorted(range(len(p_values)), key=lambda n: p_values[n])
    expected, least = [0.0] * len(p_values), 1.0
    for rank in range(len(order), 0, -1):
        at = order[rank - 1]
        least = min(least, p_values[at] * len(p_values) / rank)
        expected[at] = least
    found = adjusted_p_values(p_values, "benjamini_hochberg")
    assert found == pytest.approx(tuple(expected))


@pytest.mark.parametrize("correction", ["holm", "benjamini_hochberg", "none"])
@given(P_VALUES, st.randoms())
def test_adjusted_p_values_follow_their_own_wherever_they_stand(correction, p_values, random):
    order = list(range(len(p_values)))
    random.shuffle(order)
    plain = adjusted_p_values(p_values, correction)
    shuffled = adjusted_p_values([p_values[n] for n in order], correction)
    assert shuffled == pytest.approx(tuple(plain[n] for n in order))


@given(P_VALUES)
def test_adjusted_p_values_are_never_smaller_and_holms_never_below_the_others(p_values):
    by_holm = adjusted_p_values(p_values)
    by_share = adjusted_p_values(p_values, "benjamini_hochberg")
    for plain, share, family in zip(p_values, by_share, by_holm, strict=True):
        assert plain - 1e-12 <= share <= family + 1e-12
        assert family <= min(1.0, plain * len(p_values)) + 1e-12


def test_adjusted_p_value_of_one_comparison_is_the_plain_one():
    for correction in ("holm", "benjamini_hochberg", "none"):
        assert adjusted_p_values([0.03], correction) == pytest.approx((0.03,))


def test_adjusted_by_a_correction_that_there_is_not_names_those_that_there_are():
    with pytest.raises(
        ValueError, match=r"^no correction 'sidak': holm, benjamini_hochberg or none$"
    ):
        adjusted_p_values([0.1], "sidak")
