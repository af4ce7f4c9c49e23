"""Corrections for many comparisons."""

import numpy as np
import pytest

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
