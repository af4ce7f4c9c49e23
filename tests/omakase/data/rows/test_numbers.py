"""Numbers as people write them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.rows.numbers import amount, amount_of, decimal_of, number, plain_text

PRICES = [
    ("$12.99", 12.99),
    ("₩12,000", 12_000),
    ("12,000원", 12_000),
    ("1,299.00", 1299),
    ("1.299,00 €", 1299),
    ("12,50 €", 12.5),
    ("1,299", 1299),
    ("1.299.000", 1_299_000),
    ("1 299,00 kr", 1299),
    ("USD 5", 5),
    ("Free", 0),
    ("무료", 0),
    ("-3", -3),
    ("cheap", None),
    ("", None),
    ("12-15", None),
]


@pytest.mark.parametrize(("text", "expected"), PRICES)
def test_amount_reads_prices(text, expected):
    assert pl.DataFrame({"p": [text]}).select(amount("p")).item() == expected


@pytest.mark.parametrize(("text", "expected"), PRICES)
def test_amount_of_reads_one_price_as_the_column(text, expected):
    assert amount_of(text) == expected


@given(st.text("0123456789.,-+ $€원'", max_size=12))
def test_amount_of_any_signs_is_what_the_column_says(text):
    column = pl.DataFrame({"p": [text]}).select(amount("p")).item()
    assert amount_of(text) == column


def test_amount_follows_a_declared_sign():
    table = pl.DataFrame({"p": ["1.299", "2,5"]})
    assert table.select(amount("p", ",")).to_series().to_list() == [1299, 2.5]
    assert table.select(amount("p", ".")).to_series().to_list() == [1.299, 25]


def test_number_reads_one_sign_and_thousands():
    table = pl.DataFrame({"v": ["4.5", "1,200", "4,5", "x"]})
    assert table.select(number("v")).to_series().to_list() == [4.5, 1200, None, None]
    assert table.select(number("v", ",")).to_series().to_list() == [45, 1.2, 4.5, None]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["4,5", "3"], ","), (["4.5", "3,5"], "."), (["1,200", "2,300"], "."), ([], ".")],
)
def test_decimal_of_goes_by_all_values(texts, expected):
    assert decimal_of(pl.Series(texts, dtype=pl.String)) == expected


def test_written_spells_values_of_json():
    assert [plain_text(v) for v in (7.0, 7, 2.5, None, True, "x")] == [
        *("7", "7", "2.5", "", "true", "x"),
    ]
