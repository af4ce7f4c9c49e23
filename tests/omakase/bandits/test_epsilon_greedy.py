"""The best left, but for a small chance."""

import numpy as np
import pytest

from omakase.bandits.epsilon_greedy import draw_order, order_chances, position_chances


def enumerated(n_items, k, epsilon):
    """(n, k) by every way the positions may be filled."""
    table = np.zeros((n_items, k))

    def fill(left, position, chance):
        if position == k or not left:
            return
        for place, item in enumerate(left):
            part = epsilon / len(left) + (1 - epsilon) * (place == 0)
            table[item, position] += chance * part
            fill([i for i in left if i != item], position + 1, chance * part)

    fill(list(range(n_items)), 0, 1.0)
    return table


@pytest.mark.parametrize(("n_items", "k"), [(1, 1), (4, 4), (6, 3), (5, 5)])
@pytest.mark.parametrize("epsilon", [0.0, 0.2, 1.0])
def test_position_chances_are_those_of_every_way(n_items, k, epsilon):
    expected = enumerated(n_items, k, epsilon)
    np.testing.assert_allclose(position_chances(n_items, k, epsilon), expected, atol=1e-12)


def test_draw_order_draws_as_often_as_it_says():
    rng, table = np.random.default_rng(1), np.zeros((5, 3))
    for _ in range(8000):
        table[draw_order(5, 3, 0.3, rng), range(3)] += 1 / 8000
    np.testing.assert_allclose(table, position_chances(5, 3, 0.3), atol=0.02)


def test_order_chances_are_those_of_the_table():
    order = np.array([0, 3, 1])
    table = position_chances(5, 3, 0.3)
    np.testing.assert_array_equal(order_chances(5, order, 0.3), table[order, range(3)])


def test_draw_order_of_few_items_takes_them_all():
    assert sorted(draw_order(3, 9, 0.5, np.random.default_rng(0)).tolist()) == [0, 1, 2]
