"""States: what a message changes."""

from tests.omakase.dialog.street import met, passing

from omakase.dialog.state import DialogState, read_state, written


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
    assert read_state(written(state)) == state
    assert read_state({}) == DialogState()
