"""Numbers and prices in the spellings of many countries, against numbers that are spelled here."""

import math

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from omakase.data.rows.numbers import (
    EXACT,
    FREE,
    amount,
    amount_of,
    decimal_of,
    number,
    plain_text,
)

quick = settings(max_examples=100, deadline=None)
CURRENCIES_BEFORE = ["$", "€", "£", "¥", "₩", "₹", "₽", "₺", "฿", "₫", "US$", "R$", "USD ", "krw "]
CURRENCIES_BEHIND = ["원", " 원", "円", "元", " €", " EUR", " eur", " kr", " zł", " руб.", " CHF"]
cents = st.integers(0, 10**11)


def numbers(texts, decimal="."):
    table = pl.DataFrame({"v": list(texts)}, schema={"v": pl.String})
    return table.select(number("v", decimal)).to_series().to_list()


def grouped(whole, sign):
    """Digits in threes, counted from the right."""
    digits, parts = str(whole), []
    while len(digits) > 3:
        digits, part = digits[:-3], digits[-3:]
        parts.insert(0, part)
    return sign.join([digits, *parts])


@quick
@given(cents, st.sampled_from(CURRENCIES_BEFORE))
def test_amount_of_a_price_with_points_is_its_number(price, currency):
    whole, part = divmod(price, 100)
    for group in (",", " ", "'", "\u00a0", "\u202f"):
        written = f"{currency}{grouped(whole, group)}.{part:02}"
        assert amount_of(written) == pytest.approx(price / 100), written


@quick
@given(cents, st.sampled_from(CURRENCIES_BEHIND))
def test_amount_of_a_price_with_commas_is_its_number(price, currency):
    whole, part = divmod(price, 100)
    for group in (".", " ", "'", "\u00a0", "\u202f"):
        written = f"{grouped(whole, group)},{part:02}{currency}"
        assert amount_of(written) == pytest.approx(price / 100), written


@quick
@given(st.integers(0, 10**12), st.sampled_from(["₩", "", "KRW ", "¥"]))
def test_amount_of_whole_prices_in_groups_of_commas_is_their_number(price, currency):
    assert amount_of(f"{currency}{grouped(price, ',')}") == price
    assert amount_of(f"-{grouped(price, ',')}") == -price


@quick
@given(st.integers(10**6, 10**12))
def test_amount_of_two_groups_of_points_is_a_whole_price(price):
    assert amount_of(grouped(price, ".")) == price


@quick
@given(st.integers(0, 10**9), st.sampled_from([".", ","]))
def test_amount_of_a_declared_sign_reads_it_in_every_spelling(price, sign):
    other = "," if sign == "." else "."
    whole, part = divmod(price, 1000)
    plain, wide = f"{whole}{sign}{part:03}", f"{grouped(whole, other)}{sign}{part:03}"
    for written in (plain, wide, f"{wide} EUR", f"${plain}"):
        assert amount_of(written, sign) == pytest.approx(price / 1000), written


@pytest.mark.parametrize("word", [*FREE, "FREE", " Free ", "Kostenlos", "GRATIS"])
def test_amount_of_a_word_for_nothing_is_zero(word):
    assert amount_of(word) == 0


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "$", "€ ", "free!", "from 5", "5 each", "1.2.3.4", "12-15", "1e", "e5"),
        *("--3", "+-3", "५", "٣", "①", "½", "12½", "NaN", "inf", "-inf", "infinity", "0x10"),
        "1_000",
    ],
)
def test_amount_of_what_is_no_price_is_none(text):
    assert amount_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e3", 1000),
        ("1.5E-1", 0.15),
        ("+5", 5),
        (".5", 0.5),
        ("5.", 5),
        ("0", 0),
        ("-0.5", -0.5),
        ("007", 7),
        ("1,5", 1.5),
        ("1,50", 1.5),
        ("1,500", 1500),
        ("1,500,000", 1_500_000),
        ("1.500", 1.5),
        ("1.500,5", 1500.5),
        ("-1.299,00", -1299),
        ("1'299.50", 1299.5),
        ("9999999999999", 9_999_999_999_999),
    ],
)
def test_amount_of_one_sign_before_three_digits_groups_only_where_it_is_a_comma(text, expected):
    assert amount_of(text) == pytest.approx(expected)


def test_amount_keeps_the_rows_and_the_nulls():
    column = ["₩1,000", None, "x", "₩1,000", "free", None]
    found = pl.DataFrame({"p": column}, schema={"p": pl.String}).select(amount("p")).to_series()
    assert (found.to_list(), found.dtype) == ([1000, None, None, 1000, 0, None], pl.Float64)


def test_amount_of_no_rows_and_of_nulls_alone_are_numbers_all_the_same():
    for column in ([], [None, None]):
        table = pl.DataFrame({"p": column}, schema={"p": pl.String})
        found = table.select(amount("p")).to_series()
        assert (found.to_list(), found.dtype) == (column, pl.Float64)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("85 %", 85),
        ("85%", 85),
        ("4/5", 4),
        ("4 / 10", 4),
        ("4.5/5", 4.5),
        ("4 stars", 4),
        ("1 star", 1),
        ("4.5★", 4.5),
        ("4점", 4),
        ("4 STARS", 4),
        ("4 out of 5", 4),
        ("4 out of 5 stars", 4),
        ("-3%", -3),
        ("stars", None),
        ("4 of 5", None),
        ("4/", None),
        ("4 stars!", None),
    ],
)
def test_number_reads_what_stands_before_a_unit(text, expected):
    assert numbers([text]) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000", 1000),
        ("-1,000.5", -1000.5),
        ("+12,345,678", 12_345_678),
        ("1,00", None),
        ("1,0000", None),
        ("1,000,00", None),
        (",5", None),
        ("1e3", 1000),
        ("1.5e-3", 0.0015),
        ("", None),
        ("1 000", None),
        ("٣", None),
    ],
)
def test_number_takes_commas_for_groups_of_three_alone(text, expected):
    assert numbers([text]) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4,5", 4.5), ("1.000,5", 1000.5), ("3", 3), ("4,5 %", 4.5), ("1,2,3", None), ("-0,5", -0.5)],
)
def test_number_of_a_comma_drops_points(text, expected):
    assert numbers([text], ",") == [expected]


@quick
@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32)))
def test_number_of_what_python_spells_is_that_number(values):
    assert numbers([None if v is None else repr(v) for v in values]) == values


@quick
@given(st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 2)), min_size=1))
def test_number_of_a_column_in_either_sign_is_the_same(values):
    points = [f"{value:.2f}" for value in values]
    commas = [text.replace(".", ",") for text in points]
    assert decimal_of(pl.Series(points)) == "."
    assert decimal_of(pl.Series(commas)) == ","
    assert numbers(commas, ",") == numbers(points, ".") == [float(text) for text in points]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["4,5"], ","),
        (["4,5", "text", None], ","),
        (["4,5", "4.5"], "."),
        (["1,000"], "."),
        (["1,000", "2,5"], ","),
        (["1,000", "2,000", "1,000,000"], "."),
        (["4", "5"], "."),
        (["4,5 €"], "."),
        (["-4,5", "+3,25"], ","),
    ],
)
def test_decimal_of_a_column_needs_a_comma_that_groups_nothing(texts, expected):
    assert decimal_of(pl.Series(texts, dtype=pl.String)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (False, "false"),
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (-7.0, "-7"),
        (1e15, "1000000000000000"),
        (EXACT - 1, "9007199254740991"),
        (1e-7, "1e-07"),
        (2**70, "1180591620717411303424"),
        ("", ""),
        (" 7.0 ", " 7.0 "),
        ("김치", "김치"),
        (math.nan, "nan"),
        (math.inf, "inf"),
    ],
)
def test_plain_text_of_a_value_of_json(value, expected):
    assert plain_text(value) == expected


@quick
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_text_of_a_number_reads_back_as_it(value):
    assert float(plain_text(value)) == value


@quick
@given(st.integers(-(2**80), 2**80), st.integers(-(2**80), 2**80))
def test_plain_text_makes_no_two_whole_numbers_one(first, second):
    assume(first != second)
    assert plain_text(first) != plain_text(second)
