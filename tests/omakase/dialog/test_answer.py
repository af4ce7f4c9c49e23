"""Answers in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.answer import (
    AnswerItem,
    answer_comparison,
    answer_detail,
    answer_list,
    answer_why,
    caveats,
    chip_label,
    concept_label,
    facts_of,
    price_label,
    sentence_of,
)
from omakase.dialog.compiling import Plan
from omakase.dialog.concepts import concepts
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


PASTA = AnswerItem(
    "a", "바다 파스타", "양식 > 이탈리안", 19_000.0, 4.25, "조개", "", "강남구", "11-21"
)
MUG = AnswerItem("b", "Mug", price=7.5)
NUTS = Constraint("avoid", ("땅콩",), "peanut")
HALAL = Constraint("diet", concept="halal")
CHEAP = Constraint("budget", high=10_000.0)
QUIET = Constraint("quality", concept="quiet")


def plan(dropped=(), substituted=(), impossible=()) -> Plan:
    return Plan("", None, (), tuple(dropped), tuple(substituted), tuple(impossible), 1)


@pytest.mark.parametrize(
    ("intent", "items", "base", "korean", "english"),
    [
        (
            "recommend",
            [PASTA, MUG],
            "",
            "이런 것은 어떠세요? 1. 바다 파스타 (19,000원) 2. Mug (7.50원)",
            "How about these? 1. 바다 파스타 (19,000) 2. Mug (7.50)",
        ),
        (
            "critique",
            [MUG, PASTA],
            "",
            "알겠어요, 다시 골라 봤어요. 1. Mug (7.50원) 2. 바다 파스타 (19,000원)",
            "All right, I looked again. 1. Mug (7.50) 2. 바다 파스타 (19,000)",
        ),
        (
            "critique",
            [MUG],
            "",
            "딱 하나 찾았어요. 1. Mug (7.50원)",
            "I found just one. 1. Mug (7.50)",
        ),
        (
            "similar",
            [MUG],
            "국밥",
            "국밥과 비슷한 것을 골랐어요. 1. Mug (7.50원)",
            "These are like 국밥. 1. Mug (7.50)",
        ),
        (
            "recommend",
            [],
            "",
            "죄송해요, 조건에 맞는 것을 찾지 못했어요. 조건을 하나 지워 볼까요?",
            "Sorry, I found nothing that fits. Shall we take one of the conditions away?",
        ),
        (
            "budget",
            [AnswerItem("c", "Bare"), MUG],
            "",
            "이런 것은 어떠세요? 1. Bare 2. Mug (7.50원)",
            "How about these? 1. Bare 2. Mug (7.50)",
        ),
    ],
)
def test_answer_list_of_what_was_found_is_one_sentence(intent, items, base, korean, english):
    assert answer_list(intent, plan(), items, "ko", base=base) == korean
    assert answer_list(intent, plan(), items, "en", base=base) == english


def test_answer_list_says_first_what_does_not_hold():
    found = answer_list("recommend", plan(dropped=[CHEAP, QUIET]), [MUG], "en")
    assert found == (
        "Nothing meets up to 10,000, quiet as well, so I left that out. "
        "I found just one. 1. Mug (7.50)"
    )
    found = answer_list("recommend", plan(dropped=[CHEAP, QUIET]), [MUG], "ko")
    assert found == (
        "10,000원 이하, 조용한 조건까지 맞는 것은 없어서, 그 조건은 빼고 골랐어요. "
        "딱 하나 찾았어요. 1. Mug (7.50원)"
    )


def test_answer_list_of_an_allergy_that_nothing_meets_names_no_item():
    impossible = plan(dropped=[CHEAP], impossible=[NUTS, HALAL])
    assert answer_list("recommend", impossible, [MUG], "en") == (
        "Nothing meets this: no peanut, halal. "
        "It must hold, so I will not suggest anything else instead."
    )
    assert answer_list("recommend", impossible, [MUG], "ko") == (
        "땅콩 제외, 할랄 조건에 맞는 것이 없어요. "
        "이 조건은 꼭 지켜야 하니 다른 것을 대신 권하지 않을게요."
    )


def test_answer_list_of_a_substitute_names_both_diets():
    swapped = plan(substituted=[("vegan", "vegetarian")])
    assert caveats(swapped, "en") == "There is nothing vegan, so I chose what is vegetarian."
    assert caveats(swapped, "ko") == "비건은 없어서 채식 가능한 것을 골랐어요."


@pytest.mark.parametrize("language", ["ko", "en"])
def test_caveats_of_a_plan_that_holds_are_none(language):
    assert caveats(plan(), language) == ""


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("size", range(1, 8))
def test_answer_list_numbers_every_title_in_its_order(size, language):
    items = [AnswerItem(f"i{n}", f"Title {n:02d}") for n in range(size)]
    text = answer_list("recommend", plan(), items, language)
    at = [text.index(f"{n + 1}. Title {n:02d}") for n in range(size)]
    assert at == sorted(at)


@pytest.mark.parametrize(
    ("item", "korean", "english"),
    [
        (
            PASTA,
            "바다 파스타: 이탈리안, 19,000원, 평점 4.2, 강남구, 11-21.",
            "바다 파스타: 이탈리안, 19,000, rated 4.2, 강남구, 11-21.",
        ),
        (MUG, "Mug: 7.50원.", "Mug: 7.50."),
        (AnswerItem("x", "X"), "X: 더 알려진 것이 없어요.", "X: nothing more is known."),
        (AnswerItem("x", "X", price=0.0), "X: 0원.", "X: 0."),
        (
            None,
            "어떤 것을 말씀하시는지 잘 모르겠어요. 몇 번째인지 말해 주시겠어요?",
            "I am not sure which one you mean. Could you tell me its number?",
        ),
    ],
)
def test_answer_detail_of_an_item_is_its_known_facts(item, korean, english):
    assert answer_detail(item, "ko") == korean
    assert answer_detail(item, "en") == english


def test_answer_comparison_puts_the_facts_of_all_beside_each_other():
    assert answer_comparison([PASTA, MUG, AnswerItem("x", "X")], "en") == (
        "Let us compare. 바다 파스타: 이탈리안, 19,000, rated 4.2, 강남구, 11-21; "
        "Mug: 7.50; X: nothing more is known."
    )
    assert answer_comparison([PASTA, MUG], "ko") == (
        "비교해 볼게요. 바다 파스타: 이탈리안, 19,000원, 평점 4.2, 강남구, 11-21; Mug: 7.50원."
    )
    assert answer_comparison([], "ko") == sentence_of("unclear", "ko")


def test_answer_why_of_nothing_asks_which_one():
    assert answer_why(None, "en") == sentence_of("unclear", "en")
    assert answer_why(PASTA, "ko") == "바다 파스타를 고른 이유예요: 조개"
    assert answer_why(MUG, "ko") == "Mug를 고른 이유예요: 말씀하신 조건에 맞아서 골랐어요."


def test_sentence_of_a_name_that_there_is_not_is_refused():
    with pytest.raises(KeyError):
        sentence_of("nonsense", "en")


@pytest.mark.parametrize(
    "name", ["restart", "chitchat", "out_of_scope", "stop", "unclear", "none", "no_reason"]
)
def test_sentence_of_the_house_is_there_in_both_languages(name):
    korean, english = sentence_of(name, "ko"), sentence_of(name, "en")
    assert english.isascii() and not korean.isascii()
    assert "{" not in korean + english


@given(st.floats(0, 1e9).map(lambda price: round(price, 2)))
def test_price_label_is_read_back_as_the_price(price):
    label = price_label(price, "en")
    assert float(label.replace(",", "")) == pytest.approx(price)
    assert price_label(price, "ko") == f"{label}원"


@pytest.mark.parametrize(
    ("price", "label"),
    [(0.0, "0"), (0.5, "0.50"), (999.0, "999"), (1000.0, "1,000"), (1234567.0, "1,234,567"),
     (1234.5, "1,234.50"), (9.99, "9.99")],
)  # fmt: skip
def test_price_label_has_commas_between_thousands(price, label):
    assert price_label(price, "en") == label


CHIPS = [
    (Constraint("budget", low=1000.0, high=2000.0), "1,000원~2,000원", "1,000 to 2,000"),
    (Constraint("budget", low=0.0, high=5.0), "0원~5원", "0 to 5"),
    (Constraint("avoid", ("브로콜리",)), "브로콜리 제외", "no 브로콜리"),
    (Constraint("radius", high=1.5), "1.5 km 이내", "within 1.5 km"),
    (Constraint("radius", high=2.0), "2 km 이내", "within 2 km"),
    (Constraint("moment", ("friday",)), "금요일", "friday"),
    (Constraint("moment", (), low=19.5), "19시 30분", "19:30"),
    (Constraint("moment", (), low=0.0), "0시", "0:00"),
    (Constraint("moment", ("day_after",), low=8 + 5 / 60), "모레 8시 5분", "day_after 8:05"),
    (Constraint("moment", ("now",)), "now", "now"),
    (Constraint("diet", concept="gluten_free"), "글루텐프리", "gluten-free"),
    (Constraint("company", concept="date"), "데이트", "date"),
    (Constraint("quality", concept="quiet"), "조용한", "quiet"),
    (Constraint("category", ("한식 > 찌개", "한식 > 국밥")), "찌개, 국밥", "찌개, 국밥"),
    (Constraint("category", ("한식 > 찌개", "한식 > 국밥", "한식 > 면")), "한식", "한식"),
    (Constraint("category", ("A > x", "B > x")), "x", "x"),
    (Constraint("tag", ("a", "b", "c")), "a, b, c", "a, b, c"),
    (Constraint("words", ("두부", "새우")), "두부, 새우", "두부, 새우"),
]


@pytest.mark.parametrize(("constraint", "korean", "english"), CHIPS)
def test_chip_label_of_each_kind_is_a_few_words(constraint, korean, english):
    assert chip_label(constraint, "ko") == korean
    assert chip_label(constraint, "en") == english


@pytest.mark.parametrize("name", concepts())
def test_concept_label_is_the_name_in_the_language(name):
    assert concept_label(name, "ko") == concepts()[name].korean
    assert concept_label(name, "en") == concepts()[name].english


def test_facts_of_an_item_of_which_nothing_is_known_are_none():
    assert facts_of(AnswerItem("x", "X"), "en") == ""
    assert facts_of(AnswerItem("x", "X", category="A > B > C"), "en") == "C"
