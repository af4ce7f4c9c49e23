"""The live version learns what came in since it was made, and nothing is chosen anew."""

import pytest
from tests.omakase_service.training.test_indexes_outlive import give_index, opened

from omakase_service.events.services import record
from omakase_service.jobs.contracts import JobSkipped, JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.scheduling import schedules
from omakase_service.jobs.services.worker import run_now
from omakase_service.privacy.services import erase_user
from omakase_service.training import selectors, services
from omakase_service.training.contracts import UPDATING, Stage
from omakase_service.training.models import ModelVersion
from omakase_service.training.versions import tidy

pytestmark = pytest.mark.django_db
EASE = {"ease": {"l2": 1.0}}
LATER = 1_700_100_000


def bring(people: int, item: str, start: int = LATER) -> None:
    """So many people take an item, a second apart."""
    record(
        events=[
            {"user_id": f"u{n:02}", "item_id": item, "kind": "purchase", "time": start + n}
            for n in range(people)
        ]
    )


def update() -> dict[str, str]:
    return dict(job_by_id(job_id=run_now(kind=UPDATING)).result)


def why_skipped() -> str:
    job = job_by_id(job_id=run_now(kind=UPDATING))
    assert job.state is JobState.SKIPPED
    return job.note


def test_update_learns_what_came_in_but_the_newest_fifth_which_judges_it(tribes, settings_with):
    settings_with(training={"fewest_people": 2}, serving={"refresh_seconds": 0})
    before = services.train(models=EASE)
    bring(10, "new")
    name = update()["version"]
    card = selectors.version_by_name(name=name)
    assert card.window["last"] == LATER + 7
    assert card.window["events"] == before.window["events"] + 8
    assert (card.window["updates"], card.window["whole_sequence"]) == (
        1,
        before.window["sequence"],
    )
    assert card.verdict["basis"] == "versions"
    assert (card.stage, card.recipe, card.best) == (Stage.LIVE, before.recipe, before.best)
    assert "new" in opened(name).ids.items.ids
    assert opened(name).pipelines == opened(before.name).pipelines


def test_update_that_nobody_can_judge_is_a_refresh_and_answers(tribes):
    services.train(models=EASE)
    bring(1, "new")
    card = selectors.version_by_name(name=update()["version"])
    assert (card.verdict["basis"], card.stage) == ("same", Stage.LIVE)


def test_update_that_is_surely_worse_stays_a_candidate(tribes, settings_with, monkeypatch):
    settings_with(training={"fewest_people": 2}, serving={"refresh_seconds": 0})
    before = services.train(models=EASE)
    record(  # each takes what they have not had, as the live version foretells
        events=[
            {"user_id": f"u{n:02}", "item_id": f"i{n:02}", "kind": "purchase", "time": LATER + n}
            for n in range(12)
        ]
    )
    monkeypatch.setattr(
        "omakase.build.update.refit_model",
        lambda name, previous, earlier, data, config, **_: (
            type(previous).fit(data.with_events(data.events.chosen([0])), config, rng=None)
            if name == "ease"
            else previous
        ),
    )
    update()
    assert selectors.live_version() == before.name


def test_update_without_a_gate_answers(tribes, settings_with):
    settings_with(training={"gate": "off"}, serving={"refresh_seconds": 0})
    services.train(models=EASE)
    bring(10, "new")
    card = selectors.version_by_name(name=update()["version"])
    assert (card.stage, dict(card.verdict)) == (Stage.LIVE, {})


def test_update_without_new_events_is_skipped_and_says_why(tribes):
    assert "no version is live" in why_skipped()
    version = services.train(models=EASE)
    assert f"since version {version.name} was made" in why_skipped()


def test_update_after_an_erasure_leaves_it_to_the_training(tribes):
    services.train(models=EASE)
    bring(3, "new")
    erase_user(user_id="u05")
    assert "somebody was forgotten" in why_skipped()


def test_training_after_an_update_is_not_skipped(tribes):
    services.train(models=EASE)
    bring(3, "new")
    update()
    services.skip_unless_new()  # what the update left out, and what is chosen anew
    services.train(models=EASE)
    with pytest.raises(JobSkipped):
        services.skip_unless_new()


def test_update_keeps_the_vector_indexes(tribes):
    services.train(models={"ials": {"factors": 4, "iterations": 2}}, evaluate=False)
    give_index()
    bring(4, "new")
    version = opened(update()["version"])
    assert version.indexes == ("ials",)
    assert version.index("ials").count() == 13
    assert version.pipelines["ials"]["sources"][0]["kind"] == "indexed"


def test_updates_push_no_training_out_of_the_registry(tribes, settings_with):
    settings_with(training={"keep_versions": 2}, serving={"refresh_seconds": 0})
    first = services.train(models=EASE)
    names = []
    for hour in range(4):
        bring(3, f"new{hour}", LATER + 1_000 * hour)
        names.append(update()["version"])
    tidy()
    left = set(ModelVersion.objects.values_list("name", flat=True))
    assert left == {first.name, *names[-2:]}


def test_update_is_due_every_hour_and_shares_its_key_with_training(db):
    due = {each.name: each for each in schedules()}[UPDATING]
    assert (due.cron, due.enabled) == ("20 * * * *", True)
