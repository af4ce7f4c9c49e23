"""Which column is which."""

import polars as pl
import pytest

from omakase.data.rows import ReadOptions
from omakase.data.rows.meaning import meaning_of

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
def test_find_columns_ids_by_parts_of_names(names, ours):
    found = meaning(**{names[0]: ["a"], names[1]: ["b"]})
    assert (found.columns["user_id"], found.columns["item_id"]) == ours


def test_find_columns_sessions_stand_for_people_and_say_so():
    assert "counts as a person" in meaning(session=["s"], sku=["x"]).notes[0]


def test_find_columns_a_column_whose_content_does_not_fit_is_left_aside_with_the_reason():
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


def test_find_columns_the_first_column_of_a_kind_that_fits():
    found = meaning(user_id=["u"], item_id=["i"], type=["track"], event=["Product Viewed"])
    assert found.columns["kind"] == "event"


def test_find_columns_times_by_content_where_one_column_holds_them():
    found = meaning(user_id=["u"], item_id=["i"], letzter=[DAY], birthday=["1990-01-01"])
    assert found.columns["time"] == "letzter"
    two = meaning(user_id=["u"], item_id=["i"], letzter=[DAY], erster=[DAY])
    assert "time" not in two.columns
    assert "several columns hold times ('letzter', 'erster')" in two.warnings[0]


def test_find_columns_no_times_is_warned_of():
    (warning,) = meaning(user_id=["u"], item_id=["i"]).warnings
    assert "no column of times was found" in warning


def test_find_columns_a_declared_column_may_be_nothing():
    found = meaning(declared={"time": ""}, user_id=["u"], item_id=["i"], date=[DAY])
    assert "time" not in found.columns
