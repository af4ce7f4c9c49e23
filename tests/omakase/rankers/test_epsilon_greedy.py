"""The order, but for a small chance."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.bandits.epsilon_greedy import position_chances
from omakase.rankers.epsilon_greedy import EpsilonGreedy, EpsilonGreedyConfig
from omakase.types import PAD, Queries, Slate

PARTS = InMemoryVersion(pl.DataFrame({"n": range(9)}), {})


def drawn(epsilon, k=3, size=3000, **knobs):
    queries = replace(
        Queries.of(np.full((size, 1), PAD, np.int32)), seeds=np.arange(size, dtype=np.uint64)
    )
    items = np.tile(np.array([8, 3, 5, 1], np.int32), (size, 1))
    scores = np.tile(np.array([4.0, 3, 2, 1], np.float32), (size, 1))
    ranker = EpsilonGreedy.of(EpsilonGreedyConfig(epsilon=epsilon, **knobs), PARTS)
    return ranker.draw(queries, Slate(items, scores), k)


def test_epsilon_greedy_draws_items_as_often_as_it_logs():
    slate, exact = drawn(0.4), position_chances(4, 3, 0.4)
    for position in range(3):
        for place, item in enumerate([8, 3, 5, 1]):
            at = slate.items[:, position] == item
            assert at.mean() == pytest.approx(exact[place, position], abs=0.03)
            assert slate.probabilities[at, position] == pytest.approx(exact[place, position])


def test_epsilon_greedy_without_epsilon_is_the_order():
    slate = drawn(0.0, size=10)
    assert (slate.items == [8, 3, 5]).all()
    assert (slate.probabilities == 1).all()


def test_epsilon_greedy_draws_others_with_another_salt():
    assert (drawn(1.0, size=50).items != drawn(1.0, size=50, salt=1).items).any()
