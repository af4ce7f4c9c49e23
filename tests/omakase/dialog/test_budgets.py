"""Budgets as people type them, with the right reading."""

import pytest

from omakase.dialog.amounts import MOST
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
