"""Softmax over orders."""

from itertools import permutations

import numpy as np
import pytest

from omakase.bandits.plackett_luce import (
    draw_order,
    order_chances,
    order_log_chance,
    position_chances,
    squeezed,
)

LOGITS = np.array([1.0, -0.5, 2.0, 0.3])


def enumerated(logits):
    """(n, n) by all orders."""
    table = np.zeros((len(logits), len(logits)))
    for order in permutations(range(len(logits))):
        chance = np.exp(order_log_chance(logits, np.array(order)))
        table[list(order), range(len(order))] += chance
    return table


def test_order_log_chance_is_a_softmax_of_what_is_left():
    weights = np.exp(LOGITS)
    expected = weights[2] / weights.sum() * weights[0] / (weights.sum() - weights[2])
    assert np.exp(order_log_chance(LOGITS, np.array([2, 0]))) == pytest.approx(expected)
    assert enumerated(LOGITS).sum() == pytest.approx(4)


@pytest.mark.parametrize("scale", [0.0, 1.0, 10.0])
def test_position_chances_are_those_of_every_order(scale):
    np.testing.assert_allclose(
        position_chances(scale * LOGITS, 4), enumerated(scale * LOGITS), atol=1e-12
    )


def test_order_chances_are_those_of_the_table():
    table, order = position_chances(LOGITS, 3), np.array([2, 1, 0])
    np.testing.assert_allclose(order_chances(LOGITS, order), table[order, range(3)], atol=1e-12)


def test_position_chances_of_very_different_logits_still_add_up_to_one():
    table = position_chances(np.array([0.0, -30, -500, 40, 39]), 5)
    np.testing.assert_allclose(table.sum(axis=0), 1, atol=1e-9)
    np.testing.assert_allclose(table.sum(axis=1), 1, atol=1e-9)


def test_draw_order_draws_as_often_as_it_says():
    rng, table = np.random.default_rng(1), np.zeros((4, 2))
    for _ in range(8000):
        table[draw_order(LOGITS, 2, rng), range(2)] += 1 / 8000
    np.testing.assert_allclose(table, position_chances(LOGITS, 2), atol=0.02)


def test_squeezed_keeps_the_order_and_what_is_likely():
    assert squeezed(np.array([5.0, 4.0, -1000.0, -1000.5])).tolist() == [0.0, -1.0, -41.0, -41.5]
    assert squeezed(np.zeros(0)).shape == (0,)


def test_order_of_logits_far_apart_is_certain():
    logits = np.array([0.0, -1000, -3000, -2000])
    order = draw_order(logits, 4, np.random.default_rng(0))
    assert order.tolist() == [0, 1, 3, 2]
    np.testing.assert_allclose(order_chances(logits, order), 1)
    assert order_log_chance(logits, order) == pytest.approx(0)
