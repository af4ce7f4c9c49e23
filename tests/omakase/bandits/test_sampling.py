"""Chances by drawing again."""

import numpy as np

from omakase.bandits.plackett_luce import draw_order, position_chances
from omakase.bandits.sampling import sampled_chances

LOGITS = np.array([1.0, 0.0, -1.0])


def test_sampled_chances_are_within_their_error():
    order = np.array([0, 1, 2])
    rng = np.random.default_rng(1)
    sampled = sampled_chances(lambda r: draw_order(LOGITS, 3, r), order, rng, draws=4000)
    exact = position_chances(LOGITS, 3)[order, range(3)]
    assert (np.abs(sampled.chances - exact) < 4 * sampled.errors).all()
    assert sampled.draws == 4000


def test_sampled_chances_of_the_unlikely_are_not_zero():
    rng = np.random.default_rng(2)
    sampled = sampled_chances(lambda r: np.array([0, 1]), np.array([1, 0]), rng, draws=99)
    np.testing.assert_allclose(sampled.chances, 0.01)
