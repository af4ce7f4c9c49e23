"""Tables in memory are read as files are."""

import pandas as pd
import polars as pl
import pytest

import omakase
from omakase.data.readers.frames import as_polars, load_frames
from omakase.errors import MissingColumns

ROWS = {
    "user_id": ["ann", "ann", "bob"],
    "item_id": ["tea", "cake", "tea"],
    "rating": [5, 2, 4],
    "time": [1_700_000_000, 1_700_000_060, 1_700_000_120],
}
ITEMS = {"item_id": ["tea", "cake"], "title": ["Tea", None], "price": [3.5, None]}


@pytest.mark.parametrize("frame", [pl.DataFrame, pl.LazyFrame, pd.DataFrame])
def test_load_frames_reads_tables_of_every_library_alike(frame, tmp_path):
    pl.DataFrame(ROWS).write_parquet(tmp_path / "events.parquet")
    pl.DataFrame(ITEMS).write_parquet(tmp_path / "items.parquet")
    expected = omakase.load(tmp_path)
    loaded = load_frames(frame(ROWS), items=frame(ITEMS))
    assert loaded.dataset.items.equals(expected.dataset.items)
    assert (loaded.dataset.matrix != expected.dataset.matrix).nnz == 0
    assert loaded.timed and loaded.rejects == ()


def test_load_frames_with_other_names_takes_the_mapping():
    frame = pd.DataFrame(ROWS).rename(columns={"user_id": "client", "item_id": "ref"})
    loaded = load_frames(frame, mapping={"user_id": "client", "item_id": "ref"})
    assert set(loaded.dataset.ids.items.ids) == {"tea", "cake"}


def test_load_frames_with_dates_of_pandas_reads_seconds():
    frame = pd.DataFrame(ROWS).assign(time=pd.to_datetime(ROWS["time"], unit="s", utc=True))
    assert load_frames(frame).dataset.events.times.tolist() == ROWS["time"]


def test_load_frames_without_a_user_says_so():
    with pytest.raises(MissingColumns):
        load_frames(pl.DataFrame(ROWS).drop("user_id"))


def test_as_polars_with_missing_values_of_pandas_has_nulls():
    frame = pd.DataFrame(
        {"a": ["x", None], "b": [1.0, float("nan")], "c": [pd.Timestamp(2026, 1, 1), pd.NaT]}
    )
    table = as_polars(frame)
    assert table.null_count().row(0) == (1, 1, 1)
    assert table.schema == {"a": pl.String, "b": pl.Float64, "c": pl.Datetime("us")}


def test_as_polars_with_an_arrow_stream_takes_it():
    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return pl.DataFrame(ROWS).__arrow_c_stream__(requested_schema)

    assert as_polars(Stream()).equals(pl.DataFrame(ROWS))


def test_as_polars_with_no_table_says_what_is_needed():
    with pytest.raises(TypeError, match="not list"):
        as_polars([1, 2])
