"""Budgets as people type them, with the right reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.amounts import MOST
from omakase.dialog.budgets import Budget, read_budget
from omakase.dialog.grammar import read

NONE = (None, None)
BUDGETS = {
    "2만원 이하로 추천해줘": (None, 20000), "만오천원": (None, 15000), "만 오천원 이하": (None,
    15000),
    "1만5천원 미만": (None, 15000), "1만 5천원 안으로": (None, 15000), "15,000원 이내": (None,
    15000),
    "15000원 이하": (None, 15000), "3만원 이상": (30000, None), "삼만원 이상": (30000, None),
    "십만원 넘는 거": (100000, None), "십오만원 이하": (None, 150000), "5천원짜리": (4000, 6000),
    "오천원 이하": (None, 5000), "만원대": (10000, 19999), "2만원대 식당": (20000, 29999),
    "5천원대": (5000, 5999), "1~2만원": (10000, 20000), "1만원에서 2만원 사이": (10000, 20000),
    "만원에서 이만원": (10000, 20000), "만원~이만원": (10000, 20000), "2, 3만원": (20000, 30000),
    "2만원 정도": (16000, 24000), "이만원쯤": (16000, 24000), "한 2만원 정도": (16000, 24000),
    "약 3만원": (24000, 36000), "1.5만원 이하": (None, 15000), "예산은 2만원이야": (None, 20000),
    "예산 5만원": (None, 50000), "2만원 안 넘는 거": (None, 20000), "2만원 넘지 않는 곳": (None,
    20000),
    "만원밖에 없어": (None, 10000), "2만원보다 싼 거": (None, 20000),
    "2만원보다 비싼 데": (20000, None),
    "최대 3만원": (None, 30000), "최소 2만원": (20000, None), "3만원부터": (30000, None),
    "2만원까지 괜찮아": (None, 20000), "1인당 3만원": (None, 30000), "8천원 밑으로": (None, 8000),
    "팔천오백원 이하": (None, 8500), "2만 이하": (None, 20000), "3만5천 이하": (None, 35000),
    "백만원 이하 노트북": (None, 1000000), "120만원 이하": (None, 1200000),
    "under $20": (None, 20), "less than 15 dollars": (None, 15), "below $9.50": (None, 9.5),
    "up to 30 bucks": (None, 30), "no more than 50 dollars": (None, 50), "at most $12": (None, 12),
    "over $100": (100, None), "more than 40 dollars": (40, None), "at least $25": (25, None),
    "between 10 and 20 dollars": (10, 20), "between $10 and $20": (10, 20), "$10-20": (10, 20),
    "10 to 20 dollars": (10, 20), "from $15 to $30": (15, 30), "around $25": (20, 30),
    "about 50 dollars": (40, 60), "$20 or less": (None, 20), "$20 or more": (20, None),
    "twenty dollars": (None, 20), "under twenty five dollars": (None, 25),
    "my budget is $30": (None, 30), "budget of 40 dollars": (None, 40), "under 20": (None, 20),
    "20k won": (None, 20000), "under 15,000 won": (None, 15000), "$1,200 max": (None, 1200),
    "I only have 10 bucks": (None, 10), "cheaper than 25 euros": (None, 25),
    "a $5 lunch": (None, 5),
    "not more than 30 dollars": (None, 30), "one hundred dollars": (None, 100),
    "within $50": (None, 50),
    "추천해줘": NONE, "3명이서 갈 곳": NONE, "500m 이내": NONE, "7시에 갈래": NONE, "두 번째": NONE,
    "이만하면 됐어": NONE, "천천히 먹기 좋은": NONE, "만두 먹고 싶어": NONE,
    "under 20 minutes": NONE,
    "at 7pm": NONE, "for 4 people": NONE, "within 2 km": NONE, "movies from 1995": NONE,
    "천안 맛집": NONE, "over 18 movies please": NONE,
}  # fmt: skip


@pytest.mark.parametrize(("message", "ends"), BUDGETS.items())
def test_read_budget_as_typed_is_the_range_meant(message, ends):
    budget = read(message).budget
    assert (NONE if budget is None else (budget.low, budget.high)) == ends


@pytest.mark.parametrize("unit", ["1", "1,", "9", "만", "십", "십 ", "천 1", "ten ", "1 "])
def test_read_budget_in_a_message_of_one_repeated_word_ends_with_a_finite_price(unit):
    """A pattern that tries every way to part these letters would not end within a lifetime."""
    for message in (
        unit * 2000,
        f"{unit * 400}원",
        f"under ${unit * 400}",
        f"under {unit * 400}",
        f"1~{unit * 400}만원",
        f"$1-{unit * 400}",
    ):
        budget = read(message).budget
        ends = () if budget is None else (budget.low, budget.high)
        assert all(0 <= end <= MOST for end in ends if end is not None)


def test_read_budget_with_commas_between_thousands_is_one_number():
    for message, ends in (
        ("between 1,200 and 3,500 dollars", (1200, 3500)),
        ("$1,000-2,500", (1000, 2500)),
        ("1.5~2만원", (15000, 20000)),
        ("1,500,000원 이하", (None, 1_500_000)),
        ("삼십이만 오천원까지", (None, 325_000)),
        ("0원", NONE),
    ):
        budget = read(message).budget
        assert (NONE if budget is None else (budget.low, budget.high)) == ends, message


MOST_OF = {
    "2만원 이하": 20_000, "2만원 미만": 20_000, "2만원을 넘지 않게": 20_000,
    "2만원 안 넘게": 20_000,
    "2만원 내로": 20_000, "2만원 안쪽": 20_000, "2만원뿐": 20_000, "2만원만 있어": 20_000,
    "2만원 언더": 20_000, "2만원 밖에": 20_000, "2만원보다 저렴한": 20_000, "3만원 안 되는": 30_000,
    "2만원 초과하지 않는": 20_000, "많아야 2만원": 20_000, "예산이 2만원": 20_000,
    "2만원 대신": 20_000, "만원 넘으면 안돼": 10_000, "2만원을 넘어가면 곤란해": 20_000,
    "2만원 이상은 부담돼": 20_000, "2만원 이상 말고": 20_000, "2만원 넘는 건 싫어": 20_000,
    "2만원 초과 안됩니다": 20_000, "2만원보다 비싼 건 빼고": 20_000, "not over $20": 20,
    "less then 20 dollars": 20, "nothing over $20": 20, "don't want to spend more than $20": 20,
    "never above $30": 30, "without going over $40": 40, "I can't spend more than 30 dollars": 30,
    "< $30": 30, "<= $30": 30, "max $30": 30, "maximum of $30": 30, "$30 tops": 30,
    "$30 at most": 30, "$30 or under": 30, "budget: $30": 30, "budget 30": 30, "budget of 30": 30,
    "lower than $30": 30, "within $30": 30, "only got $30": 30, "under 20k": 20_000,
    "under $20k": 20_000, "under 1,500": 1500, "up to 15.50": 15.5, "not over 20": 20,
    "no more than 20": 20, "nothing above 20": 20, "under 20 no onions": 20, "$0": 0,
}  # fmt: skip
LEAST_OF = {
    "2만원 초과": 20_000, "2만원 넘는": 20_000, "2만원보다 높은": 20_000,
    "2만원 이상 부탁해": 20_000,
    "적어도 2만원": 20_000, "2만원~": 20_000, "만원 이하 말고": 10_000, "만원 이하는 별로": 10_000,
    "2만원보다 싼 거 말고": 20_000, "from $10": 10, "over 20": 20, "at least 20": 20,
    "more than $30": 30, "above $30": 30, "starting at $30": 30, "minimum of $30": 30,
    ">= $30": 30, "> $30": 30, "$30 or more": 30, "$30 and up": 30, "$30+": 30, "$30 at least": 30,
    "no less than $20": 20, "not less than 20 dollars": 20, "nothing under $20": 20,
    "not under 20": 20, "no less than 20": 20, "nothing below 15": 15,
}  # fmt: skip
RANGES = {
    "2만원 이상 3만원 이하": (20_000, 30_000), "3만원 이하 2만원 이상": (20_000, 30_000),
    "2만원부터 3만원까지": (20_000, 30_000), "2만원에서 3만원": (20_000, 30_000),
    "2만원~ 3만원": (20_000, 30_000), "1-2만원": (10_000, 20_000), "1,2만원": (10_000, 20_000),
    "5천~1만원": (5000, 10_000), "5천원~1만원": (5000, 10_000), "5천에서 만원": (5000, 10_000),
    "$10 or $20": (10, 20), "$20 to $10": (10, 20), "between $20 and $10": (10, 20),
    "10-20 dollars": (10, 20), "10 - 20 bucks": (10, 20), "$10-$20": (10, 20),
    "10k to 20k won": (10_000, 20_000), "between 10k and 20k won": (10_000, 20_000),
    "10-20k won": (10_000, 20_000), "$10k-$20k": (10_000, 20_000),
    "5만5천원대": (55_000, 55_999), "2만원대로": (20_000, 29_999), "약 2만원": (16_000, 24_000),
    "2만원 안팎": (16_000, 24_000), "2만원 내외": (16_000, 24_000), "2만원 전후": (16_000, 24_000),
    "2만원선에서": (16_000, 24_000), "around $30": (24, 36), "roughly $30": (24, 36),
    "approximately $30": (24, 36), "$30 or so": (24, 36), "$30ish": (24, 36), "$30-ish": (24, 36),
    "30ish dollars": (24, 36), "about $9.99": (7.99, 11.99),
}  # fmt: skip


@pytest.mark.parametrize(("message", "high"), MOST_OF.items())
def test_read_budget_of_an_upper_end_has_no_lower_one(message, high):
    assert read_budget(message)[0] == Budget(None, high)


@pytest.mark.parametrize(("message", "low"), LEAST_OF.items())
def test_read_budget_of_a_lower_end_has_no_upper_one(message, low):
    assert read_budget(message)[0] == Budget(low, None)


@pytest.mark.parametrize(("message", "ends"), RANGES.items())
def test_read_budget_of_a_range_has_both_ends(message, ends):
    assert read_budget(message)[0] == Budget(*ends)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "20k",
        "free",
        "공짜",
        "10 to 20",
        "movies from 10 to 20",
        "between 5 and 10",
        "under 20 people",
        "under 20 min",
        "nothing under 20 minutes",
        "over 18 years",
        "at least 4 stars",
        "under 500 kcal",
        "under 99999999999999999999",
        "3만명이 본 영화",
    ],
)
def test_read_budget_of_other_numbers_is_none(message):
    assert read_budget(message) is None


@given(st.integers(1, 500), st.integers(1, 500))
def test_read_budget_of_two_prices_is_the_same_in_either_order(one, other):
    low, high = sorted((one, other))
    for message in (f"between ${one} and ${other}", f"${one} to ${other}", f"${one}~${other}"):
        assert read_budget(message)[0] == Budget(low, high)


@given(st.integers(1, 99), st.integers(1, 9))
def test_read_budget_in_either_way_of_writing_is_the_same(tens, ones):
    number = tens * 10_000 + ones * 1000
    for sum_ in (f"{tens}만{ones}천원", f"{tens}만 {ones}천원", f"{number}원", f"{number:,}원"):
        assert read_budget(f"{sum_} 이하")[0] == Budget(None, number)
        assert read_budget(f"{sum_} 이상")[0] == Budget(number, None)


@given(st.integers(1, 1000), st.sampled_from(["dollars", "bucks", "euros", "won"]))
def test_read_budget_span_holds_the_price_alone(number, coin):
    message = f"something nice under {number} {coin} please"
    budget, (start, end) = read_budget(message)
    assert budget == Budget(None, number)
    assert message[start:end] == f"{number} {coin}"


def test_read_budget_span_of_a_bare_number_holds_its_word():
    message = "lunch under 20 please"
    budget, (start, end) = read_budget(message)
    assert (budget, message[start:end]) == (Budget(None, 20), "under 20")


@given(st.text("0123456789만천원이하상$~-, underovek", max_size=30))
def test_read_budget_of_any_numerals_has_its_ends_in_order(text):
    read_ = read_budget(text)
    if read_ is not None:
        budget, (start, end) = read_
        assert 0 <= start < end <= len(text)
        assert budget.low is not None or budget.high is not None
        if budget.low is not None and budget.high is not None:
            assert budget.low <= budget.high
