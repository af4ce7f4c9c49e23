"""Experiments on their pages, from the draft to the end."""

import pytest
from tests.omakase_service.console.markup import (
    facts_of,
    forms_of,
    messages_of,
    rows_of,
    section_of,
    tree_of,
    values_of,
)

from omakase_service.console.experiment_form import AMOUNTS, DEFAULTS, design_of
from omakase_service.experiments.contracts import ExperimentState
from omakase_service.experiments.selectors import experiment_by_name, experiments
from omakase_service.experiments.services import lifecycle

pytestmark = pytest.mark.django_db
EXPERIMENTS = "/console/experiments/"
FIELDS = {**DEFAULTS, "name": "test", "place": "home", "diversity": "0.4"}


@pytest.fixture
def experiment():
    """An experiment in a state."""

    def make(name: str = "test", state: str = "draft", **fields) -> None:
        lifecycle.create_experiment(name=name, design=design_of({**FIELDS, **fields}))
        if state != "draft":
            lifecycle.start_experiment(name=name)
        if state == "paused":
            lifecycle.pause_experiment(name=name)
        if state == "completed":
            lifecycle.complete_experiment(name=name, winner="")

    return make


def state_of(name: str = "test") -> ExperimentState:
    return experiment_by_name(name=name).state


def move(owner, to: str, **more):
    return owner.post(f"{EXPERIMENTS}change", {"name": "test", "to": to, **more}, follow=True)


def test_list_without_experiments_says_how_one_is_begun(owner):
    text = tree_of(owner.get(EXPERIMENTS)).text
    assert "There is no experiment yet." in text
    assert "omakase experiment create --help" in text


def test_list_tells_of_each_where_it_stands(owner, experiment):
    experiment("draft one")
    experiment("running one", "active", place="cart", share="20")
    page = owner.get(EXPERIMENTS)
    draft, running = section_of(page, "draft one"), section_of(page, "running one")
    assert "A draft: nobody takes part yet." in draft.text
    assert draft.every("progress") == []
    assert "at cart · control 80.0 %, new 20.0 %" in running.text
    assert len(running.every("progress")) == 1
    assert running.one("a").attributes["href"] == f"{EXPERIMENTS}one?name=running%20one"


@pytest.mark.parametrize(("role", "number"), [("see", 0), ("edit", 1)])
def test_list_offers_a_new_one_to_who_may(member, role, number):
    links = tree_of(member(role).get(EXPERIMENTS)).one("div", class_="actions").every("a")
    assert len(links) == number


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("draft", ["Start", "Delete"]),
        ("active", ["Pause"]),
        ("paused", ["Go on"]),
        ("completed", []),
    ],
)
def test_page_offers_what_may_be_done_in_its_state(owner, experiment, state, buttons):
    experiment(state=state)
    page = tree_of(owner.get(f"{EXPERIMENTS}one?name=test"))
    assert [each.text for each in page.one("div", class_="actions").every("button")] == buttons
    ends = [each for each in page.every("button") if each.text == "End the experiment"]
    assert len(ends) == (state in ("active", "paused"))


@pytest.mark.parametrize("state", ["draft", "active", "paused"])
def test_page_offers_nothing_to_who_may_only_see(member, experiment, state):
    experiment(state=state)
    page = tree_of(member("see").get(f"{EXPERIMENTS}one?name=test"))
    assert forms_of(page, f"{EXPERIMENTS}change") == []


def test_page_says_who_takes_part_and_what_was_planned(owner, experiment):
    experiment(state="active", share="25", traffic="40")
    section = section_of(owner.get(f"{EXPERIMENTS}one?name=test"), "Who takes part")
    assert rows_of(section) == [
        {"Variant": "control", "Share": "75.0 %", "People": "0"},
        {"Variant": "new", "Share": "25.0 %", "People": "0"},
    ]
    facts = facts_of(section)
    assert (facts["Placement"], facts["Traffic"], facts["Ended"]) == ("home", "40.0 %", "–")
    assert facts["Begun"] != "–"


def test_page_of_what_there_is_not_is_a_404_of_the_console(owner):
    page = owner.get(f"{EXPERIMENTS}one?name=nope")
    assert page.status_code == 404
    assert "That cannot be shown" in tree_of(page).text


def test_page_takes_no_metric_that_there_is_not(owner, experiment):
    experiment(state="active")
    assert owner.get(f"{EXPERIMENTS}one?name=test&metric=joy").status_code == 200


@pytest.mark.parametrize(
    ("state", "to", "after", "words"),
    [
        ("draft", "start", "active", "The experiment test is active."),
        ("active", "pause", "paused", "The experiment test is paused; all get what is usual."),
        ("paused", "start", "active", "The experiment test is active."),
        ("active", "end", "completed", "The experiment test has ended."),
        ("paused", "end", "completed", "The experiment test has ended."),
    ],
)
def test_button_moves_an_experiment_on_and_says_so(owner, experiment, state, to, after, words):
    experiment(state=state)
    page = move(owner, to)
    assert messages_of(page) == [("success", words)]
    assert state_of() == after
    assert page.request["PATH_INFO"] == f"{EXPERIMENTS}one"


@pytest.mark.parametrize(
    ("state", "to"),
    [("draft", "pause"), ("draft", "end"), ("active", "start"), ("active", "delete"),
     ("paused", "pause"), ("paused", "delete"), ("completed", "start"), ("completed", "pause"),
     ("completed", "end"), ("completed", "delete")],
)  # fmt: skip
def test_button_that_does_not_fit_the_state_changes_nothing(owner, experiment, state, to):
    experiment(state=state)
    assert messages_of(move(owner, to))[0][0] == "error"
    assert state_of() == state


def test_draft_is_deleted_and_the_list_says_so(owner, experiment):
    experiment()
    page = move(owner, "delete")
    assert messages_of(page) == [("success", "The draft test is deleted.")]
    assert page.request["PATH_INFO"] == EXPERIMENTS
    assert experiments() == []


@pytest.mark.parametrize("to", ["", "stop", "__init__"])
def test_move_that_there_is_not_is_refused_in_words(owner, experiment, to):
    experiment()
    assert messages_of(move(owner, to)) == [
        ("error", "Nothing was said of what becomes of the experiment 'test'.")
    ]
    assert state_of() == "draft"


def test_experiment_ends_with_the_variant_that_was_chosen(trained, owner, experiment):
    experiment(state="active")
    page = move(owner, "end", winner="new")
    assert experiment_by_name(name="test").winner == "new"
    assert "It ended with new." in tree_of(page).text


def test_experiment_does_not_end_with_a_variant_that_there_is_not(owner, experiment):
    experiment(state="active")
    assert messages_of(move(owner, "end", winner="nope"))[0][0] == "error"
    assert state_of() == "active"


def test_form_shows_the_usual_fields_and_the_place_that_was_named(owner):
    page = tree_of(owner.get(f"{EXPERIMENTS}new?place=home"))
    fields = values_of(page.one("form", class_="stack"))
    assert fields == {**DEFAULTS, "place": "home"}


def test_form_offers_the_models_that_are_live(trained, owner):
    page = tree_of(owner.get(f"{EXPERIMENTS}new"))
    offered = [each.text for each in page.one("select", name="model").every("option")]
    assert offered[0] == "as usual"
    assert "ease" in offered


def test_form_that_is_refused_keeps_what_was_written(owner):
    written = {**FIELDS, "share": "0", "boosts": "2 < 3", "variant": "more varied"}
    page = owner.post(f"{EXPERIMENTS}new", written)
    assert page.status_code == 200
    assert values_of(tree_of(page).one("form", class_="stack")) == written
    assert messages_of(page) == [
        ("error", "Share of the new variant, %: write a number from 1 to 99.")
    ]


def test_draft_is_kept_and_not_begun(owner):
    page = owner.post(f"{EXPERIMENTS}new", {**FIELDS, "do": "draft"}, follow=True)
    assert messages_of(page) == [("success", "The experiment test is written down.")]
    assert state_of() == "draft"


def test_name_of_an_experiment_is_taken_once(owner, experiment):
    experiment(state="completed")
    page = owner.post(f"{EXPERIMENTS}new", {**FIELDS, "do": "draft"})
    assert messages_of(page)[0][0] == "error"
    assert "test" in messages_of(page)[0][1]
    assert state_of() == "completed"


def test_start_that_is_refused_leaves_a_draft(trained, owner, experiment):
    experiment("first", "active")
    owner.post(f"{EXPERIMENTS}new", {**FIELDS, "do": "start"})
    assert {card.name for card in experiments()} == {"first", "test"}
    assert state_of() in (ExperimentState.DRAFT, ExperimentState.ACTIVE)


@pytest.mark.parametrize("field", ["name", "place", *AMOUNTS])
def test_form_without_a_field_writes_nothing_down(owner, field):
    written = {name: value for name, value in FIELDS.items() if name != field}
    assert owner.post(f"{EXPERIMENTS}new", written).status_code == 200
    assert experiments() == []


def test_form_in_korean_is_refused_in_korean(owner):
    page = owner.post(
        f"{EXPERIMENTS}new", {**FIELDS, "name": ""}, headers={"Accept-Language": "ko"}
    )
    ((_, words),) = messages_of(page)
    assert any("가" <= letter <= "힣" for letter in words)
