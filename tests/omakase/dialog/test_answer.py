"""Answers in both languages."""

import pytest

from omakase.dialog.answer import (
    AnswerItem,
    answer_comparison,
    answer_detail,
    answer_list,
    answer_why,
    chip_label,
    price_label,
)
from omakase.dialog.compiling import Plan
from omakase.dialog.state import Constraint

TEA = AnswerItem("t", "Tea House", "Film > Tea", 9000.0, 4.25, district="종로구")
CUP = AnswerItem("c", "Cup", price=7.5)


def test_answer_detail_says_what_is_known():
    assert answer_detail(TEA, "en") == "Tea House: Tea, 9,000, rated 4.2, 종로구."
    assert answer_detail(TEA, "ko") == "Tea House: Tea, 9,000원, 평점 4.2, 종로구."
    assert "number" in answer_detail(None, "en")


def test_answer_comparison_needs_two():
    assert "Tea House" in (both := answer_comparison([TEA, CUP], "en")) and "7.50" in both
    assert "Tea House" not in answer_comparison([TEA], "en")


def test_answer_why_gives_the_reason_of_the_list():
    assert answer_why(CUP, "en").endswith("it fits what you asked for.")
    reasoned = AnswerItem("c", "Cup", reason="you liked tea")
    assert answer_why(reasoned, "en") == "Why Cup: you liked tea"


def test_chip_label_is_short_in_both_languages():
    for constraint, korean, english in (
        (Constraint("budget", low=1.0, high=2.0), "1원~2원", "1 to 2"),
        (Constraint("budget", high=20000.0), "20,000원 이하", "up to 20,000"),
        (Constraint("budget", low=20000.0), "20,000원 이상", "from 20,000"),
        (Constraint("avoid", ("새우",), "shrimp"), "새우 제외", "no shrimp"),
        (Constraint("radius", high=0.5), "0.5 km 이내", "within 0.5 km"),
        (Constraint("moment", ("today",), low=19), "오늘 19시", "today 19:00"),
        (Constraint("category", ("한식 > 찌개",)), "찌개", "찌개"),
    ):
        assert (chip_label(constraint, "ko"), chip_label(constraint, "en")) == (korean, english)


def test_price_label_has_pennies_only_where_there_are_some():
    assert (price_label(7.5, "en"), price_label(9000.0, "ko")) == ("7.50", "9,000원")


@pytest.mark.parametrize(
    ("title", "why", "like"),
    [
        ("왕 삼겹살", "왕 삼겹살을 고른", "왕 삼겹살과 비슷한"),
        ("바다 파스타", "바다 파스타를 고른", "바다 파스타와 비슷한"),
        ("Heat (1995)", "Heat (1995)를 고른", "Heat (1995)와 비슷한"),
        ("{items} {0}", "{items} {0}을 고른", "{items} {0}과 비슷한"),
        ("<b>국밥</b>", "<b>국밥</b>를 고른", "<b>국밥</b>와 비슷한"),
    ],
)
def test_answer_names_a_title_with_its_particle_and_as_it_is(title, why, like):
    item = AnswerItem("t", title)
    assert why in answer_why(item, "ko")
    plan = Plan("", None, (), (), (), (), 1)
    assert like in answer_list("similar", plan, [item], "ko", base=title)
