"""Lists drawn by softmax."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.bandits.plackett_luce import position_chances
from omakase.rankers.softmax import Softmax, SoftmaxConfig
from omakase.types import PAD, Queries, Slate

PARTS = InMemoryVersion(pl.DataFrame({"n": range(6)}), {})
SCORES = np.array([3.0, 2.5, 1.0, 0.0], np.float32)
MANY = 3000


def asked(size=MANY):
    queries = Queries.of(np.full((size, 1), PAD, np.int32))
    return replace(queries, seeds=np.arange(size, dtype=np.uint64))


def slate(size=MANY):
    rows = np.tile(np.arange(4, dtype=np.int32), (size, 1))
    return Slate(rows, np.tile(SCORES, (size, 1)))


def softmax(**knobs):
    return Softmax.of(SoftmaxConfig(**knobs), PARTS)


def test_softmax_draws_items_as_often_as_it_logs():
    drawn = softmax(temperature=0.5).draw(asked(), slate(), 2)
    exact = position_chances(SCORES.astype(float) / 3 / 0.5, 2)
    for position in range(2):
        for item in range(4):
            at = drawn.items[:, position] == item
            assert at.mean() == pytest.approx(exact[item, position], abs=0.03)
            assert drawn.probabilities[at, position] == pytest.approx(exact[item, position])


def test_softmax_that_is_cold_keeps_the_order():
    drawn = softmax(temperature=0.001).draw(asked(20), slate(20), 4)
    assert (drawn.items == [0, 1, 2, 3]).all()
    np.testing.assert_allclose(drawn.probabilities, 1)


def test_softmax_that_is_hot_is_nearly_uniform():
    drawn = softmax(temperature=1e6).draw(asked(20), slate(20), 4)
    np.testing.assert_allclose(drawn.probabilities, 0.25, atol=1e-3)


def test_softmax_as_a_ranker_orders_all():
    ranked = softmax().rank(asked(5), slate(5))
    assert (np.sort(ranked.items) == [0, 1, 2, 3]).all()
    assert ranked.probabilities.shape == (5, 4)
