"""Sums of money."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def in_korean(number: int) -> str:
    """A number below a hundred million as it is said, without 일 before a unit."""
    words = ""
    for part, unit in ((number // 10_000, "만"), (number % 10_000, "")):
        said = ""
        for size, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
            digit = part // size % 10
            if digit:
                said += ("" if digit == 1 and name else "영일이삼사오육칠팔구"[digit]) + name
        words += ("" if said == "일" and unit else said) + unit if part else ""
    return words


@given(st.integers(1, 99_999_999))
def test_korean_number_of_a_spelt_number_is_that_number(number):
    assert korean_number(in_korean(number))[0] == number


@given(st.integers(1, 9999), st.integers(0, 9))
def test_korean_number_of_digits_before_a_unit_is_as_many_of_it(thousands, hundreds):
    assert korean_number(f"{thousands}만")[0] == thousands * 10_000
    assert korean_number(f"{thousands}만{hundreds}천")[0] == thousands * 10_000 + hundreds * 1000
    assert korean_number(f"{thousands:,}")[0] == thousands


@pytest.mark.parametrize(
    ("text", "number", "step"),
    [
        ("만", 10_000, 10_000),
        ("천", 1000, 1000),
        ("백", 100, 100),
        ("십", 10, 10),
        ("일", 1, 1),
        ("백만", 1_000_000, 10_000),
        ("오백만", 5_000_000, 10_000),
        ("2만5천3백", 25_300, 100),
        ("2만 5천", 25_000, 1000),
        ("12,345", 12_345, 1),
        ("1.5천", 1500, 1000),
        ("백이십삼", 123, 1),
        ("구천구백", 9900, 100),
    ],
)
def test_korean_number_step_is_the_lowest_unit_that_is_named(text, number, step):
    assert korean_number(text) == (number, step)


@pytest.mark.parametrize("text", ["", "영", "0", "abc", "억", "🍜"])
def test_korean_number_of_no_numeral_is_none(text):
    assert korean_number(text) is None


SUMS = {
    "$20": 20, "$ 20": 20, "$1,234.56": 1234.56, "€15": 15, "£9.99": 9.99, "₩20,000": 20_000,
    "$20k": 20_000, "$20K": 20_000, "20k won": 20_000, "20dollars": 20, "20 bucks": 20,
    "20 USD": 20, "20$": 20, "20 €": 20, "20 krw": 20, "2만 원": 20_000, "2만": 20_000,
    "2천": 2000, "이만 오천원": 25_000, "만원": 10_000, "천원": 1000, "백원": 100, "오십원": 50,
    "2만5천원": 25_000, "15,000 원": 15_000, "15000 이하": 15_000, "이만 이하": 20_000,
    "오천 정도": 5000, "만오천 쯤": 15_000, "twenty dollars": 20, "twenty-five dollars": 25,
    "one hundred and fifty dollars": 150, "two thousand won": 2000, "a hundred dollars": 100,
    "five thousand five hundred won": 5500, "zero dollars": 0, "Twenty Dollars": 20,
    "2마넌": 20_000, "만윈": 10_000, "삼처넌": 3000, "1.5만원": 15_000, "1.50 dollars": 1.5,
    "1천원": 1000, "2만원어치": 20_000, "2만보다 싼": 20_000,
}  # fmt: skip


@pytest.mark.parametrize(("text", "number"), SUMS.items())
def test_amounts_of_one_sum_is_that_sum(text, number):
    assert [found.number for found in amounts(text)] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15000",
        "천천히 가자",
        "만두",
        "백반",
        "십리",
        "이천 맛집",
        "오만 생각",
        "구만리",
        "만약",
        "3만명이 본 영화",
        "관객 3만 명",
        "2만5천명",
        "2만보 걷기",
        "3천개",
        "3만 편",
        "5천 걸음",
        "0원",
        "10000000000000000원",
        "twenty people",
        "20 percent",
        "7pm",
        "1995년",
    ],
)
def test_amounts_of_other_numbers_are_none(text):
    assert amounts(text) == []


@pytest.mark.parametrize("text", ["15ish dollars", "15-ish dollars"])
def test_amounts_that_are_about_right_say_so(text):
    (found,) = amounts(text)
    assert (found.number, found.is_about) == (15, True)
    assert not amounts("15 dollars")[0].is_about


@pytest.mark.parametrize(
    ("text", "step"),
    [("20000원", 10_000), ("15,000원", 1000), ("12,300원", 100), ("$25", 1), ("2만원", 10_000),
     ("2만5천원", 1000), ("10만원", 10_000), ("$1,000", 1000)],
)  # fmt: skip
def test_amounts_step_is_that_of_the_last_digit_that_counts(text, step):
    assert [found.step for found in amounts(text)] == [step]


@given(st.lists(st.integers(1, 999_999), min_size=1, max_size=5), st.sampled_from(["원", " won"]))
def test_amounts_of_several_sums_are_in_their_order_and_where_they_stand(numbers, coin):
    text = ", ".join(f"{number:,}{coin}" for number in numbers)
    found = amounts(text)
    assert [each.number for each in found] == numbers
    assert [text[each.start : each.end] for each in found] == [f"{n:,}{coin}" for n in numbers]


@given(st.text("0123456789,.만천백십원일이삼$ k", max_size=30))
def test_amounts_of_any_numerals_stand_apart_and_in_order(text):
    found = amounts(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(each.step >= 1 and each.number >= 0 for each in found)
