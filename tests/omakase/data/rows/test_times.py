"""Dates of many kinds."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.rows.times import unix_seconds

NOON = 1706702400  # 2024-01-31 12:00:00 UTC


def seconds(*times, **how):
    return unix_seconds(pl.Series(list(times)), **how).to_list()


@pytest.mark.parametrize(
    "written",
    [
        str(NOON),
        f"{NOON}000",
        f"{NOON}000000",
        f"{NOON}000000000",
        f"{NOON}.0",
        "2024-01-31T12:00:00Z",
        "2024-01-31T12:00:00.000Z",
        "2024-01-31T21:00:00+09:00",
        "2024-01-31 21:00:00+0900",
        "2024-01-31T21:00:00+09",
        "2024-01-31T07:00-05:00",
        "2024-01-31 12:00:00 UTC",
        "2024-01-31 12:00:00",
        "2024-01-31 12:00:00.25",
        "2024-01-31T12:00",
        "2024/01/31 12:00",
        "2024.1.31 12:00:00",
        "31/01/2024 12:00",
        "31/01/2024 12:00:00",
    ],
)
def test_one_moment_in_many_words(written):
    moment, nothing = seconds(written, "x")
    assert (int(moment), nothing) == (NOON, None)


def test_days_alone():
    assert seconds("2024-01-31", "31/01/2024") == [NOON - 43200] * 2


def test_month_first_when_told():
    assert seconds("01/31/2024 12:00", "31/01/2024", day_first=False) == [NOON, None]


def test_nonsense_is_null():
    written = (
        "2024-02-30",
        "31/31/2024",
        "yesterday",
        "nan",
        "inf",
        "25:00",
        "",
        "2024-01-31 25:00",
    )
    assert seconds(*written) == [None] * len(written)


def test_signs_and_sizes_are_kept_for_the_checks():
    assert seconds("-5", "9999999999") == [-5, 9999999999]


def test_numbers_and_times_of_polars():
    assert unix_seconds(pl.Series([NOON, None])).to_list() == [NOON, None]
    assert seconds(datetime(2024, 1, 31, 12)) == [NOON]  # noqa: DTZ001
    assert seconds(datetime(2024, 1, 31, 12, tzinfo=UTC)) == [NOON]
    assert seconds(date(2024, 1, 31)) == [NOON - 43200]


@given(st.lists(st.datetimes(datetime(1970, 1, 2), datetime(2099, 1, 1)), min_size=1))  # noqa: DTZ001
def test_iso_times_are_read_as_python_reads_them(times):
    written = [time.isoformat() for time in times]
    expected = [int(time.replace(tzinfo=UTC).timestamp()) for time in times]
    assert [int(s) for s in seconds(*written)] == expected


def test_unix_seconds_of_digits_of_another_script_in_a_date_of_dot_net_are_none():
    assert seconds("/Date(1706702400000)/", "/Date(170670240٣)/") == [NOON, None]
