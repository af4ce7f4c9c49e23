"""Novelty on a catalog sized for the eye."""

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.rankers.novelty import Novelty, NoveltyConfig
from omakase.types import PAD, Context, Queries, Slate


class Known:
    """Item 0 is known best, 1 and 2 alike, 3 and 4 least."""

    def score(self, queries):
        return np.tile(np.asarray([9, 5, 5, 1, 0], np.float32), (len(queries), 1))


PARTS = InMemoryVersion(pl.DataFrame({"n": range(5)}), {"popular": Known()})
ASK = Queries.of(np.full((1, 1), PAD, np.int32))


def rank(diversity, items=(0, 1, 3), scores=(3.0, 2.0, 1.0), ask=ASK):
    slate = Slate(np.asarray([items], np.int32), np.asarray([scores], np.float32))
    return Novelty.of(NoveltyConfig(diversity=diversity), PARTS).rank(ask, slate)


def test_novelty_is_the_share_that_is_better_known():
    made = Novelty.of(NoveltyConfig(), PARTS)
    assert made.novelty.tolist() == [0, 0.25, 0.25, 0.75, 1]


def test_without_it_nothing_moves_and_with_it_alone_the_least_known_comes_first():
    assert rank(0).items.tolist() == [[0, 1, 3]]
    assert rank(1).items.tolist() == [[3, 1, 0]]


def test_scores_are_the_mix():
    found = dict(rank(0.4).lists()[0])
    expected = {0: 0.6, 1: 0.6 * 0.5 + 0.4 * 0.25, 3: 0.4 * 0.75}
    assert found == pytest.approx(expected)


def test_a_request_may_ask_for_more():
    ask = Queries.of(np.full((1, 1), PAD, np.int32), contexts=(Context(diversity=1.0),))
    assert rank(0, ask=ask).items[0, 0] == 3


def test_padding_stays_at_the_end():
    found = rank(0.5, items=(0, 3, PAD), scores=(2.0, 1.0, -np.inf))
    assert found.items[0, 2] == PAD
    assert np.isneginf(found.scores[0, 2])
