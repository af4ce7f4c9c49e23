"""The order of day and month."""

import polars as pl
import pytest

from omakase.data.rows import ReadOptions
from omakase.data.rows.day_order import evidence_in, settle_order
from omakase.data.rows.meaning import Meaning
from omakase.errors import AmbiguousData

DATED = Meaning({"user_id": "u", "item_id": "i", "time": "when"})


def settled(*dates, **options):
    seen = evidence_in(DATED, pl.DataFrame({"time": list(dates)}))
    return settle_order("e.csv", DATED, ReadOptions(**options), seen)


@pytest.mark.parametrize(
    ("dates", "day_first"),
    [
        (("31/01/2023", "01/02/2023"), True),
        (("01-31-2023", "01-02-2023"), False),
        (("1/31/23 10:15", "1/2/23 9:00"), False),
        (("01/01/2023", "02/02/2023"), True),
        (("2023/01/02", "2023-02-03"), True),
        (("01.02.2023",), True),
        ((), True),
    ],
)
def test_settle_order_by_what_can_be_read_one_way_only(dates, day_first):
    assert settled(*dates).times.day_first is day_first


def test_settle_order_asks_where_nothing_tells():
    with pytest.raises(AmbiguousData, match=r"e\.csv: every date in 'when' .* '01/02/2023'"):
        settled("01/02/2023", "03/04/2023")
    assert settled("01/02/2023", day_first=False) is DATED
    assert settled("01/02/2023", date_format="%d/%m/%Y") is DATED


def test_settle_order_lets_one_typing_error_in_many_pass():
    dates = ["31/01/2023"] * 150 + ["01/31/2023"]
    assert settled(*dates).times.day_first
    with pytest.raises(AmbiguousData, match="150 and 20 rows"):
        settled(*["31/01/2023"] * 150, *["01/31/2023"] * 20)
