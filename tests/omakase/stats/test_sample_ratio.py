"""Sample-ratio mismatch."""

import numpy as np
import pytest
from scipy import stats

from omakase.stats.sample_ratio import mismatch_evidence, sample_ratio, sample_ratio_sequence


def test_sample_ratio_is_the_chi_square_test():
    check = sample_ratio([480, 520], [1, 1])
    assert check.p_value == pytest.approx(float(stats.chisquare([480, 520]).pvalue))
    assert check.shares == (0.48, 0.52)
    assert not check.alarm


@pytest.mark.parametrize("check", [sample_ratio, sample_ratio_sequence])
def test_sample_ratio_sees_a_skew_of_one_per_cent_in_a_million(check):
    assert check([505_000, 495_000], [1, 1]).alarm
    assert not check([500_300, 499_700], [1, 1]).alarm


@pytest.mark.parametrize("check", [sample_ratio, sample_ratio_sequence])
def test_sample_ratio_of_nobody_is_fine(check):
    assert check([0, 0, 0], [0.5, 0.3, 0.2]).p_value == 1


def test_sample_ratio_sequence_seldom_alarms_at_any_of_many_looks():
    rng = np.random.default_rng(3)
    shares = np.array([0.5, 0.3, 0.2])
    daily = rng.multinomial(300, shares, (1000, 60)).cumsum(axis=1)
    evidence = mismatch_evidence(daily.reshape(-1, 3), shares).reshape(1000, 60)
    assert (evidence >= np.log(20)).any(axis=1).mean() <= 0.05
    fixed = stats.chisquare(daily, shares * daily.sum(axis=2, keepdims=True), axis=2).pvalue
    assert (fixed < 0.05).any(axis=1).mean() > 0.2


@pytest.mark.parametrize("planned", [[1], [1, 0], [1, -1]])
def test_sample_ratio_of_wrong_shares_is_refused(planned):
    with pytest.raises(ValueError, match="shares"):
        sample_ratio([10, 10], planned)
