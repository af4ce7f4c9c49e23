"""Both sides of the comparison minimise the same thing, and times are read off fairly."""

import numpy as np
import pytest
from benchmarks.ials_speed import ALPHA, L2, Curve, _reached, exact_loss

from omakase.conformance.toy_data import two_tribes
from omakase.models.ials import IalsConfig, loss


def test_the_loss_is_its_definition(rng):
    matrix = two_tribes().matrix
    users, items = (rng.random((12, 3), dtype=np.float32) for _ in range(2))
    fit, seen = users @ items.T, matrix.toarray() > 0
    value = np.where(seen, ALPHA * (1 - fit) ** 2, fit**2).sum()
    value += L2 * ((users**2).sum() + (items**2).sum())
    assert exact_loss(matrix, users, items) == pytest.approx(value, rel=1e-5)


def test_both_objectives_are_one_after_stretching(rng):
    data = two_tribes()
    config = IalsConfig(factors=3, unobserved=1 / (ALPHA - 1), l2=L2 / ALPHA, l2_exponent=0)
    stretch = np.float32(np.sqrt(ALPHA / (ALPHA - 1)))
    values = []
    for _ in range(2):
        users, items = (rng.random((12, 3), dtype=np.float32) for _ in range(2))
        ours = loss(data, config, users, items)
        theirs = exact_loss(data.matrix, users * stretch, items * stretch)
        values.append((ours, theirs))
    (a, b), (c, d) = values
    assert (d - b) / (c - a) == pytest.approx(ALPHA**2 / (ALPHA - 1), rel=1e-3)


def test_the_target_is_the_worse_of_the_last_losses():
    places = 10
    falling = Curve(tuple(range(1, places + 1)), tuple(range(places, 0, -1)))
    worse = Curve(tuple(range(10, 10 + places)), tuple(range(places + 4, 4, -1)))
    mine, other = _reached(falling, worse)
    assert mine[0] == 6  # its loss is 5, as the other's last
    assert other[0] == 19
