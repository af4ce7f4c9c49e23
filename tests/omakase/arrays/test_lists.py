"""Ragged lists, against plain Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omakase.arrays.lists import (
    from_pairs,
    keep_allowed,
    nothing,
    reordered,
    side_by_side,
    sorted_slate,
    summed,
    trimmed,
)
from omakase.types import PAD, Slate

N = 7
rows = st.integers(-2, N + 2)
lists = st.lists(rows, min_size=1, max_size=12)


def slate(items, scores=None):
    scores = np.arange(len(items), 0, -1) if scores is None else scores
    return Slate(np.asarray([items], np.int32), np.asarray([scores], np.float32))


@given(lists, st.lists(rows, max_size=6), st.lists(st.booleans(), min_size=N, max_size=N))
def test_kept_is_what_a_list_comprehension_keeps(items, banned, allowed):
    got = keep_allowed(
        slate(items), np.asarray([banned], np.int32).reshape(1, -1), N, np.asarray(allowed)
    )
    fine = [i for i in items if 0 <= i < N and i not in banned and allowed[i]]
    assert [i for i, _ in got.lists()[0]] == list(dict.fromkeys(fine))


@given(lists)
def test_each_stays_with_its_own_score(items):
    got = keep_allowed(slate(items), np.zeros((1, 0), np.int32), N)
    assert got.items.shape == (1, len(items))
    for item, score in got.lists()[0]:
        assert score == len(items) - items.index(item)


def test_a_score_that_is_no_number_has_no_place():
    got = keep_allowed(slate([1, 2, 3], [np.nan, -np.inf, 0.5]), np.zeros((1, 0), np.int32), N)
    assert got.lists() == [[(3, 0.5)]]


def test_rows_of_a_batch_do_not_mix():
    items = np.asarray([[1, 2], [1, 2]], np.int32)
    got = keep_allowed(
        Slate(items, np.ones((2, 2), np.float32)), np.asarray([[1], [2]], np.int32), N
    )
    assert got.items.tolist() == [[2, PAD], [1, PAD]]


@given(st.lists(st.tuples(st.integers(-1, N - 1), st.integers(-4, 4)), min_size=1, max_size=14))
def test_summed_is_what_a_counter_adds(pairs):
    items = np.asarray([[i for i, _ in pairs]], np.int32)
    points = np.asarray([[p for _, p in pairs]], np.float32)
    totals: dict[int, int] = {}
    for item, point in pairs:
        if item != PAD:
            totals[item] = totals.get(item, 0) + point
    expected = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
    assert summed(items, points).lists()[0] == expected


def test_rows_far_apart_do_not_collide():
    """Rows a power of two apart fall on one place of the table."""
    items = np.asarray([[n * 2**20 for n in range(8)]], np.int32)
    got = keep_allowed(slate(items[0].tolist()), items[:, ::2].copy(), 2**30)
    assert got.items[0, :4].tolist() == items[0, 1::2].tolist()


def test_sorting_breaks_ties_by_row_and_puts_padding_last():
    got = sorted_slate(
        np.asarray([[5, PAD, 2, 9]], np.int32), np.asarray([[1, -np.inf, 1, 3]], np.float32)
    )
    assert got.items.tolist() == [[9, 2, 5, PAD]]
    assert got.scores[0, -1] == -np.inf


def test_nothing_is_padding_that_scores_least():
    slate = nothing(2, 3)
    assert slate.lists() == [[], []] and slate.items.shape == (2, 3)
    assert (slate.scores == -np.inf).all()
    assert (slate.items.dtype, slate.scores.dtype) == (np.int32, np.float32)


def test_side_by_side():
    both = side_by_side([slate([1, 2]), slate([2])])
    assert both.items.tolist() == [[1, 2, 2]]
    assert both.scores.tolist() == [[2, 1, 1]]


def test_reordering_takes_scores_along():
    got = reordered(slate([5, 6, PAD], [3, 2, -np.inf]), np.asarray([[1, 0, 2, -1]]))
    assert got.items.tolist() == [[6, 5, PAD, PAD]]
    assert got.scores.tolist() == [[2, 3, -np.inf, -np.inf]]


def test_pairs_become_a_slate():
    got = from_pairs([[(4, 1.0), (2, 1.0)], []], 3)
    assert got.items.tolist() == [[2, 4, PAD], [PAD, PAD, PAD]]
    assert got.lists() == [[(2, 1.0), (4, 1.0)], []]


@given(st.lists(st.lists(st.tuples(rows, st.integers(-3, 3)), max_size=5), min_size=1, max_size=4))
def test_pairs_come_back_in_order(told):
    told = [[(max(item, 0), float(score)) for item, score in row] for row in told]
    got = from_pairs(told, 6)
    assert got.items.shape == (len(told), 6)
    assert got.lists() == [sorted(row, key=lambda pair: (-pair[1], pair[0])) for row in told]


@given(st.permutations(range(5)), st.integers(0, 5))
def test_reordering_is_taking_one_by_one(order, width):
    base = slate([3, 1, 4, PAD, PAD], [5, 4, 3, -np.inf, -np.inf])
    places = np.asarray([order[:width]], np.int64).reshape(1, width)
    got = reordered(base, places)
    assert got.items.tolist() == [[base.items[0, place] for place in order[:width]]]
    assert (np.isneginf(got.scores) == (got.items == PAD)).all()


@given(lists, st.lists(rows, max_size=6))
def test_what_is_kept_once_is_kept_again(items, banned):
    """A second gate of the same kind has nothing left to do."""
    rows_banned = np.asarray([banned], np.int32).reshape(1, -1)
    once = keep_allowed(slate(items), rows_banned, N)
    twice = keep_allowed(once, rows_banned, N)
    np.testing.assert_array_equal(once.items, twice.items)
    np.testing.assert_array_equal(once.scores, twice.scores)


def test_a_batch_of_nobody_stays_one():
    nobody = Slate(np.zeros((0, 3), np.int32), np.zeros((0, 3), np.float32))
    assert keep_allowed(nobody, np.zeros((0, 2), np.int32), N).items.shape == (0, 3)
    assert summed(nobody.items, nobody.scores).items.shape == (0, 3)
    assert from_pairs([], 3).items.shape == (0, 3)
    assert side_by_side([nobody, nobody]).items.shape == (0, 6)


def test_no_columns_to_reorder():
    empty = Slate(np.zeros((2, 0), np.int32), np.zeros((2, 0), np.float32))
    assert reordered(empty, np.zeros((2, 0), np.int64)).items.shape == (2, 0)


def test_columns_that_hold_nothing_are_cut_off_the_end():
    items = np.asarray([[3, PAD, PAD, PAD], [1, PAD, 2, PAD]], np.int32)
    slate = Slate(items, np.where(items == PAD, -np.inf, 1).astype(np.float32))
    short = trimmed(slate)
    assert short.items.tolist() == [[3, PAD, PAD], [1, PAD, 2]]
    assert short.scores.shape == (2, 3)
    assert trimmed(short).items.shape == (2, 3)


def test_trimmed_empty_lists_keep_one_column():
    assert trimmed(nothing(2, 5)).items.tolist() == [[PAD], [PAD]]
    assert trimmed(nothing(2, 0)).items.shape == (2, 0)
    assert trimmed(nothing(0, 3)).items.shape == (0, 1)
