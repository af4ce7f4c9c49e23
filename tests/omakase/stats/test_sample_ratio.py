"""Sample-ratio mismatch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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


def by_hand(variants: list[int], shares: list[float]) -> float:
    """Log of the evidence, person after person: what was expected of each by those before."""
    seen = [100 * share for share in shares]
    evidence = 0.0
    for variant in variants:
        evidence += np.log(seen[variant] / sum(seen) / shares[variant])
        seen[variant] += 1
    return evidence


@given(st.lists(st.integers(0, 2), max_size=60), st.randoms())
def test_mismatch_evidence_is_that_of_one_person_after_the_other_in_any_order(variants, random):
    shares = [0.5, 0.3, 0.2]
    counts = np.array([[variants.count(n) for n in range(3)]], dtype=float)
    found = float(mismatch_evidence(counts, np.array(shares))[0])
    random.shuffle(variants)
    assert found == pytest.approx(by_hand(variants, shares), abs=1e-8)


@pytest.mark.parametrize("check", [sample_ratio, sample_ratio_sequence])
@given(st.lists(st.integers(0, 2000), min_size=2, max_size=5))
def test_sample_ratio_shares_add_up_and_weights_need_not(check, counts):
    planned = list(range(1, len(counts) + 1))
    found = check(counts, planned)
    assert sum(found.shares) == pytest.approx(1 if sum(counts) else 0)
    assert 0 <= found.p_value <= 1
    scaled = check(counts, [10 * weight for weight in planned])
    assert scaled.p_value == pytest.approx(found.p_value, abs=1e-9)


@pytest.mark.parametrize("check", [sample_ratio, sample_ratio_sequence])
@given(st.lists(st.integers(0, 2000), min_size=2, max_size=4), st.floats(1e-6, 0.5))
def test_sample_ratio_alarms_below_its_threshold(check, counts, threshold):
    found = check(counts, [1] * len(counts), threshold=threshold)
    assert found.alarm is bool(found.p_value < threshold)


@given(st.integers(0, 60), st.integers(0, 60))
def test_sample_ratio_sequence_p_value_is_the_inverse_of_the_evidence(first, second):
    evidence = by_hand([0] * first + [1] * second, [0.5, 0.5])
    assert sample_ratio_sequence([first, second], [1, 1]).p_value == pytest.approx(
        np.exp(-max(evidence, 0.0)), abs=1e-9
    )


def test_sample_ratio_of_shares_that_do_not_fit_says_what_was_given():
    with pytest.raises(ValueError, match=r"^shares \[1, 0\] do not fit 2 counts, or are not > 0$"):
        sample_ratio([1, 2], [1, 0])
