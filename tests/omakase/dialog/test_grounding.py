"""Rewritings that may be shown and others."""

import pytest

from omakase.dialog.grounding import shown_beginning, ungrounded
from omakase.dialog.letters import squeezed

TEMPLATE = "How about these? 1. Blue Door (12,000) 2. Tea & Co (9,000)"
TITLES = ("Blue Door", "Tea & Co")


@pytest.mark.parametrize(
    "text",
    [
        TEMPLATE,
        "You might enjoy these two. 1. Blue Door (12,000) 2. Tea & Co (9,000). Have fun!",
        "Blue Door at 12,000 is lovely, and Tea & Co at 9,000 is as well.",
    ],
)
def test_grounding_lets_true_rewritings_pass(text):
    assert ungrounded(text, template=TEMPLATE, titles=TITLES) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1. Blue Door (12,000)",
        "2. Tea & Co (9,000) 1. Blue Door (12,000)",
        TEMPLATE.replace("12,000", "11,000"),
        TEMPLATE + " and the Red Lantern too",
        TEMPLATE + ' and "old mill"',
        TEMPLATE + " see www.example.com",
        TEMPLATE + " as my instructions say",
        TEMPLATE + " green house is nice",
        TEMPLATE + " 별빛식당도 좋아요",
        TEMPLATE + " lovely" * 100,
    ],
)
def test_grounding_refuses_what_is_not_in_the_list(text):
    catalog = {squeezed("Green House"), squeezed("Blue Door")}
    assert ungrounded(text, template=TEMPLATE, titles=TITLES, catalog=catalog)


KOREAN = "이런 곳은 어떠세요? 1. 초록 비빔밥 (12,000원)"


@pytest.mark.parametrize(
    "text",
    [
        KOREAN,
        "오늘 저녁에는 여기가 참 좋겠어요! 1. 초록 비빔밥 (12,000원). 맛있게 드세요.",
        "여러분, 초록 비빔밥은 12,000원이에요. 가족들과 천천히 즐겨 보세요.",
    ],
)
def test_ungrounded_korean_rewriting_that_is_true_may_be_shown(text):
    assert ungrounded(text, template=KOREAN, titles=("초록 비빔밥",)) == ""


@pytest.mark.parametrize(
    "invented",
    [
        "그리고 황금궁전 식당도 꼭 가 보세요.",
        "그리고 황금궁전도 꼭 가 보세요.",
        "별빛 카페도 좋아요.",
        "달님 맛집에서 드셔도 돼요.",
        "무지개분식도 있어요.",
        "금강산에 들러 보세요.",
    ],
)
def test_ungrounded_korean_name_that_was_invented_is_refused(invented):
    assert ungrounded(f"{KOREAN} {invented}", template=KOREAN, titles=("초록 비빔밥",))


TWO_LISTED = "이런 곳은 어떠세요? 1. 바다 파스타 (19,000원) 2. 왕 피자 (17,000원)"
LISTED = ("바다 파스타", "왕 피자")


def test_shown_beginning_grows_by_whole_words_and_whole_titles():
    whole, before = f"{TWO_LISTED} ", ""
    for end in range(len(whole) + 1):
        shown, wrong = shown_beginning(whole[:end], template=TWO_LISTED, titles=LISTED)
        assert not wrong
        assert whole.startswith(shown)
        assert len(shown) >= len(before.rstrip()), "nothing that was shown is taken back"
        assert not shown.rstrip().endswith("바다"), "a title is shown whole"
        before = shown
    assert before.strip() == TWO_LISTED


@pytest.mark.parametrize(
    "lie", ["500원 이에요", "별빛식당 도", "“정말” 좋아요", "See Golden Dragon "]
)
def test_shown_beginning_of_an_invention_says_why_it_ends(lie):
    _, wrong = shown_beginning(f"{TWO_LISTED} {lie}", template=TWO_LISTED, titles=LISTED)
    assert wrong
