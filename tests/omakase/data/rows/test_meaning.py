"""What columns are taken for."""

import polars as pl
import pytest

from omakase.data.rows import ReadOptions
from omakase.data.rows.meaning import meaning_of
from omakase.errors import ConfigError, MissingColumns

DAY = "2023-01-01 10:00:00"


def meaning(stem="events", declared=None, options=None, **columns):
    sample = pl.DataFrame({name: list(map(str, cells)) for name, cells in columns.items()})
    told = ReadOptions(**(options or {}))
    return meaning_of(f"{stem}.csv", stem, sample, told, declared=declared)


@pytest.mark.parametrize(
    ("stem", "columns", "kind"),
    [
        ("events", {}, "view"),
        ("orders", {}, "purchase"),
        ("events", {"qty": ["2"]}, "purchase"),
        ("views", {"qty": ["2"]}, "view"),
        ("orders", {"rating": ["4"]}, "rating"),
        ("events", {"My Book-Rating": ["4"]}, "view"),
        ("events", {"liked": ["1"]}, "like"),
    ],
)
def test_meaning_of_rows_without_a_kind(stem, columns, kind):
    assert meaning(stem, user_id=["u"], item_id=["i"], **columns).kind == kind


def test_meaning_of_a_declared_kind_outweighs_all():
    found = meaning("orders", options={"kind": "stare"}, user_id=["u"], item_id=["i"], qty=["2"])
    assert (found.kind, found.flags) == ("stare", False)


def test_meaning_of_orders_that_came_to_nothing_is_warned_of():
    found = meaning(
        "orders",
        user_id=["u", "v"],
        item_id=["i", "j"],
        date=[DAY, DAY],
        status=["ok", "cancelled"],
    )
    (warning,) = found.warnings
    assert "--map kind=status --kind-of cancelled=cancel" in warning


def test_meaning_of_wrong_declarations():
    with pytest.raises(MissingColumns, match="no column who"):
        meaning(declared={"user_id": "who"}, user=["u"], item=["i"])
    with pytest.raises(ConfigError, match="no time zone named 'Mars/Olympus'"):
        meaning(options={"time_zone": "Mars/Olympus"}, user=["u"], item=["i"], time=[DAY])
