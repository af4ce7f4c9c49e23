"""States: what a message changes."""

from tests.omakase.dialog.street import met, passing

from omakase.dialog.state import DialogState, read_state, refining, state_values, update_state


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
