"""The life of an experiment."""

from dataclasses import replace

import pytest

from omakase_service.experiments import selectors
from omakase_service.experiments.contracts import (
    ExperimentDesign,
    ExperimentMetric,
    ExperimentState,
    ExperimentVariant,
)
from omakase_service.experiments.services.assignment import assigned_variant
from omakase_service.experiments.services.lifecycle import (
    change_experiment,
    complete_experiment,
    create_experiment,
    delete_experiment,
    pause_experiment,
    start_experiment,
)
from omakase_service.platform.exceptions import Conflict, Invalid, NotFound
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
DESIGN = ExperimentDesign(
    place="home",
    variants=(
        ExperimentVariant("now", 0.5),
        ExperimentVariant("varied", 0.5, Placement(diversity=0.5)),
    ),
    metrics=(ExperimentMetric("clicks"),),
)


def created(name="e1", **changes):
    return create_experiment(name=name, design=replace(DESIGN, **changes))


def test_experiment_is_stored_as_it_was_designed():
    card = created(traffic=0.3, layer="page", layer_share=0.25)
    assert card.state == ExperimentState.DRAFT
    assert selectors.experiment_by_name(name="e1") == card
    assert card.design.variants[1].placement == Placement(diversity=0.5)
    assert [each.name for each in selectors.experiments()] == ["e1"]
    assert selectors.experiments(state=ExperimentState.ACTIVE) == []


def test_experiment_goes_from_draft_to_completed():
    created()
    started = start_experiment(name="e1")
    assert started.state == ExperimentState.ACTIVE and started.started is not None
    assert pause_experiment(name="e1").state == ExperimentState.PAUSED
    assert start_experiment(name="e1").started == started.started
    ended = complete_experiment(name="e1", winner="varied")
    assert (ended.state, ended.winner) == (ExperimentState.COMPLETED, "varied")
    assert ended.ended is not None


def test_change_is_for_drafts_alone():
    created()
    changed = change_experiment(name="e1", design=replace(DESIGN, target=50))
    assert changed.design.target == 50
    start_experiment(name="e1")
    with pytest.raises(Conflict, match="is active"):
        change_experiment(name="e1", design=DESIGN)
    with pytest.raises(Conflict, match="is active"):
        delete_experiment(name="e1")


@pytest.mark.parametrize("change", [pause_experiment, complete_experiment])
def test_draft_cannot_be_paused_or_completed(change):
    created()
    with pytest.raises(Conflict, match="is draft"):
        change(name="e1")


def test_completed_experiment_stays_so():
    created()
    start_experiment(name="e1")
    complete_experiment(name="e1")
    with pytest.raises(Conflict, match="is completed"):
        start_experiment(name="e1")


def test_deleted_draft_is_gone():
    created()
    delete_experiment(name="e1")
    with pytest.raises(NotFound, match="'e1'"):
        selectors.experiment_by_name(name="e1")


def test_name_is_never_given_twice():
    created()
    with pytest.raises(Conflict, match="new name"):
        created()


def test_winner_must_be_a_variant():
    created()
    start_experiment(name="e1")
    with pytest.raises(NotFound, match="now, varied"):
        complete_experiment(name="e1", winner="other")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"variants": DESIGN.variants[:1]}, "two variants"),
        ({"variants": (ExperimentVariant("a", 0.5), ExperimentVariant("b", 0.6))}, "add up to 1"),
        ({"metrics": ()}, "primary"),
        ({"traffic": 0.0}, "traffic"),
    ],
)
def test_design_that_makes_no_sense_is_refused_in_words(changes, words):
    with pytest.raises(Invalid, match=words):
        created(**changes)


def test_experiments_of_one_layer_get_parts_of_their_own():
    first = created("e1", layer="page", layer_share=0.4)
    second = created("e2", layer="page", layer_share=0.4)
    assert (first.layer_start, second.layer_start) == (0.0, pytest.approx(0.4))
    with pytest.raises(Invalid, match="no free part"):
        created("e3", layer="page", layer_share=0.4)
    delete_experiment(name="e1")
    assert created("e3", layer="page", layer_share=0.4).layer_start == 0.0
    start_experiment(name="e2")
    start_experiment(name="e3")
    active = selectors.experiments(state=ExperimentState.ACTIVE)
    assigned = [
        assigned_variant(active, place="home", user_id=f"u{n}", session_id="") for n in range(300)
    ]
    assert {each.experiment for each in assigned if each} == {"e2", "e3"}
    assert None in assigned


def test_two_experiments_at_a_place_need_a_layer():
    created("e1")
    created("e2")
    start_experiment(name="e1")
    with pytest.raises(Conflict, match="one layer"):
        start_experiment(name="e2")
    complete_experiment(name="e1")
    assert start_experiment(name="e2").state == ExperimentState.ACTIVE


def test_assigned_variant_is_sticky_and_for_its_place(django_assert_num_queries):
    created()
    card = start_experiment(name="e1")
    with django_assert_num_queries(0):
        mine = [
            assigned_variant([card], place="home", user_id="u7", session_id="") for _ in range(3)
        ]
        assert len({each.variant for each in mine}) == 1 and mine[0].variant in {"now", "varied"}
        assert assigned_variant([card], place="cart", user_id="u7", session_id="") is None
        assert assigned_variant([card], place="home", user_id="", session_id="s") is None
    placements = {
        assigned_variant([card], place="home", user_id=f"u{n}", session_id="").placement.diversity
        for n in range(50)
    }
    assert placements == {None, 0.5}


def test_paused_experiment_assigns_nobody():
    created()
    start_experiment(name="e1")
    card = pause_experiment(name="e1")
    assert assigned_variant([card], place="home", user_id="u7", session_id="") is None


def test_experiment_by_session_follows_the_session():
    created(unit="session")
    card = start_experiment(name="e1")
    ones = {
        assigned_variant([card], place="home", user_id=f"u{n}", session_id="s1").variant
        for n in range(9)
    }
    assert len(ones) == 1
