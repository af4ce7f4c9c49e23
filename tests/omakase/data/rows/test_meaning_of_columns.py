"""What the columns of people's files are taken for, and what is said of it."""

import polars as pl
import pytest

from omakase.data.rows import ReadOptions
from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES, event_columns
from omakase.data.rows.day_order import Evidence, evidence_in, evidence_of, settle_order
from omakase.data.rows.expiry import read_expiries
from omakase.data.rows.meaning import Meaning, meaning_of
from omakase.data.rows.names import plain
from omakase.data.rows.time_form import number_form
from omakase.data.rows.times import TimeForm
from omakase.errors import AmbiguousData, MissingColumns

NOON = "2024-01-31 12:00:00"
USERS = {"user_id": ["u1", "u2", "u3"], "item_id": ["i1", "i2", "i3"]}


def meaning(stem="events", declared=None, options=None, **columns):
    sample = pl.DataFrame({name: list(map(str, cells)) for name, cells in columns.items()})
    told = ReadOptions(**(options or {}))
    return meaning_of(f"{stem}.csv", stem, sample, told, declared=declared)


def of_events(stem="events", declared=None, options=None, **columns):
    return meaning(stem, declared, options, **{**USERS, **columns})


@pytest.mark.parametrize("table", [EVENT_NAMES, ITEM_NAMES, USER_NAMES])
def test_usual_names_are_plain_and_none_serves_two_of_our_columns_first(table):
    for ours, names in table.items():
        assert all(plain(name) == name for name in names), ours
        assert len(set(names)) == len(names), ours


@pytest.mark.parametrize(
    ("names", "user", "item"),
    [
        (("userId", "movieId"), "userId", "movieId"),
        (("고객번호", "상품번호"), "고객번호", "상품번호"),
        (("CustomerID", "StockCode"), "CustomerID", "StockCode"),
        (("visitorid", "itemid"), "visitorid", "itemid"),
        (("reviewerID", "asin"), "reviewerID", "asin"),
        (("user.id", "product.sku"), "user.id", "product.sku"),
        (("email", "sku"), "email", "sku"),
        (("user_id", "joke_id"), "user_id", "joke_id"),
        (("buyer_key", "book_hash"), "buyer_key", "book_hash"),
        (("회원코드", "도서번호"), "회원코드", "도서번호"),
    ],
)
def test_meaning_of_ids_goes_by_the_names_of_many_worlds(names, user, item):
    found = meaning(**{names[0]: ["a", "b"], names[1]: ["x", "y"]})
    assert (found.columns["user_id"], found.columns["item_id"]) == (user, item)
    assert found.guessed == found.columns


def test_meaning_of_a_sole_other_id_says_that_it_is_taken():
    found = meaning(user_id=["a"], joke_id=["x"], review_id=["r"])
    assert found.columns["item_id"] == "joke_id"
    assert "'joke_id' is taken for the item, being the only other id" in found.notes


def test_meaning_of_two_other_ids_takes_neither():
    with pytest.raises(MissingColumns) as caught:
        meaning(user_id=["a"], joke_id=["x"], pun_id=["y"])
    assert "no column item_id; it has: user_id, joke_id, pun_id" in str(caught.value)


@pytest.mark.parametrize("missing", ["user_id", "item_id"])
def test_meaning_of_a_file_without_an_id_names_it_and_what_is_there(missing):
    columns = {name: cells for name, cells in USERS.items() if name != missing}
    with pytest.raises(MissingColumns) as caught:
        meaning(**columns, colour=["red"] * 3)
    assert caught.value.present == (*columns, "colour")
    assert f"events.csv: no column {missing}" in str(caught.value)


def test_meaning_of_declared_columns_is_not_called_guessed():
    found = of_events(who=["a", "b", "c"], declared={"user_id": "who"})
    assert found.columns["user_id"] == "who"
    assert "user_id" not in found.guessed
    assert found.guessed["item_id"] == "item_id"


@pytest.mark.parametrize(
    ("column", "cells", "is_time"),
    [
        ("timestamp", ["1706702400", "1706702401", "1706702402"], True),
        ("time", ["1", "2", "3"], True),
        ("when", [NOON, NOON, NOON], True),
        ("date", ["2024-01-31", "2024-02-01", "2024-02-02"], True),
        ("created_at", ["soon", "later", "never"], False),
        ("expires_on", [NOON, NOON, NOON], False),
        ("birthday", ["1990-01-01"] * 3, False),
        ("주문일시", ["2024-01-31 12:00"] * 3, True),
    ],
)
def test_meaning_of_a_column_of_times_goes_by_name_and_content(column, cells, is_time):
    found = of_events(**{column: cells})
    assert ("time" in found.columns) is is_time
    if is_time:
        assert found.columns["time"] == column


def test_meaning_of_a_date_and_a_clock_beside_it_takes_both():
    found = of_events(date=["2024-01-31"] * 3, time=["10:00", "11:00", "12:00"])
    assert (found.columns["date"], found.columns["time"]) == ("date", "time")
    assert "'date' and 'time' together say when" in found.notes
    assert found.days is False


def test_meaning_of_a_clock_alone_is_no_time_and_says_why():
    found = of_events(time=["10:00", "11:00", "12:00"])
    assert "time" not in found.columns
    (aside,) = [each for each in found.aside if each.column == "time"]
    assert (aside.reason, aside.example) == ("a time of the day without a date", "10:00")


@pytest.mark.parametrize(
    ("cells", "days"),
    [(["2024-01-31"] * 3, True), ([NOON] * 3, False), (["1706702400"] * 3, False)],
)
def test_meaning_of_days_alone_is_told_from_moments(cells, days):
    assert of_events(date=cells).days is days


def test_meaning_of_typed_days_is_days_too():
    sample = pl.DataFrame({**USERS, "date": pl.Series(["2024-01-31"] * 3).str.to_date()})
    assert meaning_of("e.parquet", "e", sample, ReadOptions()).days
    moments = sample.with_columns(pl.col("date").cast(pl.Datetime))
    assert not meaning_of("e.parquet", "e", moments, ReadOptions()).days


@pytest.mark.parametrize(
    ("column", "cells", "kind", "flags"),
    [
        ("rating", ["4", "5", "3"], "rating", False),
        ("stars", ["4", "5", "3"], "rating", False),
        ("평점", ["4", "5", "3"], "rating", False),
        ("quantity", ["1", "2", "3"], "purchase", False),
        ("liked", ["1", "0", "1"], "like", True),
        ("liked", ["true", "false", "true"], "like", True),
        ("추천", ["추천", "비추천", "추천"], "like", True),
        ("weight", ["a", "b", "c"], "view", False),
    ],
)
def test_meaning_of_a_value_tells_the_kind_of_rows_without_one(column, cells, kind, flags):
    found = of_events(**{column: cells})
    assert (found.kind, found.flags) == (kind, flags)


def test_meaning_of_flags_beside_a_kind_or_a_declared_one_is_no_opinion():
    assert not of_events(liked=["1", "0", "1"], options={"kind": "view"}).flags
    assert not of_events(liked=["1", "0", "1"], event=["view", "cart", "view"]).flags


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([1, 2, 3, 4, 5] * 5, (0.0, 5.0)),
        ([1, 5, 10, 8, 7] * 5, (0.0, 10.0)),
        ([10, 50, 100, 80, 70] * 5, (0.0, 100.0)),
        ([-8, 9, 3, -2, 7] * 5, (-10.0, 10.0)),
        (["4,5", "3,5", "2", "1", "5"] * 5, (0.0, 5.0)),
        (["80 %", "100 %", "20 %", "5 %", "50 %"] * 5, (0.0, 100.0)),
    ],
)
def test_meaning_of_ratings_finds_their_scale_and_says_so_where_it_is_unusual(ratings, scale):
    ids = {name: [f"{name}{n}" for n in range(25)] for name in USERS}
    found = meaning(**ids, rating=ratings)
    assert found.scale == scale
    low, high = scale
    note = f"ratings are on a scale of {low:g} to {high:g}; --rating-scale says otherwise"
    assert (note in found.notes) is (scale != (0.0, 5.0))


def test_meaning_of_a_declared_scale_is_that_one():
    assert of_events(rating=["1", "2", "3"], options={"rating_scale": (0, 100)}).scale == (0, 100)


def test_meaning_of_ratings_beside_other_kinds_looks_at_ratings_alone():
    kinds, values = ["rating", "purchase"] * 15, ["9", "250"] * 15
    ids = {name: [f"{name}{n}" for n in range(30)] for name in USERS}
    assert meaning(**ids, event=kinds, value=values).scale == (0.0, 10.0)


def test_meaning_of_minus_one_among_ratings_is_that_none_was_given():
    ids = {name: [f"{name}{n}" for n in range(30)] for name in USERS}
    found = meaning(**ids, rating=["-1", "8", "9"] * 10)
    assert (found.unrated, found.scale) == (-1.0, (0.0, 10.0))
    assert "-1 in 'rating' says that no rating was given: a view" in found.notes
    apart = meaning(**ids, rating=["-1", "-2", "9"] * 10)
    assert apart.unrated is None


def test_meaning_of_zero_in_book_ratings_is_that_none_was_given():
    found = of_events(**{"Book-Rating": ["0", "8", "9"]})
    assert found.unrated == 0.0
    assert of_events(rating=["0", "8", "9"]).unrated is None


@pytest.mark.parametrize(
    ("cells", "decimal", "noted"),
    [
        (["4,5", "3,5", "2"], ",", True),
        (["4.5", "3,5", "2"], ".", False),
        (["4", "3", "2"], ".", False),
    ],
)
def test_meaning_of_a_decimal_comma_is_noted(cells, decimal, noted):
    found = of_events(rating=cells)
    assert found.decimal == decimal
    assert any("the comma is the decimal sign" in note for note in found.notes) is noted


def test_meaning_of_ids_that_a_spreadsheet_spoiled_is_told():
    whole = of_events(user_id=["1.0", "2.0", "3"])
    assert whole.whole == {"user_id"}
    assert "ids in 'user_id' are whole numbers: 123.0 is '123'" in whole.notes
    rounded = of_events(item_id=["8.80E+12", "8.80E+12", "8.81E+12"])
    (warning,) = [each for each in rounded.warnings if "rounded" in each]
    assert warning == (
        "ids in 'item_id' read '8.80E+12', '8.81E+12': a spreadsheet rounded them, so different "
        "ones became the same (2 are left); format that column as text and export it again"
    )


@pytest.mark.parametrize(
    ("column", "cells", "reason"),
    [
        ("event_type", ["1", "2", "3"], "holds numbers ('1', '2', '3'), no names of kinds"),
        ("event_type", ["yes", "no", "yes"], "holds yes and no, no kinds of events"),
        ("liked", ["maybe", "7", "x"], "holds 'maybe', '7', 'x', neither yes nor no"),
    ],
)
def test_meaning_of_a_column_that_does_not_fit_says_why(column, cells, reason):
    found = of_events(**{column: cells})
    assert [each.reason for each in found.aside if each.column == column] == [reason]


def test_meaning_of_other_columns_keeps_an_example():
    found = of_events(colour=["", "red", "blue"], empty=["", "", ""])
    asides = {each.column: (each.reason, each.example) for each in found.aside}
    assert asides == {"colour": ("", "red"), "empty": ("", "")}


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        ([], "unix"),
        (["20240131"], "compact"),
        (["202401311200"], "compact"),
        (["20240131120000", "20240131"], "compact"),
        (["20240131.0"], "compact"),
        (["20241301"], "unix"),
        (["20240132"], "unix"),
        (["20240131250000"], "unix"),
        (["45322.5"], "excel"),
        (["45322", "45321"], "excel"),
        (["45321", "45321"], "excel"),
        (["45321", "45322"], "unix"),
        (["32873.5"], "unix"),
        (["55153.5"], "unix"),
        (["45322.5", "x"], "unix"),
    ],
)
def test_number_form_of_bare_numbers(texts, form):
    assert number_form(pl.Series(texts, dtype=pl.String)) == form


@pytest.mark.parametrize(
    ("texts", "seen"),
    [
        ([], (0, 0, 0, "")),
        (["13/01/2024"], (1, 0, 0, "")),
        (["01/13/2024"], (0, 1, 0, "")),
        (["01/02/2024"], (0, 0, 1, "01/02/2024")),
        (["12/11/2024"], (0, 0, 1, "12/11/2024")),
        (["11/12/2024"], (0, 0, 1, "11/12/2024")),
        (["13/12/2024"], (1, 0, 0, "")),
        (["12/13/2024"], (0, 1, 0, "")),
        (["31/12/2024", "12/31/2024"], (1, 1, 0, "")),
        (["05/05/2024"], (0, 0, 0, "")),
        (["13/13/2024", "32/01/2024", "01/32/2024"], (0, 0, 0, "")),
        (["13-1-24 10:00", "1-2-24 10:00", "3-4-24"], (1, 0, 2, "1-2-24 10:00")),
        (["2024-01-13", "13.01.2024", "text"], (0, 0, 0, "")),
        (["Wed 01/02/2024"], (0, 0, 1, "Wed 01/02/2024")),
        ([" 1 / 2 / 2024"], (0, 0, 1, " 1 / 2 / 2024")),
    ],
)
def test_evidence_of_dates_counts_what_can_be_read_one_way_only(texts, seen):
    assert evidence_of(pl.Series(texts, dtype=pl.String)) == Evidence(*seen)


def test_evidence_adds_up_and_keeps_the_first_example():
    one, two = Evidence(1, 2, 3, ""), Evidence(10, 20, 30, "1/2/24")
    assert one + two == Evidence(11, 22, 33, "1/2/24")
    assert two + Evidence(0, 0, 1, "3/4/24") == Evidence(10, 20, 31, "1/2/24")


def settled(seen, options=None, **times):
    known = Meaning({"time": "when"}, times=TimeForm(**times))
    return settle_order("e.csv", known, ReadOptions(**(options or {})), seen)


@pytest.mark.parametrize(
    ("seen", "day_first", "words"),
    [
        (Evidence(5, 0, 3), True, "dates in 'when' have the day first"),
        (Evidence(0, 5, 3), False, "dates in 'when' have the month first"),
        (Evidence(1000, 9, 0), True, "dates in 'when' have the day first"),
        (Evidence(1, 100, 0), False, "dates in 'when' have the month first"),
    ],
)
def test_settle_order_goes_by_what_is_clear(seen, day_first, words):
    found = settled(seen)
    assert (found.times.day_first, found.notes) == (day_first, (words,))


def test_settle_order_of_dates_in_both_orders_is_refused():
    with pytest.raises(AmbiguousData) as caught:
        settled(Evidence(1200, 13, 0))
    assert str(caught.value) == (
        "e.csv: some dates in 'when' have the day first, others the month (1,200 and 13 rows); "
        "mend the file, or say --day-first or --month-first, and the others are refused"
    )


def test_settle_order_of_dates_that_tell_nothing_is_refused_with_an_example():
    with pytest.raises(AmbiguousData) as caught:
        settled(Evidence(0, 0, 2, "1/2/24"))
    assert str(caught.value) == (
        "e.csv: every date in 'when' can be read both ways, such as '1/2/24': "
        "say --day-first or --month-first"
    )


def test_settle_order_leaves_what_is_declared_or_plain():
    both = Evidence(50, 50, 1, "1/2/24")
    assert settled(both, {"day_first": False}).notes == ()
    assert settled(both, {"date_format": "%d"}).notes == ()
    assert settled(both, year_first=True).notes == ()
    assert settled(Evidence(0, 0, 0)).notes == ()


def test_evidence_in_rows_looks_at_the_date_where_one_stands_beside_the_time():
    rows = pl.DataFrame({"date": ["13/01/2024"], "time": ["10:00"]})
    known = Meaning({"time": "t", "date": "d"})
    assert evidence_in(known, rows) == Evidence(1, 0, 0)
    assert evidence_in(known, rows.drop("date", "time")) == Evidence(0, 0, 0)
    formed = Meaning({"time": "t"}, times=TimeForm(format="%d"))
    assert evidence_in(formed, rows) == Evidence(0, 0, 0)
    typed = pl.DataFrame({"time": [1, 2]})
    assert evidence_in(Meaning({"time": "t"}), typed) == Evidence(0, 0, 0)


def expiries(*texts, **options):
    column = pl.Series("expires", list(texts), dtype=pl.String)
    return read_expiries("items.csv", "ends", column, ReadOptions(**options)).to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-31", "2024-01-31T23:59:59.000000Z"),
        ("31.01.2024", "2024-01-31T23:59:59.000000Z"),
        ("20240131", "2024-01-31T23:59:59.000000Z"),
        ("2024년 1월 31일", "2024-01-31T23:59:59.000000Z"),
        ("2024-01-31 10:30", "2024-01-31T10:30:00.000000Z"),
        ("2024-01-31T10:30:00Z", "2024-01-31T10:30:00.000000Z"),
        ("2024-01-31T10:30:00+09:00", "2024-01-31T01:30:00.000000Z"),
        ("2024년 1월 31일 오후 3시", "2024-01-31T15:00:00.000000Z"),
        ("2024-01-31 오후 3", "2024-01-31T15:00:00.000000Z"),
        ("31.01.2024 9 Uhr", "2024-01-31T09:00:00.000000Z"),
        ("Jan 31, 2024 3 PM", "2024-01-31T15:00:00.000000Z"),
        ("1706697000", "2024-01-31T10:30:00.000000Z"),
        ("20240131103000", "2024-01-31T10:30:00.000000Z"),
        ("never", "never"),
        ("", ""),
        (None, None),
    ],
)
def test_read_expiries_of_days_count_to_their_end_and_of_moments_as_they_are(text, expected):
    assert expiries(text) == [expected]


def test_read_expiries_of_days_end_in_the_declared_zone():
    assert expiries("2024-01-31", time_zone="Asia/Seoul") == ["2024-01-31T14:59:59.000000Z"]


def test_read_expiries_of_slashed_days_need_to_tell_their_order():
    assert expiries("13/01/2024", "01/02/2024") == [
        "2024-01-13T23:59:59.000000Z",
        "2024-02-01T23:59:59.000000Z",
    ]
    assert expiries("01/02/2024", day_first=False) == ["2024-01-02T23:59:59.000000Z"]
    with pytest.raises(AmbiguousData) as caught:
        expiries("01/02/2024")
    assert str(caught.value) == (
        "items.csv: every date in 'ends' can be read both ways, such as '01/02/2024': "
        "say --day-first or --month-first"
    )
    with pytest.raises(AmbiguousData) as caught:
        expiries("13/01/2024", "01/13/2024")
    assert str(caught.value) == (
        "items.csv: some dates in 'ends' have the day first, others the month; mend the file, "
        "or say --day-first or --month-first, and the others are left out"
    )


def test_event_columns_that_are_told_and_absent_are_all_named():
    with pytest.raises(MissingColumns) as caught:
        event_columns("e.csv", ["user", "item"], {"user_id": "who", "time": "when"})
    assert "no column who, when" in str(caught.value)
