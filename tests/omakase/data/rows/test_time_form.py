"""How times are written."""

import polars as pl
import pytest

from omakase.data.rows import ReadOptions
from omakase.data.rows.meaning import meaning_of


def form(*times, **options):
    rows = pl.DataFrame({"user": ["u"] * len(times), "item": ["i"] * len(times), "time": times})
    return meaning_of("e.csv", "e", rows, ReadOptions(**options)).times


@pytest.mark.parametrize(
    ("times", "numbers"),
    [
        (("1672531200", "1672531300"), "unix"),
        (("1", "2", "3"), "unix"),
        (("44927.5", "44930.25"), "excel"),
        (("44927", "44930", "44928"), "excel"),
        (("44927", "44928", "44929"), "unix"),
        (("20230101", "20230228"), "compact"),
        (("20230101235959", "20230228000000"), "compact"),
        (("20231301", "20230228"), "unix"),
        (("2023-01-01", "44927.5"), "unix"),
    ],
)
def test_time_form_tells_what_numbers_are(times, numbers):
    assert form(*times).numbers == numbers


def test_time_form_keeps_what_is_declared():
    found = form("01|02|2023", date_format="%d|%m|%Y", time_zone="Asia/Seoul", day_first=False)
    assert (found.format, found.zone, found.day_first) == ("%d|%m|%Y", "Asia/Seoul", False)


def test_time_form_of_digits_of_another_script_is_no_year_first():
    assert form("24.01.31", "24.01.٣").year_first is False
