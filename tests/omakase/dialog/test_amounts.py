"""Sums of money."""

import pytest

from omakase.dialog.amounts import amounts, korean_number


@pytest.mark.parametrize(
    ("text", "number", "step"),
    [
        ("만오천", 15000, 1000),
        ("2만5천", 25000, 1000),
        ("십오만", 150000, 10000),
        ("1.5만", 15000, 10000),
        ("이천삼백", 2300, 100),
        ("15,000", 15000, 1000),
    ],
)
def test_korean_number_of_a_numeral_is_its_number_and_lowest_unit(text, number, step):
    assert korean_number(text) == (number, step)


def test_amounts_are_found_where_they_stand():
    text = "from $10 to 2만원, seven people"
    assert [(a.number, text[a.start : a.end]) for a in amounts(text)] == [
        (10, "$10"),
        (20000, "2만원"),
    ]
    assert amounts("천안에서 만두") == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("$10 2000원", [10, 2000]),
        ("$10 2만원", [10, 20_000]),
        ("이 0.8원", [0.8]),
        ("삼, 이원", [2]),
        ("1,500원", [1500]),
        ("만 오천 원", [15_000]),
        ("만 오천만 " * 300 + "!", []),
        ("30k이하", [30_000]),
        ("30K 이하", [30_000]),
        ("30\N{KELVIN SIGN}이하", [30_000]),
        ("15,030k이하", [15_030_000]),
        ("2000이하", [2000]),
    ],
)
def test_amounts_beside_other_numerals_are_read_each_once(text, numbers):
    assert [found.number for found in amounts(text)] == numbers
