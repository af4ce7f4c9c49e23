"""A run goes one way; a version becomes live and goes back. Nothing is trained here."""

from datetime import timedelta

import pytest
from django.utils import timezone

from omakase_service.platform.refusals import Conflict, NotFound
from omakase_service.training import engine, selectors, services
from omakase_service.training.contracts import Built, Plan, Stage, State, VersionCard
from omakase_service.training.models import ModelVersion, Run

pytestmark = pytest.mark.django_db
OVER = [State.SUCCEEDED, State.FAILED, State.CANCELLED]


def run_in(state: State) -> int:
    plan = engine.plan_of({"ease": {}}, evaluate=False)
    return Run.objects.create(plan=plan.as_dict(), state=state).pk


def state_of(run_id: int) -> State:
    return selectors.run_numbered(run_id=run_id).state


def version(name: str, stage: Stage = Stage.CANDIDATE, **more) -> ModelVersion:
    return ModelVersion.objects.create(name=name, stage=stage, best="ease", path=name, **more)


def stages() -> dict[str, str]:
    return dict(ModelVersion.objects.values_list("name", "stage"))


@pytest.fixture
def built(monkeypatch):
    """Training that ends at once, in a version of the next number."""
    made = []

    def build(*, plan: Plan, hears, **rest) -> Built:
        hears(0, 1, "training ease")
        made.append(plan)
        measures = {"ease": {"ndcg@10": 0.5}, "popular": {}}
        return Built(f"v{len(made)}", "ease", measures, {"winner": "ease"}, {"events": 3}, "d", 9)

    monkeypatch.setattr(engine, "build", build)
    return made


@pytest.mark.parametrize("state", OVER)
def test_what_is_over_stays_over(built, state):
    run_id = run_in(state)
    with pytest.raises(Conflict, match=state.value):
        services.execute_run(run_id=run_id)
    with pytest.raises(Conflict, match=state.value):
        services.cancel_run(run_id=run_id)
    assert services.claim_run() is None
    assert state_of(run_id) is state
    assert built == []


@pytest.mark.parametrize("do", [services.execute_run, services.cancel_run])
def test_a_run_that_does_not_exist(do):
    with pytest.raises(NotFound, match="no run 7"):
        do(run_id=7)


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_what_waits_or_is_claimed_is_done_once(built, state):
    run_id = run_in(state)
    services.execute_run(run_id=run_id)
    assert state_of(run_id) is State.SUCCEEDED
    assert len(built) == 1


def test_the_oldest_waiting_run_is_claimed_first():
    run_in(State.FAILED)
    first, second = run_in(State.QUEUED), run_in(State.QUEUED)
    assert services.claim_run() == first
    run = selectors.run_numbered(run_id=first)
    assert run.state is State.RUNNING
    assert run.started is not None
    assert services.claim_run() == second
    assert services.claim_run() is None


def test_who_comes_second_does_not_get_the_run(monkeypatch):
    run_id = run_in(State.QUEUED)
    take = services._take

    def beaten(asked: int) -> bool:
        assert take(asked)
        return take(asked)

    monkeypatch.setattr(services, "_take", beaten)
    assert services.claim_run() is None
    assert state_of(run_id) is State.RUNNING


def test_a_waiting_run_is_cancelled_with_its_end():
    run_id = run_in(State.QUEUED)
    services.cancel_run(run_id=run_id)
    run = selectors.run_numbered(run_id=run_id)
    assert run.state is State.CANCELLED
    assert run.started is None
    assert run.finished is not None


def test_a_running_run_is_only_asked_to_stop():
    run_id = run_in(State.RUNNING)
    services.cancel_run(run_id=run_id)
    assert state_of(run_id) is State.RUNNING
    assert Run.objects.get().cancel_asked


def test_who_was_asked_to_stop_leaves_no_version(built):
    run_id = run_in(State.RUNNING)
    services.cancel_run(run_id=run_id)
    services.execute_run(run_id=run_id)
    assert state_of(run_id) is State.CANCELLED
    assert not ModelVersion.objects.exists()


def test_a_crash_is_kept_as_its_kind_and_words(monkeypatch):
    def crash(**asked):
        raise ZeroDivisionError("no people")

    monkeypatch.setattr(engine, "build", crash)
    run_id = run_in(State.QUEUED)
    services.execute_run(run_id=run_id)
    run = selectors.run_numbered(run_id=run_id)
    assert (run.state, run.error) == (State.FAILED, "ZeroDivisionError: no people")
    assert run.version is None
    with pytest.raises(ZeroDivisionError):
        services.execute_run(run_id=run_in(State.QUEUED), reraise=True)


def test_every_step_is_a_line_of_the_log(built):
    heard = []
    run_id = run_in(State.QUEUED)
    services.execute_run(run_id=run_id, progress=lambda *step: heard.append(step))
    assert heard[-1] == (0, 1, "training ease")
    assert Run.objects.get().log.endswith("training ease\n")


def test_a_version_keeps_all_that_was_built(built):
    run_id = run_in(State.QUEUED)
    services.execute_run(run_id=run_id)
    assert selectors.run_numbered(run_id=run_id).version == "v1"
    card = selectors.version_named(name="v1")
    assert (card.stage, card.best, card.metrics) == (Stage.CANDIDATE, "ease", {"ndcg@10": 0.5})
    assert (card.window, card.table) == ({"events": 3}, {"winner": "ease"})
    row = ModelVersion.objects.get()
    assert (row.digest, row.size_bytes) == ("d", 9)


def test_a_plan_comes_through_the_table_as_it_was(built):
    run_id = services.start_run(models={"ease": {"l2": 3.0}}, evaluate=False)
    services.execute_run(run_id=run_id)
    assert built[0].models == {"ease": {"l2": 3.0}}
    assert built[0].evaluate is False
    assert built[0].as_dict() == selectors.run_numbered(run_id=run_id).plan


@pytest.mark.parametrize("promote", [True, False])
def test_training_promotes_where_asked(built, promote):
    card = services.train(models={"ease": {}}, evaluate=False, promote=promote)
    assert card.stage is (Stage.LIVE if promote else Stage.CANDIDATE)
    assert selectors.live_version() == ("v1" if promote else None)


def test_promotions_leave_one_live_at_a_time():
    for name in "abc":
        version(name)
    for name in "abcab":
        assert services.promote_version(name=name).name == name
        live = [each for each, stage in stages().items() if stage == Stage.LIVE]
        assert live == [name] == [selectors.live_version()]
    assert stages() == {"a": Stage.RETIRED, "b": Stage.LIVE, "c": Stage.RETIRED}


def test_a_promotion_of_nothing_leaves_the_live_one():
    version("a", Stage.LIVE)
    with pytest.raises(NotFound, match="'b'"):
        services.promote_version(name="b")
    assert stages() == {"a": Stage.LIVE}


def test_times_tell_what_became_of_a_version():
    version("a")
    version("b")
    services.promote_version(name="a")
    services.promote_version(name="b")
    old, new = (ModelVersion.objects.get(name=name) for name in "ab")
    assert old.promoted <= old.retired <= new.promoted
    assert new.retired is None
    services.roll_back()
    old.refresh_from_db()
    assert old.retired is None


def test_roll_back_takes_the_one_that_retired_last():
    now = timezone.now()
    for name, hours in (("a", 3), ("b", 1), ("c", 2)):
        moment = now - timedelta(hours=hours)
        version(name, Stage.RETIRED, promoted=moment, retired=moment)
    version("d", Stage.LIVE, promoted=now)
    assert services.roll_back().name == "b"
    assert services.roll_back().name == "d"


@pytest.mark.parametrize("stage", [Stage.CANDIDATE, Stage.RETIRED])
def test_what_never_answered_is_not_rolled_back_to(stage):
    version("a", stage)
    version("b", Stage.LIVE)
    with pytest.raises(Conflict):
        services.roll_back()
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
