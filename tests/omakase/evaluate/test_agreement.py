"""Lists of two models side by side, against what can be counted by hand."""

import pytest

from omakase.evaluate.agreement import TimedLists, overlap, same_first


@pytest.mark.parametrize(
    ("first", "second", "shared", "same"),
    [
        ([["a", "b"]], [["b", "a"]], 1.0, 0.0),
        ([["a", "b"], ["c", "d"]], [["a", "x"], ["y", "z"]], 0.25, 0.5),
        ([["a"]], [["a", "b", "c", "d"]], 0.25, 1.0),
        ([[]], [[]], 1.0, 1.0),
        ([], [], 1.0, 1.0),
    ],
)
def test_overlap_and_first_places_of_two_sets_of_lists(first, second, shared, same):
    assert overlap(first, second) == overlap(second, first) == shared
    assert same_first(first, second) == same


def test_figures_of_lists_that_hold_half_of_the_clicks():
    lists = TimedLists([["a", "b"], ["b", "c"]], [1.0, 3.0])
    found = lists.figures([{"a", "x"}, set()])
    assert (found.clicks_held, found.median_ms, found.items) == (0.5, 2.0, 3)
    assert found.p95_ms == pytest.approx(2.9)


def test_figures_of_no_list_are_none_or_zero():
    found = TimedLists([], []).figures([])
    assert (found.clicks_held, found.median_ms, found.items) == (None, 0.0, 0)
