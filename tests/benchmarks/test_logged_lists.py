"""Lists are judged by the truth, over the best list of the same candidates."""

import numpy as np
import pytest
from benchmarks.logged_lists import LENGTH, gains_in_order


def test_best_order_gains_one_and_any_other_less(rng):
    liking = rng.random((4, LENGTH + 5))
    best = -np.sort(-liking, axis=1)
    assert gains_in_order(best, liking) == pytest.approx(np.ones(4))
    assert (gains_in_order(best[:, ::-1], liking) < 1).all()
