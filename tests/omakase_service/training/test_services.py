import hashlib
import shutil
from pathlib import Path

import pytest
from django.core.management.color import no_style
from django.db import IntegrityError, connection

from omakase.errors import ConfigError, EmptyData, UnknownName
from omakase_service.events.importing import undo_import
from omakase_service.events.models import Event
from omakase_service.events.services import import_path, record
from omakase_service.jobs.contracts import JobSkipped
from omakase_service.jobs.contracts import JobState as State
from omakase_service.jobs.models import Job
from omakase_service.jobs.services.worker import run_next
from omakase_service.platform.exceptions import Conflict, NotFound
from omakase_service.privacy.services import erase_user
from omakase_service.training import engine, selectors, services, versions
from omakase_service.training.contracts import Stage
from omakase_service.training.engine import snapshots
from omakase_service.training.models import ModelVersion

pytestmark = pytest.mark.django_db
EASE = {"ease": {"l2": 1.0}}


def test_training_leaves_a_live_version_with_its_hash(trained):
    assert trained.stage is Stage.LIVE
    assert trained.best == "ease"
    assert {"ease", "popular"} <= set(trained.models)
    assert trained.window["events"] == 60
    row = ModelVersion.objects.get()
    manifest = Path(row.path) / "manifest.json"
    assert row.digest == hashlib.sha256(manifest.read_bytes()).hexdigest()
    assert row.size_bytes > manifest.stat().st_size


def test_models_are_judged_and_the_best_answers(tribes):
    steps = []
    version = services.train(
        models={"popular": {}, **EASE},
        progress=lambda done, total, step: steps.append((done, step)),
    )
    assert version.best == "ease"
    assert version.metrics["ndcg@10"] > version.models["popular"]["ndcg@10"]
    assert version.table["winner"] == "ease"
    assert [step for _, step in steps][:4] == [
        "exporting events",
        "reading events",
        "judging popular",
        "judging ease",
    ]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert [step for _, step in steps][-2:] == ["done", "judging beside the live version"]


def test_the_same_data_and_seed_give_the_same_models(tribes):
    first, second = (services.train(models=EASE, evaluate=False) for _ in range(2))
    arrays = [
        (services.versions_folder() / v.name / "models" / "ease" / "weights.npy").read_bytes()
        for v in (first, second)
    ]
    assert arrays[0] == arrays[1]
    assert first.name != second.name


def test_a_run_tells_how_it_went(tribes):
    run_id = services.start_run(models=EASE)
    assert selectors.run_by_id(run_id=run_id).state is State.QUEUED
    assert run_next() == run_id
    run = selectors.run_by_id(run_id=run_id)
    assert (run.state, run.step, run.error) == (State.SUCCEEDED, "done", "")
    assert run.done == run.total > 0
    assert run.version == selectors.versions()[0].name
    assert run.created <= run.started <= run.finished
    assert "training ease" in Job.objects.get().log
    assert selectors.versions()[0].stage is Stage.CANDIDATE


def test_a_failure_is_written_down(db, settings_with):
    settings_with()
    run_id = services.start_run(models=EASE)
    run_next()
    run = selectors.run_by_id(run_id=run_id)
    assert run.state is State.FAILED
    assert run.error.startswith("EmptyData: ")
    assert not ModelVersion.objects.exists()
    with pytest.raises(EmptyData):
        services.train(models=EASE)


def test_a_waiting_run_is_cancelled_at_once(tribes):
    run_id = services.start_run(models=EASE)
    services.cancel_run(run_id=run_id)
    assert selectors.run_by_id(run_id=run_id).state is State.CANCELLED
    assert run_next() is None
    with pytest.raises(Conflict):
        services.cancel_run(run_id=run_id)


def test_a_running_run_is_cancelled_before_its_next_step(tribes):
    run_id = services.start_run(models=EASE)

    def stop(done: int, total: int, step: str) -> None:
        if step.startswith("training"):
            services.cancel_run(run_id=run_id)

    run_next(stop)
    run = selectors.run_by_id(run_id=run_id)
    assert run.state is State.CANCELLED
    assert run.done < run.total
    assert not ModelVersion.objects.exists()
    assert not list(services.versions_folder().glob("*"))


@pytest.mark.parametrize(
    ("models", "error"),
    [
        (["eese"], UnknownName),
        ([], ConfigError),
        ({"ease": {"l2": -1}}, ConfigError),
        ({"ease": {"lambda": 1}}, ConfigError),
    ],
)
def test_what_cannot_be_trained_is_refused_before_a_run_exists(db, models, error):
    with pytest.raises(error):
        services.start_run(models=models)
    assert not Job.objects.exists()


def test_promotion_retires_the_one_before(tribes):
    first = services.train(models=EASE, evaluate=False)
    second = services.train(models=EASE, evaluate=False)
    stages = {v.name: v.stage for v in selectors.versions()}
    assert stages == {first.name: Stage.RETIRED, second.name: Stage.LIVE}
    assert selectors.live_version() == second.name


def test_promoting_the_live_one_changes_nothing(trained):
    again = versions.promote_version(name=trained.name)
    assert again.stage is Stage.LIVE
    assert ModelVersion.objects.filter(stage=Stage.LIVE).count() == 1


def test_roll_back_goes_to_the_one_before_and_back_again(tribes):
    first = services.train(models=EASE, evaluate=False)
    second = services.train(models=EASE, evaluate=False)
    assert versions.roll_back().name == first.name
    assert versions.roll_back().name == second.name


def test_there_is_nothing_to_roll_back_to(trained):
    with pytest.raises(Conflict):
        versions.roll_back()


def test_a_candidate_is_no_version_to_roll_back_to(trained):
    services.train(models=EASE, evaluate=False, promote=False)
    with pytest.raises(Conflict):
        versions.roll_back()


def test_promoting_nothing(db):
    with pytest.raises(NotFound):
        versions.promote_version(name="nope")


def test_the_table_itself_allows_one_live_version(db):
    ModelVersion.objects.create(name="a", stage=Stage.LIVE)
    with pytest.raises(IntegrityError):
        ModelVersion.objects.create(name="b", stage=Stage.LIVE)


def test_tidying_keeps_the_newest_and_the_live_one(tribes, settings_with):
    settings_with(training={"keep_versions": 1})
    names = [services.train(models=EASE, evaluate=False, promote=n == 0).name for n in range(3)]
    assert {v.name for v in selectors.versions()} == {names[0], names[2]}
    assert {p.name for p in services.versions_folder().iterdir()} == {names[0], names[2]}


def test_a_session_without_a_user_trains_as_its_own_user(db):
    record(events=[{"session_id": "s", "item_id": "i", "kind": "view", "time": 5}])
    assert list(selectors.training_lines(until=10**9)) == [("session:s", "i", "view", None, 5)]


def test_selectors_ask_once(trained, django_assert_num_queries):
    run_id = Job.objects.get().pk
    for read in (
        selectors.live_version,
        selectors.live_card,
        selectors.versions,
        lambda: selectors.version_by_name(name=trained.name),
        selectors.runs,
        lambda: selectors.run_by_id(run_id=run_id),
    ):
        with django_assert_num_queries(1):
            read()


def test_every_registered_model_has_a_plan():
    for name in engine.model_names():
        assert engine.plan_of([name]).models == {name: {}}


def test_a_second_training_exports_only_what_is_new(tribes, monkeypatch):
    services.train(models=EASE, evaluate=False)
    record(events=[{"user_id": "u00", "item_id": "i00", "kind": "view"}])
    exported = []
    keep = snapshots.write_part

    def write_part(folder, rows):
        exported.extend(rows)
        return keep(folder, exported)

    monkeypatch.setattr(snapshots, "write_part", write_part)
    version = services.train(models=EASE, evaluate=False)
    assert [row[1:4] for row in exported] == [("u00", "i00", "view")]
    assert version.window["events"] == 61


def test_a_snapshot_of_another_store_is_made_anew(tribes):
    services.train(models=EASE, evaluate=False)
    Event.objects.all().delete()
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Event]):
            cursor.execute(sql)
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'omakase_events_event'")
    record(events=[{"user_id": "a", "item_id": "b", "kind": "view"}])
    assert services.train(models={"popular": {}}, evaluate=False).window["events"] == 1


def test_a_version_made_of_another_is_as_good_as_that_one(trained):
    def make(folder):
        shutil.copytree(folder / trained.name, folder / "further")
        return "further"

    card = versions.add_version(like=trained.name, make=make)
    assert (card.name, card.stage, card.best) == ("further", Stage.LIVE, trained.best)
    assert card.models == trained.models and card.window == trained.window
    rows = {row.name: row for row in ModelVersion.objects.all()}
    assert rows[trained.name].stage == Stage.RETIRED
    assert rows["further"].size_bytes == rows[trained.name].size_bytes
    assert versions.roll_back().name == trained.name


def test_a_version_made_of_another_need_not_be_live(trained):
    def make(folder):
        shutil.copytree(folder / trained.name, folder / "further")
        return "further"

    assert versions.add_version(like=trained.name, make=make, promote=False).stage == "candidate"
    assert selectors.live_version() == trained.name


def test_nothing_is_made_of_a_version_that_is_not_there(db):
    with pytest.raises(NotFound):
        versions.add_version(like="nobody", make=lambda folder: "x")


def test_training_after_an_import_was_taken_back_has_forgotten_it(tmp_path, settings_with):
    settings_with()
    imported: list[int] = []
    for name, user in (("wrong", "bad"), ("right", "good")):
        lines = [
            f"{user}{u},i{(u + n) % 9},{1_700_000_000 + 60 * u + n}"
            for u in range(9)
            for n in range(4)
        ]
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(["user_id,item_id,timestamp", *lines]) + "\n")
        imported.append(import_path(path).number)
    first = services.train(models={"popular": {}}, evaluate=False)
    assert first.window["users"] == 18
    with pytest.raises(JobSkipped):
        services.skip_unless_new()
    undo_import(number=imported[0])
    services.skip_unless_new()
    second = services.train(models={"popular": {}}, evaluate=False)
    assert (second.window["users"], second.window["events"]) == (9, 36)


def test_scheduled_training_is_due_when_somebody_was_forgotten(tribes):
    services.train(models=EASE, evaluate=False)
    with pytest.raises(JobSkipped):
        services.skip_unless_new()
    erase_user(user_id="u00")
    services.skip_unless_new()


def test_event_that_is_deleted_by_hand_leaves_the_next_version(tribes, admin_client):
    events = services.train(models=EASE, evaluate=False).window["events"]
    event = Event.objects.order_by("seq").first()
    deletion = {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    admin_client.post("/admin/omakase_events/event/", deletion)
    assert not Event.objects.filter(pk=event.pk).exists()
    assert services.train(models=EASE, evaluate=False).window["events"] == events - 1
