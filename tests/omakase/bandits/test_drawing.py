"""Lists drawn row by row."""

from dataclasses import replace

import numpy as np
import pytest

from omakase.bandits.drawing import draw_slate
from omakase.bandits.policies import SoftmaxPolicy
from omakase.types import PAD, Queries, Slate

ITEMS = np.array([[3, 1, 7, 5], [2, 4, PAD, PAD], [PAD] * 4, [9, PAD, PAD, PAD]], np.int32)
SLATE = Slate(ITEMS, np.where(ITEMS == PAD, -np.inf, [[4.0, 3, 2, 1]]).astype(np.float32))
QUERIES = Queries.of(np.array([[1, 2], [PAD, 3], [PAD, PAD], [4, 5]], np.int32))


def ask(queries=QUERIES, slate=SLATE, k=4, depth=50, salt=0):
    return draw_slate(
        queries,
        slate,
        k,
        depth=depth,
        salt=salt,
        choosing=lambda items, scores: SoftmaxPolicy(scores.astype(np.float64)),
    )


def test_drawn_keeps_items_and_their_scores():
    slate = ask()
    for before, after in zip(SLATE.lists(), slate.lists(), strict=True):
        assert sorted(before) == sorted(after)
    assert slate.probabilities.shape == (4, 4)
    assert (slate.probabilities[2:] == 1).all()
    assert (slate.probabilities[1, 2:] == 1).all()
    assert ((slate.probabilities > 0) & (slate.probabilities <= 1)).all()


def test_drawn_is_the_same_for_the_same_question_and_seed():
    assert ask().items.tolist() == ask().items.tolist()
    seeded = replace(QUERIES, seeds=np.arange(4, dtype=np.uint64))
    assert ask(seeded).items.tolist() == ask(seeded).items.tolist()
    lists = {
        tuple(ask(replace(QUERIES, seeds=np.full(4, n, np.uint64))).items[0]) for n in range(30)
    }
    assert len(lists) > 3
    salted = {tuple(ask(salt=n).items[0]) for n in range(30)}
    assert len(salted) > 3


def test_drawn_takes_from_the_depth_alone():
    for salt in range(20):
        slate = ask(depth=2, salt=salt)
        assert sorted(slate.items[0, :2].tolist()) == [1, 3]
        assert slate.items[0, 2:].tolist() == [7, 5]
        assert (slate.probabilities[0, 2:] == 1).all()


def test_drawn_is_as_short_as_asked():
    assert ask(k=2).items.shape == (4, 2)
    assert ask(k=9).items.shape == (4, 4)
    assert ask(k=0).items.shape == (4, 0)


def test_drawn_items_come_as_often_as_their_chances_say():
    seeds = np.arange(4000, dtype=np.uint64)
    queries = replace(Queries.of(np.full((4000, 1), PAD, np.int32)), seeds=seeds)
    many = Slate(np.tile(ITEMS[:1], (4000, 1)), np.tile(SLATE.scores[:1], (4000, 1)))
    slate = ask(queries, many, k=2)
    for position in range(2):
        for item in ITEMS[0]:
            at = slate.items[:, position] == item
            assert at.mean() == pytest.approx(slate.probabilities[at, position].max(), abs=0.03)
