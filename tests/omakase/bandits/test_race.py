"""Who comes in at which position."""

from itertools import permutations

import numpy as np
import pytest

from omakase.bandits.race import chances_of_all, chances_of_order

# three items, each with three equally likely arrivals, none of them equal
ARRIVALS = np.array([[0.0, 4.0, 8.0], [1.0, 3.0, 7.0], [2.0, 5.0, 6.0]])


def race():
    nodes = np.arange(9.0)
    density = np.array([[float(node in row) / 3 for node in nodes] for row in ARRIVALS])
    ahead = np.array([[(row < node).mean() for node in nodes] for row in ARRIVALS])
    return density, ahead


def counted():
    """(items, positions) by all 27 outcomes."""
    table = np.zeros((3, 3))
    for a in ARRIVALS[0]:
        for b in ARRIVALS[1]:
            for c in ARRIVALS[2]:
                for position, item in enumerate(np.argsort([a, b, c])):
                    table[item, position] += 1 / 27
    return table


def test_chances_of_all_are_those_of_every_outcome():
    np.testing.assert_allclose(chances_of_all(*race(), 3), counted(), atol=1e-12)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_chances_of_order_are_the_same(order):
    expected = [counted()[item, position] for position, item in enumerate(order)]
    np.testing.assert_allclose(chances_of_order(*race(), np.array(order)), expected, atol=1e-12)


def test_chances_of_order_of_a_part_need_no_rest():
    np.testing.assert_allclose(chances_of_order(*race(), np.array([2])), counted()[2, :1])
    assert chances_of_order(*race(), np.zeros(0, np.int64)).shape == (0,)
