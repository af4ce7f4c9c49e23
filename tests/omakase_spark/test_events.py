"""Events out of Parquet, beside the engine's own reading."""

import polars as pl
import pytest
from tests.omakase_spark.conftest import START, shop

from omakase.data.busy_days import made_by_people
from omakase.data.clock import reference_time
from omakase.data.snapshot import write_part, write_table
from omakase.errors import EmptyData, MissingColumns, UnreadableFile
from omakase_spark.events import read_events


def test_read_events_of_files_are_the_ones_of_the_engine(events, data):
    times = data.events.times
    assert (events.count, events.first, events.last) == (len(times), times.min(), times.max())
    assert events.reference == reference_time(times)
    assert events.ids().digest() == data.ids.digest()


def test_read_events_of_a_snapshot_are_all_of_its_files(spark, tmp_path, data):
    table, items, _ = shop()
    rows = [(n + 1, *row) for n, row in enumerate(table.rows())]
    write_part(tmp_path, rows[:900])
    write_part(tmp_path, rows[900:])
    write_table(tmp_path, "items", items.to_dicts())
    read = read_events(spark, tmp_path)
    assert read.count == len(data.events)
    assert read.items is not None and len(read.items) == len(items)


def test_read_events_after_a_moment_are_left_out(spark, folder, data):
    latest = int(data.events.times.min()) + 1
    read = read_events(spark, folder, latest=latest)
    assert read.count == int((data.events.times <= latest).sum())


def test_read_events_of_days_that_no_person_made_are_left_out(spark, tmp_path):
    table, _, _ = shop()
    busy = pl.DataFrame(
        {
            "user_id": "robot",
            "item_id": [f"i{n % 40:03}" for n in range(90)],
            "kind": "view",
            "value": 1.0,
            "time": range(START, START + 90),
        }
    )
    both = pl.concat([table, busy.cast(table.schema)])
    both.write_parquet(tmp_path / "e.parquet")
    read = read_events(spark, tmp_path / "e.parquet", person_day_most=50)
    assert read.count == len(made_by_people(both, 50)) == len(table)


def test_read_events_of_nothing_says_so(spark, tmp_path):
    with pytest.raises(UnreadableFile, match="no Parquet files"):
        read_events(spark, tmp_path)
    shop()[0].drop("time").write_parquet(tmp_path / "events.parquet")
    with pytest.raises(MissingColumns, match="no column time"):
        read_events(spark, tmp_path)
    shop()[0][:0].write_parquet(tmp_path / "events.parquet")
    with pytest.raises(EmptyData):
        read_events(spark, tmp_path)


def test_read_events_of_numbers_become_text(spark, tmp_path):
    table = pl.DataFrame(
        {"user_id": [1, 2], "item_id": [3, 4], "kind": "view", "value": [1, 2], "time": [5, 6]}
    )
    table.write_parquet(tmp_path / "e.parquet")
    assert list(read_events(spark, tmp_path / "e.parquet").ids().items.ids) == ["3", "4"]
