"""Plans: what is met, what gives way, what never does."""

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.omakase.dialog.street import met, passing

from omakase.dialog.answer import answer_list, caveats, chip_label
from omakase.dialog.compiling import GIVES_WAY
from omakase.dialog.guide import Guide
from omakase.dialog.state import Constraint, DialogState


def test_plan_filter_lets_pass_what_was_asked_for(guide):
    for message, expected in (
        ("만원 이하", {"a", "b"}),
        ("새우 빼고", {"a", "c", "e", "f"}),
        ("강남 맛집", {"c", "d"}),
        ("이탈리안", {"d", "e"}),
        ("somewhere quiet", {"b", "e"}),
        ("채식 식당", {"c", "e"}),
        ("between 10000 and 16000 won", {"c", "e"}),
    ):
        _, plan = met(guide, message)
        assert passing(guide, plan) == expected, (message, plan.filter)
        assert plan.matches == len(expected)


def test_plan_near_needs_a_location_and_says_so_without(guide):
    _, plan = met(guide, "근처 맛집", location=(37.5705, 127.0))
    assert passing(guide, plan) == {"a", "b"}
    _, blind = met(guide, "근처 맛집")
    assert [each.kind for each in blind.dropped] == ["radius"]
    assert "1.5 km" in caveats(blind, "ko")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("soft", ["이탈리안", "5천원 이하", "강남 맛집", "조용한 데", "데이트", ""])
@pytest.mark.parametrize("hard", ["할랄", "코셔", "새우 못 먹어", "땅콩 알레르기", "비건"])
def test_plan_never_drops_a_diet_or_an_allergy_silently(guide, hard, soft, language):
    """Whatever else is asked: it holds, or its substitute is said, or nothing may be shown."""
    state, _ = met(guide, hard)
    state, plan = met(guide, soft, state) if soft else (state, guide.plan(state))
    (wish,) = [each for each in state.constraints if each.kind in ("diet", "avoid")]
    assert wish not in plan.dropped
    if wish in plan.impossible:
        assert plan.matches == 0
        assert chip_label(wish, language) in answer_list("recommend", plan, [], language)
    elif wish not in plan.applied:
        (swap,) = plan.substituted
        assert swap == ("vegan", "vegetarian")
        assert caveats(plan, language)
    if "새우" in hard:
        assert not passing(guide, plan) & {"b", "d"}


def test_plan_gives_way_in_its_order_and_says_what(guide):
    state = DialogState(
        (Constraint("category", ("한식 > 찌개",)), Constraint("budget", high=100.0))
    )
    plan = guide.plan(state)
    assert [each.kind for each in plan.applied] == ["category"]
    assert "100원 이하" in caveats(plan, "ko") and "up to 100" in caveats(plan, "en")
    assert GIVES_WAY.index("quality") < GIVES_WAY.index("budget") < GIVES_WAY.index("category")


def test_plan_refused_district_lets_none_of_it_pass(guide):
    for message in ("강남구 말고 다른 동네 새우", "새우, 강남은 사람 많아서 싫어"):
        _, plan = met(guide, message)
        assert not {"c", "d"} & passing(guide, plan), message


TEXTS = {
    "fried crab": ("게 튀김", ""),
    "crab within": ("탕집", "게, 나물"),
    "crab at the end": ("찜", "간장에 담근 게"),
    "crab compound": ("꽃게탕", ""),
    "shop": ("가게 정식", "맛있게 드세요"),
    "capitals": ("SHRIMP HOUSE", ""),
    "letters apart": (unicodedata.normalize("NFD", "새우 튀김"), ""),
    "prawn": ("Big Prawn", ""),
    "oyster": ("굴국밥", ""),
    "face": ("얼굴", "동굴 카페"),
    "hen": ("닭볶음탕", ""),
    "sashimi": ("광어회", "회 정식"),
    "company": ("회사 앞 식당", "회식 환영"),
    "pub": ("술집", ""),
    "art": ("예술의 거리", "기술"),
    "bean": ("콩국수", ""),
    "plain": ("비빔밥", "나물"),
}
REFUSED = {
    "게 알레르기 있어요": {"fried crab", "crab within", "crab at the end", "crab compound"},
    "no crab": {"fried crab", "crab within", "crab at the end", "crab compound"},
    "새우 못 먹어요": {"capitals", "letters apart", "prawn"},
    "allergic to shrimp": {"capitals", "letters apart", "prawn"},
    "닭고기 빼고": {"hen"},
    "술 없는 곳": {"pub"},
    "콩 알레르기": {"bean"},
    "생선 알레르기": {"sashimi"},
}


@pytest.fixture(scope="module")
def texts() -> Guide:
    rows = [
        {"item_id": key, "title": title, "description": told, "category": "음식점"}
        for key, (title, told) in TEXTS.items()
    ]
    return Guide.of_rows(rows, way="words")


@pytest.mark.parametrize(("message", "gone"), REFUSED.items())
def test_plan_of_an_allergy_lets_nothing_pass_that_names_it_and_all_the_rest(texts, message, gone):
    _, plan = met(texts, message)
    assert passing(texts, plan) == set(TEXTS) - gone
    assert plan.matches == len(TEXTS) - len(gone)


def test_plan_of_an_allergy_to_oysters_lets_no_shellfish_pass(texts):
    _, plan = met(texts, "굴 알레르기")
    assert not passing(texts, plan) & {"oyster", "crab compound", "capitals", "prawn"}
    assert passing(texts, plan) >= {"face", "company", "plain", "shop"}


@pytest.mark.parametrize("message", ["새우 못 먹어요", "굴 알레르기", "allergic to shrimp"])
def test_plan_of_a_message_with_syllables_written_apart_is_the_same(texts, message):
    _, whole = met(texts, message)
    _, apart = met(texts, unicodedata.normalize("NFD", message))
    assert apart == whole


MANY = [
    {
        "item_id": f"i{n}",
        "title": f"곳 {n}",
        "category": f"한식 > 이름이 아주 긴 작은 갈래 {n}",
        "tags": [f"이름이 아주 긴 치킨 꼬리표 {n}", "모두"],
        "brand": "두 줄\n이름" if n % 2 else "한 줄",
        "district": f"이름이 긴 동네 {n % 3}",
    }
    for n in range(200)
] + [{"item_id": "other", "title": "다른 곳", "category": "양식 > 파스타"}]


@pytest.fixture(scope="module")
def many() -> Guide:
    return Guide.of_rows(MANY, way="words")


@pytest.mark.parametrize(
    ("message", "matches"), [("한식", 200), ("치킨 빼고", 1), ("치킨 빼고 한식", 0), ("양식", 1)]
)
def test_plan_of_more_names_than_a_rule_can_hold_tells_the_items(many, message, matches):
    _, plan = met(many, message)
    if matches:
        assert plan.matches == matches == len(passing(many, plan))
        assert not plan.dropped and not plan.impossible
    else:
        assert [each.kind for each in plan.dropped] == ["category"]
        assert passing(many, plan) == {"other"}
    assert len(plan.filter) <= 4000


def test_plan_of_tags_that_fill_many_rules_is_of_any_of_them(many):
    names = tuple(f"이름이 아주 긴 치킨 꼬리표 {n}" for n in range(150))
    plan = many.plan(DialogState((Constraint("tag", names),)))
    assert passing(many, plan) == {f"i{n}" for n in range(150)}


def test_plan_of_a_brand_that_no_rule_can_write_gives_it_up_and_says_so(many):
    wish = Constraint("brand", ("두 줄\n이름",))
    plan = many.plan(DialogState((wish,)))
    assert plan.dropped == (wish,)
    assert plan.matches == len(MANY)


SOFT = (
    Constraint("category", ("한식 > 찌개",)),
    Constraint("district", ("강남구",)),
    Constraint("budget", low=10_000.0, high=16_000.0),
    Constraint("tag", ("조용한",)),
    Constraint("brand", ("바다",)),
    Constraint("quality", concept="quiet"),
    Constraint("company", concept="date"),
    Constraint("years", low=1990, high=1999),
    Constraint("words", ("두부",)),
    Constraint("moment", ("today",), low=19.0),
)
WHO_HAS = {
    "category": {"a", "b"},
    "district": {"c", "d"},
    "budget": {"c", "e"},
    "tag": {"b"},
    "brand": {"d"},
    "quality": {"b", "e"},
    "company": {"d"},
    "words": {"a", "b"},
    "moment": set("abcdef"),
}


@pytest.mark.parametrize("wish", [s for s in SOFT if s.kind in WHO_HAS], ids=lambda w: w.kind)
def test_plan_of_one_wish_lets_pass_what_has_it(guide, wish):
    plan = guide.plan(DialogState((wish,)))
    assert (plan.applied, plan.dropped) == ((wish,), ())
    assert passing(guide, plan) == WHO_HAS[wish.kind]
    assert plan.matches == len(WHO_HAS[wish.kind])


@pytest.mark.parametrize(
    "pair", list(combinations(SOFT, 2)), ids=lambda two: "+".join(w.kind for w in two)
)
def test_plan_of_two_wishes_keeps_both_or_gives_up_the_one_that_gives_way(guide, pair):
    """By hand: both where an item has both, else the later of the order in which kinds go."""
    plan = guide.plan(DialogState(pair))
    possible = [each for each in pair if each.kind in WHO_HAS]
    both = set("abcdef").intersection(*(WHO_HAS[each.kind] for each in possible))
    if not both:
        possible = [max(possible, key=lambda each: GIVES_WAY.index(each.kind))]
        both = WHO_HAS[possible[0].kind]
    assert set(plan.applied) == set(possible)
    assert set(plan.dropped) == set(pair) - set(possible)
    assert passing(guide, plan) == both


@given(st.lists(st.sampled_from(SOFT), unique=True, max_size=6), st.randoms())
def test_plan_does_not_depend_on_the_order_of_the_wishes(guide, wishes, random):
    shuffled = list(wishes)
    random.shuffle(shuffled)
    first, second = (guide.plan(DialogState(tuple(order))) for order in (wishes, shuffled))
    assert first.matches == second.matches
    assert set(first.applied) == set(second.applied)
    assert set(first.dropped) == set(second.dropped)


@given(st.lists(st.sampled_from(SOFT), unique=True, max_size=8))
def test_plan_always_finds_something_and_parts_the_wishes_in_two(guide, wishes):
    plan = guide.plan(DialogState(tuple(wishes)))
    assert plan.matches > 0
    assert sorted(c.kind for c in (*plan.applied, *plan.dropped)) == sorted(c.kind for c in wishes)
    assert plan.matches == len(passing(guide, plan))


def test_plan_of_excluded_and_similar_items_has_none_of_them(guide):
    state = DialogState((Constraint("category", ("한식 > 찌개",)),), "b", ("a",))
    plan = guide.plan(state)
    assert [each.kind for each in plan.dropped] == ["category"]
    assert plan.matches == 4
    assert guide.plan(DialogState(excluded=tuple("abcdef"))).matches == 0


def test_plan_of_vegans_takes_what_is_vegetarian_and_of_halal_nothing(guide):
    vegan, halal = Constraint("diet", concept="vegan"), Constraint("diet", concept="halal")
    plan = guide.plan(DialogState((vegan,)))
    assert plan.substituted == (("vegan", "vegetarian"),)
    assert [each.concept for each in plan.applied] == ["vegetarian"]
    plan = guide.plan(DialogState((vegan, halal)))
    assert (plan.impossible, plan.matches) == ((halal,), 0)


def test_plan_of_two_refusals_that_leave_nothing_together_is_impossible(guide):
    every = Constraint("avoid", ("두부", "나물", "파스타", "Pasta", "Heat", "새우"))
    plan = guide.plan(DialogState((every,)))
    assert (plan.impossible, plan.matches) == ((every,), 0)


def test_plan_within_a_radius_is_a_square_about_the_person(guide):
    wish = Constraint("radius", high=1.0)
    here = (37.5705, 127.0)
    assert passing(guide, guide.plan(DialogState((wish,)), location=here)) == {"a", "b"}
    far = guide.plan(DialogState((wish,)), location=(0.0, 0.0))
    assert (far.dropped, far.matches) == ((wish,), 6)
    pole = guide.plan(DialogState((Constraint("radius", high=20_000.0),)), location=(90.0, 0.0))
    assert pole.matches == 5


def test_plan_is_the_same_each_time_it_is_asked(guide):
    state = DialogState((SOFT[0], SOFT[2], Constraint("avoid", ("새우",), "shrimp")))
    plans = [guide.plan(state) for _ in range(3)]
    assert plans[0] == plans[1] == plans[2]
    for high in range(250):  # more than are remembered
        guide.plan(DialogState((Constraint("budget", high=float(high)),)))
    assert guide.plan(state) == plans[0]


def test_plan_of_words_orders_what_is_found_by_how_well_it_fits(guide):
    plan = guide.plan(DialogState((Constraint("words", ("순두부찌개",)),)))
    assert plan.include[0] == "b"
    nothing = guide.plan(DialogState((Constraint("words", ("zzzzzz",)),)))
    assert [each.kind for each in nothing.dropped] == ["words"]
    assert nothing.include is None


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        (Constraint("budget", high=20_000.0), "item.price <= 20000"),
        (Constraint("budget", low=9.5), "item.price >= 9.5"),
        (Constraint("budget", low=1.0, high=2.0), "item.price >= 1 and item.price <= 2"),
        (Constraint("brand", ('a "b"',)), 'item.brand in ["a \\"b\\""]'),
        (Constraint("tag", ("x", "y")), 'item.tags overlaps ["x", "y"]'),
        (Constraint("district", ("강남구",)), 'item.district in ["강남구"]'),
        (Constraint("moment", ("today",)), ""),
        (Constraint("words", ("두부",)), ""),
        (Constraint("radius", high=1.0), ""),
    ],
)
def test_rule_of_one_wish_is_in_the_rules_language(guide, wish, text):
    assert guide.compiler.rule(wish) == text


def test_rule_joins_with_another_as_it_stands(guide):
    """What of one wish is an "or" must stay one beside the "and" of another."""
    quiet = guide.compiler.rule(Constraint("quality", concept="quiet"))
    assert quiet.startswith("(") and quiet.endswith(")") and " or " in quiet
    state = DialogState((Constraint("quality", concept="quiet"), Constraint("budget", high=9000.0)))
    assert passing(guide, guide.plan(state)) == {"b"}


def test_plan_of_a_catalog_without_any_column_drops_all_that_is_soft():
    bare = Guide.of_rows([{"item_id": "a", "title": "하나"}], way="words")
    plan = bare.plan(DialogState(SOFT[:8]))
    assert plan.applied == ()
    assert len(plan.dropped) == 8
    assert plan.matches == 1
