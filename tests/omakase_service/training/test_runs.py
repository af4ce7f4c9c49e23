"""A run goes one way; a version becomes live and goes back. Nothing is trained here."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone

from omakase.artifacts.folder import UNFINISHED
from omakase_service.jobs.contracts import JobState as State
from omakase_service.jobs.models import Job
from omakase_service.jobs.services import worker
from omakase_service.jobs.services.lease import hold, is_free
from omakase_service.jobs.services.worker import recover_lost, run_next
from omakase_service.platform.exceptions import Conflict, NotFound
from omakase_service.training import engine, selectors, services, versions
from omakase_service.training.contracts import BuiltVersion, Stage, TrainingPlan, VersionCard
from omakase_service.training.models import ModelVersion

pytestmark = pytest.mark.django_db
OVER = [State.SUCCEEDED, State.FAILED, State.CANCELLED]


def run_in(state: State) -> int:
    plan = engine.plan_of({"ease": {}}, evaluate=False)
    attempts = 3 if state is State.RUNNING else 0  # its last: who is lost now has failed
    fields = {"kind": "train", "key": "train", "attempts": attempts}
    return Job.objects.create(parameters=plan.as_dict(), state=state, **fields).pk


def state_of(run_id: int) -> State:
    return selectors.run_by_id(run_id=run_id).state


def version(name: str, stage: Stage = Stage.CANDIDATE, **more) -> ModelVersion:
    return ModelVersion.objects.create(name=name, stage=stage, best="ease", path=name, **more)


def stages() -> dict[str, str]:
    return dict(ModelVersion.objects.values_list("name", "stage"))


@pytest.fixture
def built(monkeypatch):
    """Training that ends at once, in a version of the next number."""
    made = []

    def build(*, plan: TrainingPlan, hears, **rest) -> BuiltVersion:
        hears(0, 1, "training ease")
        made.append(plan)
        measures = {"ease": {"ndcg@10": 0.5}, "popular": {}}
        return BuiltVersion(
            f"v{len(made)}", "ease", measures, {"winner": "ease"}, {"events": 3}, "d", 9
        )

    monkeypatch.setattr(engine, "build", build)
    return made


@pytest.mark.parametrize("state", OVER)
def test_what_is_over_stays_over(built, state):
    run_id = run_in(state)
    with pytest.raises(Conflict, match=state.value):
        services.cancel_run(run_id=run_id)
    assert run_next() is None
    assert state_of(run_id) is state
    assert built == []


@pytest.mark.parametrize("do", [services.retry_run, services.cancel_run])
def test_a_run_that_does_not_exist(do):
    with pytest.raises(NotFound, match="no run 7"):
        do(run_id=7)


def test_the_oldest_waiting_run_is_done_first(built):
    run_in(State.FAILED)
    first, second = run_in(State.QUEUED), run_in(State.QUEUED)
    assert run_next() == first
    run = selectors.run_by_id(run_id=first)
    assert run.state is State.SUCCEEDED
    assert run.created <= run.started <= run.finished
    assert state_of(second) is State.QUEUED
    assert run_next() == second
    assert run_next() is None
    assert len(built) == 2


def test_what_is_cancelled_in_the_last_moment_is_not_done(built, monkeypatch):
    first, second = run_in(State.QUEUED), run_in(State.QUEUED)
    ready = worker.ready_jobs

    def beaten(*asked):
        rows = ready(*asked)
        services.cancel_run(run_id=first)
        return rows

    monkeypatch.setattr(worker, "ready_jobs", beaten)
    assert run_next() == second
    assert state_of(first) is State.CANCELLED
    assert len(built) == 1


def test_one_trains_at_a_time(built):
    waiting = run_in(State.QUEUED)
    with hold("train") as mine:
        assert mine
        assert not is_free("train")
        assert run_next() is None
        assert state_of(waiting) is State.QUEUED
    assert is_free("train")
    assert run_next() == waiting


def test_a_command_waits_for_its_turn_and_says_so_once(built, monkeypatch):
    """The other training ends while the command looks for the third time."""
    heard, looks = [], []
    with ExitStack() as other:
        assert other.enter_context(hold("train"))

        def look(seconds: float) -> None:
            looks.append(seconds)
            if len(looks) == 3:
                other.close()

        monkeypatch.setattr(worker.time, "sleep", look)
        card = services.train(
            models={"ease": {}}, evaluate=False, progress=lambda *step: heard.append(step[-1])
        )
    assert len(looks) == 3
    assert heard.count("waiting for another job (train) to end") == 1
    assert heard[0] == "waiting for another job (train) to end"
    assert card.name == "v1"


def test_a_run_whose_process_was_killed_has_failed_and_can_be_asked_for_again(built):
    run_id = run_in(State.RUNNING)
    with hold("train"):
        recover_lost()
        assert state_of(run_id) is State.RUNNING
        with pytest.raises(Conflict, match="running"):
            services.retry_run(run_id=run_id)
    recover_lost()
    run = selectors.run_by_id(run_id=run_id)
    assert (run.state, run.error) == (State.FAILED, "its process ended")
    assert run.finished is not None
    again = services.retry_run(run_id=run_id)
    assert run.plan.items() <= selectors.run_by_id(run_id=again).plan.items()
    assert run_next() == again
    assert state_of(again) is State.SUCCEEDED
    assert state_of(run_id) is State.FAILED


@pytest.mark.parametrize("path", ["status", "runs/{}", "runs/{}/cancel", "runs/{}/retry"])
def test_whoever_looks_sees_that_a_run_is_lost(api, post, path):
    run_id = run_in(State.RUNNING)
    address = f"/api/models/{path.format(run_id)}"
    answer = post(address, {}) if path.endswith(("cancel", "retry")) else api.get(address)
    assert answer.status_code == {"cancel": 409, "retry": 202}.get(path.split("/")[-1], 200)
    assert state_of(run_id) is State.FAILED


def test_a_lost_run_is_noticed_by_the_next_one(built):
    lost, waiting = run_in(State.RUNNING), run_in(State.QUEUED)
    assert run_next() == waiting
    assert (state_of(lost), state_of(waiting)) == (State.FAILED, State.SUCCEEDED)


@pytest.mark.parametrize("state", [State.QUEUED, State.SUCCEEDED])
def test_only_what_went_wrong_is_asked_for_again(state):
    run_id = run_in(state)
    with pytest.raises(Conflict, match=state.value):
        services.retry_run(run_id=run_id)
    assert Job.objects.count() == 1


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_what_went_wrong_is_asked_for_again_over_http(post, state):
    run_id = run_in(state)
    again = post(f"/api/models/runs/{run_id}/retry", {})
    assert again.status_code == 202
    assert again.json()["state"] == "queued"
    assert again.json()["id"] > run_id
    assert state_of(run_id) is state


def test_old_versions_and_what_a_killed_process_left_go_after_a_training(tribes, settings_with):
    settings_with(training={"keep_versions": 2})
    names = [services.train(models={"popular": {}}, evaluate=False).name for _ in range(2)]
    left = services.versions_folder() / f"{UNFINISHED}dead"
    left.mkdir()
    names.append(services.train(models={"popular": {}}, evaluate=False).name)
    assert {path.name for path in services.versions_folder().iterdir()} == set(names[1:])
    assert {card.name for card in selectors.versions()} == set(names[1:])


def test_old_versions_that_cannot_go_are_no_failure(built, monkeypatch):
    def refuse(**asked):
        raise PermissionError("in use")

    monkeypatch.setattr(engine, "delete", refuse)
    assert services.train(models={"ease": {}}, evaluate=False).stage is Stage.LIVE


def test_a_waiting_run_is_cancelled_with_its_end():
    run_id = run_in(State.QUEUED)
    services.cancel_run(run_id=run_id)
    run = selectors.run_by_id(run_id=run_id)
    assert run.state is State.CANCELLED
    assert run.started is None
    assert run.finished is not None


def test_a_running_run_is_only_asked_to_stop():
    run_id = run_in(State.RUNNING)
    with hold("train"):
        services.cancel_run(run_id=run_id)
    assert state_of(run_id) is State.RUNNING
    assert Job.objects.get().cancel_requested


def test_who_was_asked_to_stop_leaves_no_version(built, monkeypatch):
    run_id = run_in(State.QUEUED)
    engine_build = engine.build

    def build(**asked):
        services.cancel_run(run_id=run_id)
        return engine_build(**asked)

    monkeypatch.setattr(engine, "build", build)
    assert run_next() == run_id
    assert state_of(run_id) is State.CANCELLED
    assert not ModelVersion.objects.exists()


def test_a_crash_is_kept_as_its_kind_and_words(monkeypatch):
    def crash(**asked):
        raise ZeroDivisionError("no people")

    monkeypatch.setattr(engine, "build", crash)
    run_id = run_in(State.QUEUED)
    assert run_next() == run_id
    run = selectors.run_by_id(run_id=run_id)
    assert (run.state, run.error) == (State.FAILED, "ZeroDivisionError: no people")
    assert run.version is None
    with pytest.raises(ZeroDivisionError):
        services.train(models={"ease": {}}, evaluate=False)
    assert Job.objects.latest("pk").state == State.FAILED


def test_every_step_is_a_line_of_the_log(built):
    heard = []
    run_in(State.QUEUED)
    run_next(lambda *step: heard.append(step))
    assert (0, 1, "training ease") in heard
    assert "training ease\n" in Job.objects.get().log


def test_a_version_keeps_all_that_was_built(built):
    run_id = run_in(State.QUEUED)
    run_next()
    assert selectors.run_by_id(run_id=run_id).version == "v1"
    card = selectors.version_by_name(name="v1")
    assert (card.stage, card.best, card.metrics) == (Stage.LIVE, "ease", {"ndcg@10": 0.5})
    assert (card.window, card.table) == (
        {"events": 3, "sequence": 0, "catalog": 0, "erasures": 0},
        {"winner": "ease"},
    )
    row = ModelVersion.objects.get()
    assert (row.digest, row.size_bytes) == ("d", 9)


def test_a_plan_comes_through_the_table_as_it_was(built):
    run_id = services.start_run(models={"ease": {"l2": 3.0}}, evaluate=False)
    run_next()
    assert built[0].models == {"ease": {"l2": 3.0}}
    assert built[0].evaluate is False
    stored = selectors.run_by_id(run_id=run_id).plan
    assert stored == {**built[0].as_dict(), "promote": "never"}


@pytest.mark.parametrize("promote", [True, False])
def test_training_promotes_where_asked(built, promote):
    card = services.train(models={"ease": {}}, evaluate=False, promote=promote)
    assert card.stage is (Stage.LIVE if promote else Stage.CANDIDATE)
    assert selectors.live_version() == ("v1" if promote else None)


def test_promotions_leave_one_live_at_a_time():
    for name in "abc":
        version(name)
    for name in "abcab":
        assert versions.promote_version(name=name).name == name
        live = [each for each, stage in stages().items() if stage == Stage.LIVE]
        assert live == [name] == [selectors.live_version()]
    assert stages() == {"a": Stage.RETIRED, "b": Stage.LIVE, "c": Stage.RETIRED}


def test_a_promotion_of_nothing_leaves_the_live_one():
    version("a", Stage.LIVE)
    with pytest.raises(NotFound, match="'b'"):
        versions.promote_version(name="b")
    assert stages() == {"a": Stage.LIVE}


def test_times_tell_what_became_of_a_version():
    version("a")
    version("b")
    versions.promote_version(name="a")
    versions.promote_version(name="b")
    old, new = (ModelVersion.objects.get(name=name) for name in "ab")
    assert old.promoted <= old.retired <= new.promoted
    assert new.retired is None
    versions.roll_back()
    old.refresh_from_db()
    assert old.retired is None


def test_roll_back_takes_the_one_that_retired_last():
    now = timezone.now()
    for name, hours in (("a", 3), ("b", 1), ("c", 2)):
        moment = now - timedelta(hours=hours)
        version(name, Stage.RETIRED, promoted=moment, retired=moment)
    version("d", Stage.LIVE, promoted=now)
    assert versions.roll_back().name == "b"
    assert versions.roll_back().name == "d"


@pytest.mark.parametrize("stage", [Stage.CANDIDATE, Stage.RETIRED])
def test_what_never_answered_is_not_rolled_back_to(stage):
    version("a", stage)
    version("b", Stage.LIVE)
    with pytest.raises(Conflict):
        versions.roll_back()
    assert stages() == {"a": stage, "b": Stage.LIVE}


def test_versions_and_runs_are_newest_first():
    for name in "abc":
        version(name)
    assert [card.name for card in selectors.versions()] == ["c", "b", "a"]
    numbers = [run_in(State.QUEUED) for _ in range(25)]
    assert [run.id for run in selectors.runs()] == numbers[:4:-1]
    assert [run.id for run in selectors.runs(limit=2)] == numbers[:-3:-1]


def test_a_card_has_the_figures_of_its_best_model():
    models = {"ease": {"ndcg@10": 0.5}}
    rest = {"name": "a", "stage": Stage.LIVE, "models": models, "window": {}, "promoted": None}
    made = timezone.now()
    assert VersionCard(best="ease", created=made, **rest).metrics == {"ndcg@10": 0.5}
    assert VersionCard(best="popular", created=made, **rest).metrics == {}


@pytest.mark.parametrize("state", OVER)
def test_cancelling_what_is_over_is_a_conflict_of_the_api(post, state):
    response = post(f"/api/models/runs/{run_in(state)}/cancel", {})
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert response.headers["x-request-id"] == response.json()["request_id"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("runs/7/cancel", 404, "not_found"),
        ("nothing/promote", 404, "not_found"),
        ("rollback", 409, "conflict"),
    ],
)
def test_what_the_api_cannot_do(post, path, status, code):
    response = post(f"/api/models/{path}", {})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"
