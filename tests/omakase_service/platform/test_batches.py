"""Rows, some at a time."""

import pytest

from omakase_service.platform.batches import batches


@pytest.mark.parametrize(
    ("rows", "parts"), [([], []), ([1, 2], [[1, 2]]), ([1, 2, 3, 4, 5], [[1, 2], [3, 4], [5]])]
)
def test_batches_hold_every_row_once_in_order(rows, parts):
    assert list(batches(iter(rows), 2)) == parts


def test_batches_read_no_further_than_they_are_asked_for():
    rows = iter(range(10))
    assert next(batches(rows, 3)) == [0, 1, 2]
    assert next(rows) == 3
