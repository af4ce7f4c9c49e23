"""Until when items are offered, as files write it."""

import polars as pl
import pytest

from omakase.data.rows.expiry import read_expiries
from omakase.data.rows.options import ReadOptions
from omakase.errors import AmbiguousData


def read(*texts: str | None, **options: object) -> list[str | None]:
    return read_expiries("items.csv", "until", pl.Series(texts), ReadOptions(**options)).to_list()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-12-31", "2027-12-31T23:59:59.000000Z"),
        ("2027.12.31", "2027-12-31T23:59:59.000000Z"),
        ("20271231", "2027-12-31T23:59:59.000000Z"),
        ("31 Dec 2027", "2027-12-31T23:59:59.000000Z"),
        ("2027년 12월 31일", "2027-12-31T23:59:59.000000Z"),
        ("2027-12-31 10:00", "2027-12-31T10:00:00.000000Z"),
        ("2027-12-31 오후 3:00", "2027-12-31T15:00:00.000000Z"),
        ("2027-12-31T10:00:00+09:00", "2027-12-31T01:00:00.000000Z"),
        ("1830211200", "2027-12-31T00:00:00.000000Z"),
        ("1830211200000", "2027-12-31T00:00:00.000000Z"),
    ],
)
def test_read_expiries_day_alone_counts_to_its_end_and_a_moment_is_itself(text, moment):
    assert read(text) == [moment]


def test_read_expiries_no_time_stays_as_it_was():
    assert read(None, "", "soon") == [None, "", "soon"]


def test_read_expiries_zone_of_the_owner_ends_the_day():
    assert read("2027-12-31", time_zone="Asia/Seoul") == ["2027-12-31T14:59:59.000000Z"]


def test_read_expiries_order_of_day_and_month_comes_from_the_other_rows():
    assert read("31/12/2027", "03/04/2027")[1] == "2027-04-03T23:59:59.000000Z"
    assert read("12/31/2027", "03/04/2027")[1] == "2027-03-04T23:59:59.000000Z"


@pytest.mark.parametrize("texts", [("03/04/2027",), ("31/12/2027", "12/31/2027")])
def test_read_expiries_order_that_nothing_tells_is_asked_for(texts):
    with pytest.raises(AmbiguousData, match=r"items\.csv.*'until'.*--day-first"):
        read(*texts)
    assert read("03/04/2027", day_first=False) == ["2027-03-04T23:59:59.000000Z"]
