"""A run whose process was killed goes on from where it had come to."""

import pytest

from omakase_service.events.services import record
from omakase_service.jobs.models import Job, Lease, Schedule
from omakase_service.jobs.services import scheduling, worker
from omakase_service.training import selectors, services
from omakase_service.training.contracts import TRAINING, UPDATING, Stage
from omakase_service.training.models import ModelVersion

pytestmark = pytest.mark.django_db
EASE = {"ease": {"l2": 1.0}}


class Killed(BaseException):
    """What a process does not survive."""


def begun_anew(job_id: int) -> None:
    """The run is taken by another worker, as after a kill."""
    Job.objects.filter(pk=job_id).update(state="queued", token="", foreground=False)
    Lease.objects.all().delete()
    assert worker.run_next() == job_id


def train() -> None:
    services.train(models=EASE, evaluate=False)


def interrupted(monkeypatch, place: str, run=train, kind: str = TRAINING) -> int:
    """A run that is killed where it would call `place`; its number."""

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(services, place, killed)
        with pytest.raises(Killed):
            run()
    return Job.objects.filter(kind=kind).order_by("-pk").values_list("pk", flat=True)[0]


@pytest.mark.parametrize("place", ["gate_version", "tidy_quietly"])
def test_run_that_had_entered_its_version_makes_no_second_one(tribes, monkeypatch, place):
    job_id = interrupted(monkeypatch, place)
    entered = selectors.version_of_run(job_id=job_id)
    begun_anew(job_id)
    assert [each.name for each in selectors.versions()] == [entered.name]
    after = selectors.version_by_name(name=entered.name)
    assert (after.stage, after.verdict["basis"]) == (Stage.LIVE, "first")
    assert Job.objects.get(pk=job_id).result == {"version": entered.name}


def test_run_killed_before_its_version_was_entered_makes_one(tribes, monkeypatch):
    job_id = interrupted(monkeypatch, "register_version")
    assert selectors.version_of_run(job_id=job_id) is None
    begun_anew(job_id)
    assert selectors.version_of_run(job_id=job_id).stage is Stage.LIVE
    assert ModelVersion.objects.count() == 1


def test_update_that_had_entered_its_version_makes_no_second_one(tribes, monkeypatch):
    train()
    record(events=[{"user_id": "u00", "item_id": "new", "type": "purchase"}])
    job_id = interrupted(
        monkeypatch, "gate_update", lambda: worker.run_now(kind=UPDATING), UPDATING
    )
    entered = selectors.version_of_run(job_id=job_id)
    assert entered.stage is Stage.CANDIDATE
    begun_anew(job_id)
    assert (ModelVersion.objects.count(), selectors.live_version()) == (2, entered.name)


def test_schedule_whose_worker_is_killed_before_it_enqueued_is_due_still(tribes, monkeypatch):
    scheduling.save_schedule(name="often", kind=TRAINING, cron="* * * * *")
    Schedule.objects.exclude(name="often").update(enabled=False)
    row = Schedule.objects.get(name="often")

    def killed(**_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(scheduling, "enqueue", killed)
        with pytest.raises(Killed):
            scheduling.tick(now=row.next_run)
    assert Schedule.objects.get(name="often").next_run == row.next_run
    assert len(scheduling.tick(now=row.next_run)) == 1
