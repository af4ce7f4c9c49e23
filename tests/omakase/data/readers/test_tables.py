"""From a reader's tables to a dataset."""

import polars as pl
import pytest

from omakase.data.readers.tables import LoadedData, Tables, event_table, gather_tables
from omakase.data.rows import Reject, open_rows
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
    loaded = LoadedData.of(Tables(events), "x")
    assert loaded.parts["train"].times.tolist() == [10, 20]
    assert loaded.parts["test"].times.tolist() == [30]
    assert loaded.part("test").ids is loaded.dataset.ids


def test_nothing_usable_says_how_much_was_refused_and_why():
    events = event_table(ROWS.clear(), user="u", item="i", kind="view")
    rejects = (Reject.of("f.csv", 9, "empty_user"),)
    with pytest.raises(EmptyData, match=r"7 rows were refused, the first in f\.csv, line 9: the"):
        LoadedData.of(Tables(events, rejects=rejects, refused=7), "x")


def test_files_are_gathered_into_one_order(tmp_path):
    for name, item in (("a.csv", "x"), ("b.csv", "y")):
        (tmp_path / name).write_text(f"user,item\nu,{item}\n,z\nv,{item}\n")
    tables = gather_tables(open_rows(tmp_path / name) for name in ("a.csv", "b.csv"))
    assert tables.events.select("user_id", "item_id", "time").rows() == [
        *(("u", "x", 0), ("v", "x", 0), ("u", "y", 1), ("v", "y", 1)),
    ]
    assert (tables.refused, len(tables.rejects)) == (2, 2)
    assert tables.guessed == {"user_id": "user", "item_id": "item"}
    assert not tables.timed
