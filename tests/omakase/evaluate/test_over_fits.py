"""The interval of two recipes covers the true difference, people and starts both drawn."""

import numpy as np
import pytest

from omakase.evaluate.confidence import paired_over_fits


def test_paired_over_fits_without_chance_in_the_fits_is_the_paired_interval(rng):
    live, new = rng.normal(0.3, 0.1, (1, 400)), rng.normal(0.32, 0.1, (1, 400))
    gap = paired_over_fits(new, live)
    error = (new - live).std(ddof=1) / 20
    assert gap.mean == pytest.approx((new - live).mean())
    assert gap.high - gap.mean == pytest.approx(1.966 * error, rel=0.01)


def test_paired_over_fits_covers_no_difference_in_most_of_many_worlds(rng):
    """Recipes alike in truth, their starts apart by more than people tell: at most 5 % sure."""
    sure = 0
    for _ in range(400):
        starts = rng.normal(0, 0.02, (2, 3, 1))
        values = 0.3 + starts + rng.normal(0, 0.1, (2, 3, 300))
        sure += paired_over_fits(values[0], values[1]).is_sure
    assert sure <= 0.05 * 400 + 8


def test_paired_over_fits_one_person_tells_nothing():
    gap = paired_over_fits(np.ones((1, 1)), np.zeros((1, 1)))
    assert (gap.low, gap.high, gap.is_sure) == (None, None, False)


def test_paired_over_fits_identical_values_are_no_difference():
    values = np.full((2, 5), 0.4)
    gap = paired_over_fits(values, values)
    assert (gap.mean, gap.low, gap.high, gap.is_sure) == (0.0, 0.0, 0.0, False)
