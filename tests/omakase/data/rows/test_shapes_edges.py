"""What columns look like at the edges: empty, almost, and not quite."""

import polars as pl
import pytest

from omakase.data.rows import shapes
from omakase.data.rows.headless import names_of
from omakase.data.rows.identifiers import NOTHING, are_rounded, are_whole, clean_id, some, text_of
from omakase.data.rows.scale import scale_of

EVERY = ("is_clock", "is_date_alone", "is_dated", "is_epoch", "is_numeric", "is_flag", "is_wordy")


def column(*texts):
    return pl.Series("c", list(texts), dtype=pl.String)


@pytest.mark.parametrize("name", EVERY)
def test_shapes_of_no_values_are_none(name):
    assert getattr(shapes, name)(column()) is False


def test_share_of_no_values_is_zero():
    assert shapes.share(column(), ".") == 0
    assert shapes.kind_share(column()) == 0


@pytest.mark.parametrize(("wrong", "is_one"), [(0, True), (1, True), (2, False)])
@pytest.mark.parametrize(
    ("name", "fitting"),
    [
        ("is_clock", "10:30"),
        ("is_date_alone", "2024-01-31"),
        ("is_dated", "2024-01-31 10:30"),
        ("is_numeric", "4.5"),
    ],
)
def test_shapes_hold_where_nine_in_ten_fit(name, fitting, wrong, is_one):
    texts = [fitting] * (10 - wrong) + ["x"] * wrong
    assert getattr(shapes, name)(column(*texts)) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("10:30", True),
        ("9:05:07", True),
        ("9:05:07.5", True),
        ("9:05:07,123", True),
        ("9:05 PM", True),
        ("9:05pm", True),
        ("9:05 a.m.", True),
        ("오후 9:05", True),
        ("오전 9:05:07", True),
        ("9:5", False),
        ("9", False),
        ("2024-01-31 10:30", False),
        ("10:30 UTC", False),
        ("123:30", False),
    ],
)
def test_is_clock_of_times_of_the_day_alone(text, is_one):
    assert shapes.is_clock(column(text)) is is_one


@pytest.mark.parametrize(
    ("text", "alone", "dated"),
    [
        ("2024-01-31", True, True),
        ("2024.1.31.", True, True),
        ("2024. 1. 31", True, True),
        ("31/01/24", True, True),
        ("31/01/2024", True, True),
        ("20240131", True, False),
        ("31 Jan 2024", True, True),
        ("31-January-24", True, True),
        ("January 31, 2024", True, True),
        ("2024-01-31T10:00", False, True),
        ("31/01/2024 10:00", False, True),
        ("2024년 1월", False, True),
        ("Wed, 31 Jan 2024 10:00:00 GMT", False, True),
        ("Wed Jan 31 10:00:00 +0000 2024", False, True),
        ("2024", False, False),
        ("31 2024", False, False),
        ("1.31", False, False),
        ("version 1.2.3", False, False),
    ],
)
def test_is_date_alone_and_is_dated_of_one_value(text, alone, dated):
    assert (shapes.is_date_alone(column(text)), shapes.is_dated(column(text))) == (alone, dated)


@pytest.mark.parametrize(
    ("texts", "is_one"),
    [
        (["1706702400", "946684800"], True),
        (["1706702400", "5"], False),
        (["1706702400.5"], True),
        (["1706702400123"], True),
        (["1706702400123456"], True),
        (["1706702400123456789"], True),
        (["1706702400", "1706702400123"], False),
        (["946684799"], False),
        (["2051222400"], False),
        (["20240131"], False),
        (["x", "1706702400"], False),
        (["8801234567890"], False),
    ],
)
def test_is_epoch_of_numbers_of_this_century_in_one_unit(texts, is_one):
    assert shapes.is_epoch(column(*texts)) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1", True),
        ("-1.5", True),
        ("+1,5", True),
        (".5", True),
        ("1e5", True),
        ("1.5E-3", True),
        ("1,000.5", False),
        ("1.", False),
        ("one", False),
        ("4/5", False),
    ],
)
def test_is_numeric_of_one_value(text, is_one):
    assert shapes.is_numeric(column(text)) is is_one


@pytest.mark.parametrize("word", [*shapes.YES, *shapes.NO])
def test_is_flag_of_every_word_however_it_is_written(word):
    assert shapes.is_flag(column(word, word.upper()))


def test_is_flag_of_one_other_word_is_none():
    assert not shapes.is_flag(column("yes", "no", "maybe"))
    assert not shapes.is_flag(column("yes", "no", "1"))


@pytest.mark.parametrize(
    ("texts", "share"),
    [
        (["view"], 1),
        (["VIEW", "Purchase", "add_to_cart"], 1),
        (["view", "zzz", "zzz", "zzz"], 0.25),
        (["zzz"], 0),
        (["true", "false"], 0),
        (["구매", "조회"], 1),
    ],
)
def test_kind_share_counts_values_not_words(texts, share):
    assert shapes.kind_share(column(*texts)) == share


def test_kind_share_of_more_words_than_kinds_can_be_is_zero():
    words = ["view", *(f"w{n}" for n in range(shapes.MOST_KINDS - 1))]
    assert shapes.kind_share(column(*words)) == 1 / shapes.MOST_KINDS
    assert shapes.kind_share(column(*words, "one more")) == 0


@pytest.mark.parametrize(
    ("texts", "is_one"),
    [
        (["a"], True),
        (["a", "b", "c"], True),
        (["a", "b", "c", "d"], False),
        (["a", "b", "c", "d"] * 2, True),
        (["1", "2"], False),
        (["yes", "no"], False),
        ([f"w{n}" for n in range(40)] * 2, True),
        ([f"w{n}" for n in range(41)] * 2, False),
    ],
)
def test_is_wordy_of_few_different_words(texts, is_one):
    assert shapes.is_wordy(column(*texts)) is is_one


@pytest.mark.parametrize("text", [" 12 ", "-3", "+4,5", "1e5", "2024-01-31 10:00", "31. 1. 2024"])
def test_looks_like_a_field_of_numbers_and_dates(text):
    assert shapes.looks_like_a_field(text)


@pytest.mark.parametrize("text", ["", "item 1", "1st", "price", "v1.2", "평점", "12:30"])
def test_looks_like_a_field_of_names_is_false(text):
    assert not shapes.looks_like_a_field(text)


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([5] * 19 + [10], (0, 10)),
        ([5] * 49 + [6], (0, 5)),
        ([5] * 48 + [6, 6], (0, 10)),
        ([0.1, 0.9], (0, 5)),
        ([10], (0, 10)),
        ([11], (0, 100)),
        ([101], (0, 101)),
        ([-1] * 19, (0, 5)),
        ([-1] + [5] * 19, (-5, 5)),
        ([-1] + [5] * 20, (0, 5)),
        ([-10, 10] * 10, (-10, 10)),
        ([-3] * 20, (-5, 5)),
        ([float("inf"), float("-inf"), float("nan")], (0, 5)),
        ([float("inf")] + [8] * 30, (0, 10)),
        ([100] * 30, (0, 100)),
        ([5.0] * 97 + [1000] * 3, (0, 1000)),
    ],
)
def test_scale_of_ratings_at_the_bounds(ratings, scale):
    assert scale_of(pl.Series(ratings, dtype=pl.Float64)) == scale


def cleaned(text, *, whole=False):
    table = pl.DataFrame({"c": [text]})
    return table.select(clean_id(pl.col("c"), whole=whole)).item()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("김치", "김치"),
        ("\u1100\u1175\u11b7", "김"),
        ("e\u0301", "é"),
        ("\ufeffu1", "u1"),
        ("u\u200b1", "u1"),
        ("\u202eu1\u202c", "u1"),
        ("so\u00adft", "soft"),
        ('="00123"', "00123"),
        ('=""', ""),
        ('="a', '="a'),
        ("a\u00a0b", "a\u00a0b"),
        ("\u200b u1 \u200b", "u1"),
        ("123.0", "123.0"),
        ("👩\u200d🍳", "👩🍳"),
        ("ＡＢ", "ＡＢ"),
    ],
)
def test_clean_id_drops_what_nobody_sees(text, expected):
    assert cleaned(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("123.0", "123"), ("-5.00", "-5"), ("123.5", "123.5"), ("a.0", "a.0"), ("007.0", "007")],
)
def test_clean_id_of_a_column_of_whole_numbers_drops_the_point(text, expected):
    assert cleaned(text, whole=True) == expected


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([7.0, None, 7.5], pl.Float64, ["7", "", "7.5"]),
        ([7, None], pl.Int64, ["7", ""]),
        ([" a ", None, "7.0"], pl.String, ["a", "", "7.0"]),
        ([True, False], pl.Boolean, ["true", "false"]),
        ([-0.0], pl.Float64, ["-0"]),
    ],
)
def test_text_of_columns_of_any_type(values, dtype, expected):
    table = pl.DataFrame({"c": values}, schema={"c": dtype})
    assert table.select(text_of("c", table.schema["c"])).to_series().to_list() == expected


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["1", "2.0"], True),
        (["1.0", "2.00", "-3.0"], True),
        (["1", "2"], False),
        (["1.0", "x"], False),
        (["1.0", "2.5"], False),
        ([], False),
    ],
)
def test_are_whole_where_some_have_a_point_and_all_are_whole(texts, whole):
    assert are_whole(column(*texts)) is whole


@pytest.mark.parametrize(
    ("texts", "rounded"),
    [
        (["8.80E+12"], True),
        (["8,8e+12"], True),
        (["8E+12"], True),
        (["8.80E+12"] + ["u"] * 9, True),
        (["8.80E+12"] + ["u"] * 10, False),
        (["8.80E-12"], False),
        (["88.0E+12"], False),
        ([], False),
    ],
)
def test_are_rounded_where_one_in_ten_was_a_large_number(texts, rounded):
    assert are_rounded(column(*texts)) is rounded


@pytest.mark.parametrize("nothing", NOTHING)
def test_some_leaves_out_every_word_for_nothing(nothing):
    texts = column("a", nothing, nothing.upper(), f"  {nothing} ", None, " b ")
    assert some(texts).to_list() == ["a", "b"]


def test_some_of_other_types_is_text():
    assert some(pl.Series([1, None, 3])).to_list() == ["1", "3"]
    assert some(pl.Series([1.5, float("nan")])).to_list() == ["1.5"]
    assert some(column("nano", "nullify", "-1", "0")).to_list() == ["nano", "nullify", "-1", "0"]


def headless(*columns):
    return names_of(pl.DataFrame({str(n): list(each) for n, each in enumerate(columns)}))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([["u1", "u2"]], ("column 1",)),
        ([["u1", "u2"], ["i1", "i2"]], ("user_id", "item_id")),
        (
            [["1", "2"], ["7", "8"], ["4", "5"], ["1706702400", "1706702500"]],
            ("user_id", "item_id", "rating", "timestamp"),
        ),
        (
            [["1", "2"], ["7", "8"], ["2024-01-31", "2024-02-01"], ["view", "buy"]],
            ("user_id", "item_id", "timestamp", "event"),
        ),
        (
            [["1", "2"], ["7", "8"], ["3", "4"], ["4", "5"]],
            ("user_id", "item_id", "rating", "column 4"),
        ),
        ([["2024-01-31", "2024-02-01"], ["7", "8"]], ("column 1", "column 2")),
        ([["u", "v"], ["view", "purchase"], ["i", "j"]], ("column 1", "column 2", "column 3")),
        ([["u", "v"], ["i", "j"], ["500", "600"]], ("user_id", "item_id", "column 3")),
        ([["u", "v"], ["i", "j"], ["4,5", "3,5"]], ("user_id", "item_id", "rating")),
        ([["u", "v"], ["i", "j"], ["4", "many"]], ("user_id", "item_id", "column 3")),
        ([["u", "v"], ["i", "j"], ["", ""]], ("user_id", "item_id", "column 3")),
        (
            [["B000000001", "B00000000X"], ["A1234567890", "A2345678901"], ["5", "4"]],
            ("item_id", "user_id", "rating"),
        ),
        (
            [["B000000001", "other"], ["A1234567890", "A2345678901"], ["5", "4"]],
            ("user_id", "item_id", "rating"),
        ),
    ],
)
def test_names_of_columns_without_names_go_by_what_stands_there(columns, expected):
    assert headless(*columns) == expected


def test_names_of_numbers_of_too_many_kinds_are_no_ratings():
    many = [str(n / 4) for n in range(102)]
    ids = [f"x{n}" for n in range(102)]
    assert headless(ids, ids, many) == ("user_id", "item_id", "column 3")
    assert headless(ids[:101], ids[:101], many[:101]) == ("user_id", "item_id", "rating")
