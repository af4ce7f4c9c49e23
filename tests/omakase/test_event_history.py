"""Events of one person as columns are the sequence of their rows."""

import numpy as np
import pytest

from omakase.event_history import EventHistory

ROWS = [("a", 1.0, 5), ("b", -0.5, 6), ("a", 0.0, 7)]


@pytest.fixture
def history():
    return EventHistory.of(ROWS)


def test_history_is_the_sequence_of_its_rows(history):
    assert (len(history), list(history), history) == (3, ROWS, ROWS)
    assert (history[0], history[-1]) == (ROWS[0], ROWS[-1])
    assert ("b", -0.5, 6) in history
    assert history != ROWS[:2]
    assert history != "abc"
    with pytest.raises(IndexError):
        history[3]


def test_history_gives_plain_numbers(history):
    assert [type(value) for value in history[1]] == [str, float, int]
    assert [type(value) for value in next(iter(history))] == [str, float, int]


@pytest.mark.parametrize("part", [slice(-2, None), slice(None, 1), slice(5, None), slice(-0, None)])
def test_slice_of_a_history_is_a_history_of_the_slice(history, part):
    assert isinstance(history[part], EventHistory)
    assert history[part] == ROWS[part]


def test_history_where_a_mask_is_true_has_those_rows(history):
    assert history.where(np.array([True, False, True])) == [ROWS[0], ROWS[2]]


def test_history_of_a_history_is_itself_and_of_nothing_is_empty(history):
    assert EventHistory.of(history) is history
    assert EventHistory.of(()) == ()
    assert not EventHistory.of(())
    assert EventHistory.of(()).weights.dtype == np.float32
