"""States: what a message changes."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.omakase.dialog.street import met, passing

from omakase.dialog.state import (
    ASIDES,
    HARD,
    MOST_WORDS,
    SINGLE,
    Constraint,
    DialogState,
    ListedItem,
    constraints_of,
    never,
    pointed_item,
    pointed_items,
    read_state,
    refining,
    state_values,
    update_state,
)


def test_state_critiques_refine_and_a_restart_forgets(guide):
    state, plan = met(guide, "강남 맛집")
    state, plan = met(guide, "더 싼 데", state, shown=("c", "d"))
    assert passing(guide, plan) == {"c"}
    state, plan = met(guide, "다른 거", state, shown=("c",))
    assert state.excluded == ("c",)
    state, _ = met(guide, "다시 처음부터", state)
    assert state == DialogState()


def test_state_similar_points_at_the_list(guide):
    state, _ = met(guide, "이탈리안")
    state, plan = met(guide, "like the second one but cheaper", state, shown=("d", "e"))
    assert state.similar_to == "e"
    assert {each.kind for each in plan.applied} == {"budget"}
    assert passing(guide, plan) >= {"a", "b", "c"}


def test_state_chip_that_is_taken_away_is_gone(guide):
    state, _ = met(guide, "만원 이하")
    state, _ = met(guide, "새우 빼고", state)
    keys = [each.key for each in state.constraints]
    assert keys == ["budget", "avoid:shrimp"]
    assert [each.key for each in state.without(["budget"]).constraints] == ["avoid:shrimp"]
    assert read_state(state_values(state)) == state
    assert read_state({}) == DialogState()


def talked(guide, *messages):
    """The state and the plan after some messages, as a service hears them."""
    state = DialogState()
    for message in messages:
        heard = refining(state, guide.understand(message))
        state = update_state(state, heard, [], guide.meets)
    return state, guide.plan(state)


def test_updated_brand_that_something_meets_refines_and_another_begins_anew(guide):
    _, plan = talked(guide, "이탈리안 추천해줘", "바다 걸로요")
    assert passing(guide, plan) == {"d"}
    _, plan = talked(guide, "이탈리안 추천해줘", "할매 걸로 추천해줘")
    assert passing(guide, plan) == {"a"}


def test_updated_words_of_descriptions_refine_a_conversation(guide):
    _, plan = talked(guide, "찌개 먹고 싶어", "새우 들어간 거요")
    assert passing(guide, plan) == {"b"}
    state, plan = talked(guide, "pasta please", "with tomato")
    assert passing(guide, plan) == {"e"}
    assert {each.kind for each in state.constraints} >= {"words"}


def test_updated_mentions_add_up_while_something_has_all_of_them(guide):
    state, plan = talked(guide, "찌개 먹고 싶어", "두부 들어간 거요", "돼지고기 있는 걸로")
    assert passing(guide, plan) == {"a"}
    words = next(each for each in state.constraints if each.kind == "words")
    assert {"두부", "돼지고기"} <= set(words.names)


def test_refining_leaves_an_aside_alone_where_nothing_was_asked_for(guide):
    heard = guide.understand("thank you for the detective work")
    assert refining(DialogState(), heard) == heard


def test_updated_upper_end_of_a_budget_is_no_word_to_search_for(guide):
    state, plan = talked(guide, "이탈리안 추천해줘", "I can spend up to 16,000 won")
    assert {each.kind for each in state.constraints} == {"category", "budget"}
    assert passing(guide, plan) == {"e"}


BUDGET = Constraint("budget", low=7000.0, high=10_000.0)
STEW = Constraint("category", ("한식 > 찌개",))
CRAB = Constraint("avoid", ("게",), "crab")
NEAR = Constraint("radius", high=1.5)
QUIET = Constraint("quality", (), "quiet")
BEFORE = DialogState((BUDGET, STEW, CRAB, NEAR, QUIET))
SHOWN = (
    ListedItem("a", "할매 김치찌개", 9000.0, 1.0),
    ListedItem("b", "달빛 순두부찌개", 8000.0, 2.0),
    ListedItem("c", "초록 비빔밥", 12_000.0, 3.0),
)


def after(guide, message, before=BEFORE, shown=SHOWN, meets=never):
    return update_state(before, guide.understand(message), shown, meets)


def one_of(state, kind):
    return next((each for each in state.constraints if each.kind == kind), None)


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("cheaper", 7000, 8999),
        ("더 비싼 거", 9001, 10_000),
        ("the second one but cheaper", 7000, 7999),
        ("3번보다 더 싼 거", 7000, 10_000),
        ("첫 번째보다 더 비싼 데", 9001, 10_000),
    ],
)
def test_update_state_of_a_price_goes_below_or_above_what_was_shown(guide, message, low, high):
    budget = one_of(after(guide, message), "budget")
    assert (budget.low, budget.high) == (low, high)


def test_update_state_of_a_price_beyond_the_budget_opens_its_other_end(guide):
    low_budget = DialogState((Constraint("budget", low=8500.0),))
    budget = one_of(after(guide, "cheaper", low_budget, SHOWN[1:2]), "budget")
    assert (budget.low, budget.high) == (None, 7999)
    budget = one_of(after(guide, "more expensive", BEFORE, SHOWN[2:]), "budget")
    assert (budget.low, budget.high) == (12_001, None)


def test_update_state_of_a_small_price_goes_a_penny_lower(guide):
    shown = [ListedItem("x", "X", 9.5), ListedItem("y", "Y", 12.0), ListedItem("z", "Z")]
    budget = one_of(after(guide, "cheaper", DialogState(), shown), "budget")
    assert budget.high == pytest.approx(11.99)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=9), st.booleans())
def test_update_state_of_a_price_is_about_the_middle_one(guide, prices, is_cheaper):
    shown = [ListedItem(f"i{n}", "x", float(price)) for n, price in enumerate(prices)]
    message = "cheaper" if is_cheaper else "more expensive"
    budget = one_of(after(guide, message, DialogState(), shown), "budget")
    middle = sorted(prices)[len(prices) // 2]
    step = 1 if middle >= 1000 else 0.01
    if is_cheaper:
        assert (budget.low, budget.high) == (None, pytest.approx(middle - step))
    else:
        assert (budget.low, budget.high) == (pytest.approx(middle + step), None)


@pytest.mark.parametrize("shown", [(), (ListedItem("x", "X"),)])
def test_update_state_of_a_price_without_prices_changes_nothing(guide, shown):
    assert after(guide, "cheaper", BEFORE, shown) == BEFORE


@pytest.mark.parametrize(
    ("shown", "before", "reach"),
    [
        (SHOWN, DialogState(), 1.8),
        (SHOWN[:1], DialogState(), 0.9),
        (SHOWN, DialogState((NEAR,)), 1.5),
        ((), DialogState((NEAR,)), 0.75),
        ((), DialogState(), 1.5),
        ((ListedItem("x", "X"),), DialogState(), 1.5),
    ],
)
def test_update_state_of_closer_is_within_the_middle_shown(guide, shown, before, reach):
    assert one_of(after(guide, "closer", before, shown), "radius").high == pytest.approx(reach)


def test_update_state_of_others_hides_what_was_shown_and_no_more_than_two_hundred(guide):
    state = after(guide, "another")
    assert state == replace(BEFORE, excluded=("a", "b", "c"))
    again = after(guide, "다른 거", state, (ListedItem("d", "D"), *SHOWN))
    assert again.excluded == ("a", "b", "c", "d")
    many = replace(BEFORE, excluded=tuple(f"i{n}" for n in range(199)))
    assert after(guide, "another", many).excluded == (*many.excluded[2:], "a", "b", "c")


@pytest.mark.parametrize(
    "message", ["안녕하세요", "thanks a lot", "왜 골랐어?", "그만", "비교해줘"]
)
def test_update_state_of_an_aside_changes_nothing(guide, message):
    assert after(guide, message) == BEFORE


@pytest.mark.parametrize("message", ["start over", "처음부터", "초기화 해줘", "forget everything"])
def test_update_state_of_a_restart_forgets_diets_as_well(guide, message):
    assert after(guide, message) == DialogState()


@pytest.mark.parametrize("message", ["이탈리안 추천해줘", "할매 추천해줘"])
def test_update_state_of_a_new_subject_keeps_what_lasts_and_lets_the_rest_go(guide, message):
    kinds = {each.kind for each in after(guide, message).constraints}
    assert kinds >= {"budget", "avoid", "radius"}
    assert "quality" not in kinds
    assert STEW not in after(guide, message).constraints


@pytest.mark.parametrize(
    ("message", "kind"),
    [("강남", "district"), ("90년대", "years"), ("데이트", "company"), ("땅콩 빼고", "avoid"),
     ("두부 들어간 거", "words"), ("2km 안", "radius"), ("만원 이하", "budget")],
)  # fmt: skip
def test_update_state_of_a_refinement_keeps_all_that_was_asked_for(guide, message, kind):
    state = after(guide, message)
    assert one_of(state, kind) is not None
    kept = [each for each in BEFORE.constraints if each.kind not in SINGLE or each.kind != kind]
    assert set(kept) <= set(state.constraints)


def test_update_state_of_an_item_alike_lets_the_category_go_and_points_at_it(guide):
    state = after(guide, "like the first one")
    assert state.similar_to == "a"
    assert one_of(state, "category") is None and one_of(state, "avoid") == CRAB
    assert after(guide, "9번이랑 비슷한 거").similar_to == ""


@pytest.mark.parametrize(
    ("message", "ids"),
    [
        ("첫 번째", ("a",)),
        ("1번이랑 3번", ("a", "c")),
        ("3번이랑 1번", ("c", "a")),
        ("마지막", ("c",)),
        ("that one", ("a",)),
        ("4번", ()),
        ("99번", ()),
        ("1번, 1번", ("a",)),
        ("초록 비빔밥 자세히", ("c",)),
        ("두 번째랑 초록 비빔밥 비교", ("b", "c")),
        ("Heat 어때", ("f",)),
        ("추천해줘", ()),
    ],
)
def test_pointed_items_are_by_rank_and_by_title(guide, message, ids):
    heard = guide.understand(message)
    assert pointed_items(heard, SHOWN) == ids
    assert pointed_item(heard, SHOWN) == (ids[0] if ids else "")


def test_pointed_items_of_an_empty_list_are_none(guide):
    assert pointed_items(guide.understand("마지막"), ()) == ()
    assert pointed_items(guide.understand("첫 번째"), ()) == ()


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        ("새우 빼고 이탈리안", ["category", "avoid:shrimp"]),
        ("조용한 데이트 장소", ["company:date", "quality:quiet"]),
        ("강남 근처 만원 이하", ["district", "budget"]),
        ("내일 저녁 근처", ["radius", "moment"]),
        ("비건 90년대", ["diet:vegan", "years"]),
        ("할매", ["brand:할매"]),
        ("안녕", []),
        ("브로콜리 빼고", ["avoid:브로콜리"]),
    ],
)
def test_constraints_of_a_message_are_by_their_keys(guide, message, keys):
    assert sorted(c.key for c in constraints_of(guide.understand(message))) == sorted(keys)


@pytest.mark.parametrize("kind", SINGLE)
def test_state_having_another_of_a_single_kind_has_the_new_one_alone(kind):
    old, new = Constraint(kind, ("old",)), Constraint(kind, ("new",))
    assert DialogState((old,)).having(new).constraints == (new,)
    assert old.key == new.key == kind


@pytest.mark.parametrize("kind", ["diet", "avoid", "brand", "tag", "company", "quality"])
def test_state_having_several_of_a_kind_keeps_them_and_each_once(kind):
    one, other = Constraint(kind, ("one",)), Constraint(kind, ("other",))
    state = DialogState((one,)).having(other).having(replace(one, low=1.0))
    assert [each.names for each in state.constraints] == [("other",), ("one",)]


def test_state_without_similar_points_at_nothing():
    state = DialogState((QUIET,), "a")
    assert state.without(["similar"]) == DialogState((QUIET,))
    assert state.without([QUIET.key]) == DialogState((), "a")
    assert state.without(["unknown"]) == state
    assert state.without([]) == state


CONSTRAINTS = st.builds(
    Constraint,
    st.sampled_from([*HARD, *SINGLE, "brand", "tag"]),
    st.lists(st.text(max_size=4), max_size=3).map(tuple),
    st.sampled_from(["", "vegan", "crab"]),
    st.one_of(st.none(), st.floats(0, 1e6)),
    st.one_of(st.none(), st.floats(0, 1e6)),
)
STATES = st.builds(
    DialogState,
    st.lists(CONSTRAINTS, max_size=5).map(tuple),
    st.text(max_size=4),
    st.lists(st.text(max_size=4), max_size=4).map(tuple),
)


@given(STATES)
def test_state_values_are_read_back_through_json_as_the_same_state(state):
    assert read_state(orjson.loads(orjson.dumps(state_values(state)))) == state


@given(STATES, CONSTRAINTS)
def test_state_having_a_constraint_and_without_it_has_it_no_more(state, constraint):
    held = state.having(constraint)
    assert held.constraints[-1] == constraint
    assert held.having(constraint) == held
    left = held.without([constraint.key])
    assert all(each.key != constraint.key for each in left.constraints)
    assert left.excluded == state.excluded


def test_updated_words_are_the_latest_few(guide):
    old = Constraint("words", tuple(f"word{n}" for n in range(MOST_WORDS)))
    state = after(guide, "두부 들어간 거", DialogState((QUIET, old)), (), lambda state: True)
    words = one_of(state, "words").names
    assert len(words) == MOST_WORDS
    assert words[-1] == "두부" and words[0] == "word1"


@pytest.mark.parametrize("intent", [*ASIDES, "why"])
def test_refining_takes_an_unsure_aside_that_names_something_for_a_refinement(guide, intent):
    heard = guide.understand("두부 들어간 거")
    unsure = replace(heard, intent=intent, confidence=0.4)
    assert refining(BEFORE, unsure).intent == "critique"
    assert refining(BEFORE, replace(unsure, confidence=1.0)).intent == intent
    assert refining(DialogState(), unsure).intent == intent
    about_nothing = replace(unsure, words=(), mentions=(), entities=())
    assert refining(BEFORE, about_nothing) == about_nothing
