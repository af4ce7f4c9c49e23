"""The winner of an experiment becomes what its placement shows."""

import pytest
from tests.omakase_service.experiments.test_lifecycle import DESIGN, created

from omakase.errors import OmakaseError
from omakase_service.experiments.contracts import ExperimentState, ExperimentVariant
from omakase_service.experiments.selectors import experiment_by_name
from omakase_service.experiments.services.lifecycle import complete_experiment, start_experiment
from omakase_service.serving import live_version, services
from omakase_service.serving.placements import placement_by_name, save_placement
from omakase_service.serving.selectors import placements
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
NARROW = Placement(include=("i01", "i02"))


def running(placement=NARROW):
    created(variants=(DESIGN.variants[0], ExperimentVariant("narrow", 0.5, placement)))
    start_experiment(name="e1")


def shown(user_id):
    answer = services.recommend(user_id=user_id, placement="home", n=4, refresh=True)
    return {each.card.item_id for each in answer.items}


def test_winner_is_what_everybody_is_shown_from_then_on(trained, settings_with):
    settings_with(serving={"refresh_seconds": 0})
    running()
    complete_experiment(name="e1", winner="narrow")
    live_version.refresh()
    assert all(shown(f"u{n:02}") <= {"i01", "i02"} for n in range(12))
    assert placement_by_name(name="home") == NARROW


def test_winner_leaves_what_it_does_not_speak_of(trained):
    save_placement(name="home", placement=Placement(model="popular", exclude=("i03",)))
    running(Placement(strategy="mixed"))
    complete_experiment(name="e1", winner="narrow")
    found = placement_by_name(name="home")
    assert (found.model, found.strategy, found.exclude) == ("", "mixed", ("i03",))


@pytest.mark.parametrize(("winner", "adopt"), [("", True), ("now", True), ("narrow", False)])
def test_placement_stays_without_a_winner_with_the_control_and_where_not_wanted(
    trained, winner, adopt
):
    running()
    complete_experiment(name="e1", winner=winner, adopt=adopt)
    assert "home" not in placements()


def test_winner_that_the_live_version_cannot_do_keeps_the_experiment_open(trained):
    running(Placement(model="no_such_model"))
    with pytest.raises(OmakaseError, match="no_such_model"):
        complete_experiment(name="e1", winner="narrow")
    assert experiment_by_name(name="e1").state == ExperimentState.ACTIVE
    assert "home" not in placements()


def test_winner_is_saved_though_no_version_is_live_to_check_it():
    running()
    complete_experiment(name="e1", winner="narrow")
    assert placements()["home"] == NARROW
