"""LinUCB over features of items."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.bandits.feedback import Feedback
from omakase.errors import CapabilityError
from omakase.rankers.linucb import LinUcb, LinUcbConfig
from omakase.types import PAD, Queries, Slate

VECTORS = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [-1, 0]], np.float32)
ITEMS = pl.DataFrame({"shown": [1000, 0, 1000, 0, 0], "clicked": [300, 0, 10, 0, 0]})


class Vectors:
    def item_vectors(self):
        return VECTORS

    def query_vectors(self, queries):
        return np.zeros((len(queries), 2), np.float32)


def linucb(items=ITEMS, **knobs):
    parts = InMemoryVersion(items, {"m": Vectors(), "other": object()})
    return LinUcb.of(LinUcbConfig(**{"model": "m", **knobs}), parts)


def drawn(ranker, k=5, size=400):
    queries = replace(
        Queries.of(np.full((size, 1), PAD, np.int32)), seeds=np.arange(size, dtype=np.uint64)
    )
    items = np.tile(np.arange(5, dtype=np.int32), (size, 1))
    scores = np.tile(np.float32([5, 4, 3, 2, 1]), (size, 1))
    return ranker.draw(queries, Slate(items, scores), k)


def test_linucb_hopes_for_new_items_that_are_like_the_clicked():
    order = drawn(linucb(width=0.0, epsilon=0.0), size=1).items[0].tolist()
    assert order.index(1) < order.index(2)
    assert order.index(1) < order.index(3)


def test_linucb_hopes_more_where_it_knows_less():
    narrow, wide = linucb(width=0.0, epsilon=0.0), linucb(width=10.0, epsilon=0.0)
    assert narrow.hopes[4] < narrow.hopes[0]
    assert wide.hopes[4] == wide.hopes.max()
    assert drawn(wide, size=1).items[0, 0] == 4


def test_linucb_without_epsilon_leaves_nothing_to_chance():
    assert (drawn(linucb(epsilon=0.0), size=3).probabilities == 1).all()


def test_linucb_gives_every_candidate_a_chance():
    slate = drawn(linucb(epsilon=0.5), k=1)
    assert set(slate.items[:, 0].tolist()) == set(range(5))
    for item in range(5):
        at = slate.items[:, 0] == item
        assert at.mean() == pytest.approx(slate.probabilities[at, 0][0], abs=0.06)


def test_linucb_with_newer_feedback_changes_its_mind():
    newer = Feedback(np.full(5, 1000.0), np.array([0.0, 0, 500, 500, 0]))
    order = drawn(linucb(width=0.0, epsilon=0.0).with_feedback(newer), size=1).items[0].tolist()
    assert set(order[:2]) == {2, 3}


def test_linucb_of_a_model_without_vectors_is_refused():
    with pytest.raises(CapabilityError):
        linucb(model="other")
