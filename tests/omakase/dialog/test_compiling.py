"""Plans: what is met, what gives way, what never does."""

import pytest
from tests.omakase.dialog.street import met, passing

from omakase.dialog.answer import answer_list, caveats, chip_label
from omakase.dialog.compiling import GIVES_WAY
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
