"""What is like the last events."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.index.exact import ExactIndex
from omakase.sources.item_to_item import ItemToItemConfig, ItemToItemSource, _by_index
from omakase.types import PAD, Queries, Slate


class Street:
    """Ten houses in a row: the nearest are the most alike, the lower number first."""

    def similar(self, items, k):
        distance = np.abs(np.arange(10) - items[:, None]).astype(np.float32)
        distance[np.arange(len(items)), items] = 99
        order = np.argsort(distance, axis=1, kind="stable")[:, :k].astype(np.int32)
        return Slate(order, -np.take_along_axis(distance, order, 1))


PARTS = InMemoryVersion(
    pl.DataFrame({"item_id": [str(n) for n in range(10)]}), {"street": Street()}
)


def source(**knobs):
    return ItemToItemSource.of("near", ItemToItemConfig(model="street", **knobs), PARTS)


def ask(history, **more):
    return replace(Queries.of(np.asarray([history], np.int32)), **more)


def test_the_neighbours_of_one_event():
    assert source(each=4).candidates(ask([5]), 4).items.tolist() == [[4, 6, 3, 7]]


def test_the_points_are_those_of_the_places():
    """From 8 (just now): 7, 9, 6 by 1, 1/2, 1/3; from 0 before it: 1, 2, 3 by half as much."""
    slate = source(each=3, fade=0.5).candidates(ask([0, 8]), 9)
    expected = {7: 1, 9: 0.5, 6: 1 / 3, 1: 0.5, 2: 0.25, 3: 1 / 6}
    assert {i: pytest.approx(s) for i, s in slate.lists()[0]} == expected
    assert [i for i, _ in slate.lists()[0]] == [7, 1, 9, 6, 2, 3]


def test_on_two_lists_beats_first_on_one():
    slate = source(each=2, fade=1.0).candidates(ask([1, 3]), 4)
    assert slate.items[0, 0] == 2


def test_only_the_last_events_count():
    far = source(each=2, recent=1).candidates(ask([0, 9]), 9)
    assert {i for i, _ in far.lists()[0]} == {8, 7}


def test_the_disliked_have_no_say():
    queries = ask([0, 9], weights=np.asarray([[1, -1]], np.float32))
    assert {i for i, _ in source(each=2).candidates(queries, 9).lists()[0]} == {1, 2}


def test_a_stranger_gets_nothing():
    assert source().candidates(ask([PAD]), 5).lists() == [[]]


def test_a_table_made_beforehand_says_the_same():
    queries = ask([2, 7])
    before = source(each=3).candidates(queries, 9)
    now = source(each=3, table_items=0).candidates(queries, 9)
    assert before.lists() == now.lists()


def test_only_the_allowed_are_proposed():
    queries = ask([5], allowed=np.arange(10) > 6)
    assert source().candidates(queries, 9).items[0, :3].tolist() == [7, 8, 9]


class Round:
    """Houses on a circle, some of them on high ground: likeness is the angle."""

    angles = 0.1 * np.arange(40) ** 1.1
    height = 1 + 0.01 * (np.arange(40)[:, None] % 4)
    vectors = (np.stack([np.cos(angles), np.sin(angles)], 1) * height).astype(np.float32)

    def score(self, queries):
        return np.zeros((len(queries), 40), np.float32)

    def item_vectors(self):
        return self.vectors

    def query_vectors(self, queries):
        return self.vectors[queries.history[:, -1]]


def test_a_large_catalog_is_looked_up_in_an_index():
    index = ExactIndex.build(Round.vectors, None, rng=np.random.default_rng(0))
    parts = InMemoryVersion(pl.DataFrame({"n": range(40)}), {"m": Round()}, {"i": index})
    ways = [
        ItemToItemSource.of(
            "near", ItemToItemConfig(model="m", each=6, table_items=0, **more), parts
        )
        for more in ({}, {"index": "i"})
    ]
    for history in ([20, 7], [0, 39, 12]):
        plain, found = (way.candidates(ask(history), 10).lists() for way in ways)
        assert [i for i, _ in found[0]] == [i for i, _ in plain[0]]


def test_an_index_finds_itself_and_leaves_itself_out():
    index = ExactIndex.build(np.eye(3, dtype=np.float32), None, rng=np.random.default_rng(0))
    rows = np.arange(3, dtype=np.int32)
    near = _by_index(np.eye(3, dtype=np.float32), index, 5, rows)
    assert all(row not in line.tolist() for row, line in zip(rows, near, strict=True))
    assert (near != PAD).sum() == 6
