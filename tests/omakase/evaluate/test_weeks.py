"""One week beside another."""

import numpy as np
import pytest
import scipy

from omakase.evaluate.weeks import mean_change


def test_mean_change_has_the_ends_of_welchs_interval():
    rng = np.random.default_rng(0)
    before, after = rng.normal(3, 1, 40), rng.normal(4, 2, 60)
    mean, low, high = mean_change(before, after)
    ends = scipy.stats.ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    assert mean == pytest.approx(after.mean() - before.mean())
    assert (low, high) == pytest.approx((ends.low, ends.high))


def test_mean_change_of_weeks_in_which_all_say_the_same_is_sure():
    assert mean_change([2, 2, 2], [5, 5]) == (3.0, 3.0, 3.0)


def test_mean_change_of_a_single_rating_is_unknown():
    assert mean_change([2], [5, 5]) is None
