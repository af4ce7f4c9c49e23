"""Rows of different length."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omakase.arrays.ragged import grouped, padded


@given(st.lists(st.integers(0, 5)))
def test_groups_keep_the_order_of_their_members(groups):
    starts, order = grouped(np.asarray(groups, np.int32), 6)
    for group in range(6):
        expected = [n for n, g in enumerate(groups) if g == group]
        assert order[starts[group] : starts[group + 1]].tolist() == expected


@given(st.lists(st.lists(st.integers(1, 9), max_size=4)))
def test_rows_are_padded_on_the_left(rows):
    flat = np.asarray([n for row in rows for n in row], np.int32)
    found = padded(flat, np.asarray([len(row) for row in rows], np.int64), np.int32(0))
    width = max([1, *(len(row) for row in rows)])
    assert found.shape == (len(rows), width)
    assert found.tolist() == [[0] * (width - len(row)) + row for row in rows]


def test_the_type_stays():
    assert padded(np.zeros(2, np.float32), np.asarray([2]), np.float32(0)).dtype == np.float32


def test_groups_that_nobody_is_in_are_empty():
    starts, order = grouped(np.zeros(0, np.int32), 3)
    assert starts.tolist() == [0, 0, 0, 0]
    assert order.tolist() == []
    starts, _ = grouped(np.asarray([2, 2], np.int32), 4)
    assert starts.tolist() == [0, 0, 0, 2, 2]


def test_rows_that_hold_nothing_are_still_rows():
    found = padded(np.zeros(0, np.int64), np.zeros(3, np.int64), np.int64(-7))
    assert found.tolist() == [[-7], [-7], [-7]]
    assert padded(np.zeros(0, np.int64), np.zeros(0, np.int64), np.int64(0)).shape == (0, 1)
