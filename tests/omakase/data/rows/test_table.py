"""Rows of Parquet."""

from datetime import datetime, time, timedelta, timezone
from decimal import Decimal

import polars as pl
import pytest

from omakase.data.rows import open_rows
from omakase.data.rows.table import slices, table_columns
from omakase.errors import UnreadableFile


def test_slices_number_their_rows(tmp_path):
    file = tmp_path / "x.parquet"
    pl.DataFrame({"who": [1, 2, 3], "what": ["a", "b", "c"]}).write_parquet(file)
    parts = list(slices(file, {"user_id": "who"}, 2))
    assert [part.rows.rows() for part, _ in parts] == [[(1, 1), (2, 2)], [(3, 3)]]
    assert [part.last_line for part, _ in parts] == [2, 3]
    assert parts[0][0].raw(2) == '{"user_id": 2}'
    assert parts[-1][1] == file.stat().st_size


def test_what_is_not_parquet_says_so(tmp_path):
    file = tmp_path / "x.parquet"
    file.write_text("user,item\n")
    with pytest.raises(UnreadableFile, match="not a Parquet file"):
        table_columns(file)


@pytest.mark.parametrize(
    "values",
    [
        [[1], [2]],
        [{"a": 1}, {"a": 2}],
        [b"1", b"2"],
        [timedelta(1), timedelta(2)],
    ],
    ids=["list", "struct", "binary", "duration"],
)
@pytest.mark.parametrize("column", ["user_id", "item_id"])
def test_columns_of_strange_types_are_one_clear_sentence(tmp_path, column, values):
    file = tmp_path / "x.parquet"
    plain = {"user_id": ["a", "b"], "item_id": ["x", "y"]}
    pl.DataFrame({**plain, column: values}).write_parquet(file)
    with pytest.raises(UnreadableFile, match=f"column '{column}' is of type .*, which is no "):
        open_rows(file)


@pytest.mark.parametrize("column", ["kind", "value", "time", "session_id"])
def test_columns_of_lists_that_are_not_needed_are_left_aside(tmp_path, column):
    file = tmp_path / "x.parquet"
    plain = {"user_id": ["a", "b"], "item_id": ["x", "y"]}
    pl.DataFrame({**plain, column: [[1], [2]]}).write_parquet(file)
    source = open_rows(file)
    assert [each.column for each in source.meaning.aside] == [column]
    assert sum(batch.events.height for batch in source.batches()) == 2


def test_a_time_of_day_is_no_moment_but_may_be_a_name(tmp_path):
    file = tmp_path / "x.parquet"
    pl.DataFrame({"user": ["a"], "item": ["x"], "time": [time(7)]}).write_parquet(file)
    source = open_rows(file)
    assert not source.timed
    assert source.meaning.aside[0].reason == "a time of the day without a date"
    pl.DataFrame({"user": ["a"], "item": [time(7)]}).write_parquet(file)
    assert next(open_rows(file).batches()).events.get_column("item_id").to_list() == ["07:00:00"]


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_a_truncated_file_is_one_clear_sentence(tmp_path, part):
    file = tmp_path / "x.parquet"
    pl.DataFrame({"user": ["a"] * 99, "item": ["b"] * 99}).write_parquet(file)
    raw = file.read_bytes()
    file.write_bytes(raw[: int(len(raw) * part)])
    with pytest.raises(UnreadableFile, match="not a Parquet file"):
        open_rows(file)


def test_damage_in_the_middle_is_found_when_it_is_read(tmp_path):
    file = tmp_path / "x.parquet"
    names = [f"u{n}" for n in range(2000)]
    pl.DataFrame({"user": names, "item": names}).write_parquet(file)
    raw = file.read_bytes()
    file.write_bytes(raw[:40] + bytes(40) + raw[80:])
    with pytest.raises(UnreadableFile, match=r"x\.parquet: the file is damaged"):
        list(open_rows(file).batches())


def test_types_that_tables_have_are_read_as_what_they_mean(tmp_path):
    file = tmp_path / "x.parquet"
    seoul = timezone(timedelta(hours=9))
    pl.DataFrame(
        {
            "user": pl.Series([1.0, None, 2.5]),
            "item": pl.Series(["x", "x", "y"], dtype=pl.Categorical),
            "rating": pl.Series([Decimal("4.5"), Decimal(1), Decimal(2)]),
            "time": pl.Series([datetime(2020, 1, 1, 9, tzinfo=seoul)] * 3),
        }
    ).write_parquet(file)
    (batch,) = open_rows(file).batches()
    assert batch.events.rows() == [
        (1, "1", "x", "rating", 4.5, 1577836800),
        (3, "2.5", "y", "rating", 2.0, 1577836800),
    ]
    assert [reject.reason for reject in batch.rejects] == ["empty_user"]


def test_no_rows_are_no_batches(tmp_path):
    file = tmp_path / "x.parquet"
    pl.DataFrame({"user": [], "item": []}).write_parquet(file)
    assert list(open_rows(file).batches()) == []
