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
    ("names", "ours"),
    [
        (("mbr_no", "prd_cd"), ("mbr_no", "prd_cd")),
        (("custNo", "goodsKey"), ("custNo", "goodsKey")),
        (("회원_번호", "영화_코드"), ("회원_번호", "영화_코드")),
        (("session_id", "sku"), ("session_id", "sku")),
    ],
)
def test_meaning_of_ids_by_parts_of_names(names, ours):
    found = meaning(**{names[0]: ["a"], names[1]: ["b"]})
    assert (found.columns["user_id"], found.columns["item_id"]) == ours


def test_meaning_of_sessions_stand_for_people_and_say_so():
    assert "counts as a person" in meaning(session=["s"], sku=["x"]).notes[0]


def test_meaning_of_a_column_whose_content_does_not_fit_is_left_aside_with_the_reason():
    found = meaning(
        user_id=["u", "v"],
        item_id=["i", "i"],
        type=["Movie", "TV"],
        score=["good", "bad"],
        date=["soon", "later"],
    )
    assert "kind" not in found.columns
    reasons = {each.column: each.reason for each in found.aside}
    assert reasons == {
        "type": "holds 'Movie', 'TV', which are no kinds of events",
        "score": "holds 'good', 'bad', no numbers",
        "date": "called like a time, and holds none",
    }


def test_meaning_of_the_first_column_of_a_kind_that_fits():
    found = meaning(user_id=["u"], item_id=["i"], type=["track"], event=["Product Viewed"])
    assert found.columns["kind"] == "event"


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


def test_meaning_of_times_by_content_where_one_column_holds_them():
    found = meaning(user_id=["u"], item_id=["i"], letzter=[DAY], birthday=["1990-01-01"])
    assert found.columns["time"] == "letzter"
    two = meaning(user_id=["u"], item_id=["i"], letzter=[DAY], erster=[DAY])
    assert "time" not in two.columns
    assert "several columns hold times ('letzter', 'erster')" in two.warnings[0]


def test_meaning_of_no_times_is_warned_of():
    (warning,) = meaning(user_id=["u"], item_id=["i"]).warnings
    assert "no column of times was found" in warning


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


def test_meaning_of_a_declared_column_may_be_nothing():
    found = meaning(declared={"time": ""}, user_id=["u"], item_id=["i"], date=[DAY])
    assert "time" not in found.columns


def test_meaning_of_wrong_declarations():
    with pytest.raises(MissingColumns, match="no column who"):
        meaning(declared={"user_id": "who"}, user=["u"], item=["i"])
    with pytest.raises(ConfigError, match="no time zone named 'Mars/Olympus'"):
        meaning(options={"time_zone": "Mars/Olympus"}, user=["u"], item=["i"], time=[DAY])
