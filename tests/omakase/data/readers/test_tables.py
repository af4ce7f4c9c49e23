"""From a reader's tables to a dataset."""

import polars as pl
import pytest

from omakase.data.readers.tables import Loaded, Tables, event_table
from omakase.data.rows.rejects import Reject
from omakase.errors import EmptyData

ROWS = pl.DataFrame({"u": [2, 1, 2], "i": ["c", "b", "a"]})


def test_without_times_each_user_counts_from_zero():
    table = event_table(ROWS, user="u", item="i", kind="view")
    assert table.get_column("time").to_list() == [0, 0, 1]
    assert table.get_column("user_id").to_list() == ["2", "1", "2"]


def test_parts_follow_the_events_through_sorting():
    events = event_table(ROWS, user="u", item="i", kind="view").with_columns(
        pl.Series("time", [30, 20, 10]), pl.Series("part", ["test", "train", "train"])
    )
    loaded = Loaded.of(Tables(events), "x")
    assert loaded.parts["train"].times.tolist() == [10, 20]
    assert loaded.parts["test"].times.tolist() == [30]
    assert loaded.part("test").ids is loaded.dataset.ids


def test_nothing_usable_says_how_much_was_refused():
    events = event_table(ROWS.clear(), user="u", item="i", kind="view")
    with pytest.raises(EmptyData, match="1 rows were refused"):
        Loaded.of(Tables(events, rejects=(Reject("f", 1, "empty_id", "no user"),)), "x")
