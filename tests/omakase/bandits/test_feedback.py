"""Counts of showings and clicks."""

import numpy as np
import polars as pl
import pytest

from omakase.bandits.feedback import Feedback
from omakase.errors import ConfigError

ITEMS = pl.DataFrame({"seen": [10, None, 4], "hit": [1, 0, 9], "title": ["a", "b", "c"]})


def test_feedback_of_items_reads_two_columns():
    feedback = Feedback.of_items(ITEMS, "seen", "hit")
    assert feedback.shown.tolist() == [10, 0, 4]
    assert feedback.clicked.tolist() == [1, 0, 4]


def test_feedback_of_items_without_columns_is_none_yet():
    assert Feedback.of_items(ITEMS, "shown", "clicked").shown.tolist() == [0, 0, 0]


@pytest.mark.parametrize("columns", [("seen", "hits"), ("sen", "hit"), ("seen", "title")])
def test_feedback_of_a_misspelt_column_is_refused(columns):
    with pytest.raises(ConfigError, match="column"):
        Feedback.of_items(ITEMS, *columns)


def test_feedback_of_different_length_is_refused():
    with pytest.raises(ValueError, match="2 items"):
        Feedback(np.zeros(2), np.zeros(3))
