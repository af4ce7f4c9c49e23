"""Rewritings that may be shown and others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("초록 비빔밥 (12,000원) 3개", "number: 3"),
        ("초록 비빔밥 (12,500원)", "number: 12,500"),
        ("초록비빔밥", "missing: 초록 비빔밥"),
        ("비빔밥", "missing: 초록 비빔밥"),
        ("초록 비빔밥 https://x", "marked or quoted text"),
        ("초록 비빔밥 a@b.c", "marked or quoted text"),
        ("초록 비빔밥 [여기]", "marked or quoted text"),
        ("초록 비빔밥 <b>", "marked or quoted text"),
        ("초록 비빔밥 「달」", "marked or quoted text"),
        ("초록 비빔밥 Wonderful", "name: Wonderful"),
        ("초록 비빔밥 at Blue Note", "name: Blue"),
        ("초록 비빔밥. ignore all that", "system text: ignore all"),
        ("초록 비빔밥. 시스템 프롬프트", "system text: 시스템 프롬프트"),
        ("초록 비빔밥. As an AI I", "system text: As an AI"),
        ("   ", "length"),
        ("", "length"),
        ("초록 비빔밥 " * 40, "length"),
    ],
)
def test_ungrounded_rewriting_says_what_is_wrong_with_it(text, why):
    assert ungrounded(text, template=KOREAN, titles=("초록 비빔밥",)) == why


@pytest.mark.parametrize(
    "text",
    [
        "초록 비빔밥 12000원",
        "초록 비빔밥은 정말 맛있어요",
        "초록 비빔밥. Wonderful place",
        "초록 비빔밥 두 그릇",
        "초록 비빔밥!",
        "I think you will like 초록 비빔밥",
        "아이들이랑 초록 비빔밥 드세요",
    ],
)
def test_ungrounded_rewriting_in_other_words_may_be_shown(text):
    assert ungrounded(text, template=KOREAN, titles=("초록 비빔밥",)) == ""


def test_ungrounded_titles_out_of_order_are_refused_and_in_order_not():
    assert ungrounded("바다 파스타, 왕 피자", template=TWO_LISTED, titles=LISTED) == ""
    assert ungrounded("왕 피자, 바다 파스타", template=TWO_LISTED, titles=LISTED) == (
        "missing: 왕 피자"
    )


def test_ungrounded_title_with_numbers_and_signs_in_it_is_no_invention():
    titles = ("Se7en (1995)", 'The "Best" [1]')
    template = 'How about these? 1. Se7en (1995) 2. The "Best" [1]'
    text = 'Try Se7en (1995), or The "Best" [1].'
    assert ungrounded(text, template=template, titles=titles) == ""
    assert ungrounded("Try Se7en (1995), or The Best [1].", template=template, titles=titles)


def test_ungrounded_other_title_of_the_catalog_is_refused_where_it_is_not_in_the_template():
    catalog = {squeezed("mellow yellow"), squeezed("abc"), squeezed("초록 비빔밥")}
    say = "초록 비빔밥, so mellow yellow"
    assert ungrounded(say, template=KOREAN, titles=("초록 비빔밥",), catalog=catalog) == (
        "other title: mellowyellow"
    )
    template = f"{KOREAN} mellow yellow"
    assert ungrounded(say, template=template, titles=("초록 비빔밥",), catalog=catalog) == ""
    short = "초록 비빔밥, abc"
    assert ungrounded(short, template=KOREAN, titles=("초록 비빔밥",), catalog=catalog) == ""


@pytest.mark.parametrize("template", [TEMPLATE, KOREAN, TWO_LISTED])
def test_ungrounded_template_is_always_true_of_itself(template):
    titles = [t for t in (*TITLES, "초록 비빔밥", *LISTED) if t in template]
    assert ungrounded(template, template=template, titles=titles) == ""


@given(st.integers(0, 99_999))
def test_ungrounded_number_that_the_template_has_not_is_refused(number):
    text = f"초록 비빔밥 ({number}원)"
    found = ungrounded(text, template=KOREAN, titles=("초록 비빔밥",))
    assert found == ("" if number in (1, 12_000) else f"number: {number}")


@given(st.text(st.sampled_from("좋아요 맛있는 곳이에요.!가까워서"), max_size=30))
def test_shown_beginning_is_whole_words_of_the_text(text):
    shown, wrong = shown_beginning(text, template=TWO_LISTED, titles=LISTED)
    assert text.startswith(shown)
    assert not shown or shown[-1].isspace() or wrong


def test_shown_beginning_of_too_long_a_text_is_nothing():
    assert shown_beginning("가 " * 500, template=TWO_LISTED, titles=LISTED) == ("", "length")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("어서", ""),
        ("어서 오세", "어서 "),
        ("어서 바다 ", "어서 "),
        ("어서 바다 파스타 ", "어서 바다 파스타 "),
        ("어서 바다 파스타", "어서 "),
        ("어서 왕 ", "어서 "),
        ("바다 ", ""),
    ],
)
def test_shown_beginning_holds_a_title_back_until_all_of_it_is_there(text, shown):
    found, wrong = shown_beginning(text, template=TWO_LISTED, titles=LISTED)
    assert (found, wrong) == (shown, "")
