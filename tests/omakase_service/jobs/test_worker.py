"""Jobs are done once each, oldest first, one at a time for a key, whatever dies meanwhile."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from omakase_service.jobs import selectors
from omakase_service.jobs.contracts import JobCancelled, JobSkipped, JobState, LeaseLost
from omakase_service.jobs.models import Job, Lease
from omakase_service.jobs.services import lease, queue, worker
from omakase_service.platform.exceptions import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db
OVER = (JobState.SUCCEEDED, JobState.SKIPPED, JobState.FAILED, JobState.CANCELLED)


def state_of(job_id: int) -> JobState:
    return selectors.job_by_id(job_id=job_id).state


def test_run_next_oldest_job_first_and_its_result_is_kept(handler):
    handler(lambda context, work: {"copied": work.name})
    first = queue.enqueue(kind="copy", parameters={"name": "one"})
    second = queue.enqueue(kind="copy", parameters={"name": "two"})
    assert worker.run_next() == first
    card = selectors.job_by_id(job_id=first)
    assert (card.state, card.result, card.attempts) == (JobState.SUCCEEDED, {"copied": "one"}, 1)
    assert card.created <= card.started <= card.finished
    assert state_of(second) is JobState.QUEUED
    assert worker.run_next() == second
    assert worker.run_next() is None


def test_run_next_progress_is_written_and_heard(handler):
    def run(context, work):
        for step in range(work.steps):
            context.progress(step, work.steps, f"file {step}")

    handler(run)
    heard = []
    job_id = queue.enqueue(kind="copy", parameters={"steps": 2})
    worker.run_next(lambda *step: heard.append(step))
    card = selectors.job_by_id(job_id=job_id)
    assert (card.done, card.total, card.step) == (1, 2, "file 1")
    assert [line.partition(" ")[2] for line in card.log.splitlines()] == ["file 0", "file 1"]
    assert heard == [(0, 2, "file 0"), (1, 2, "file 1")]


@pytest.mark.parametrize(
    ("raised", "state", "note"),
    [
        (ValueError("no such file"), JobState.FAILED, "ValueError: no such file"),
        (JobSkipped("nothing is new"), JobState.SKIPPED, "nothing is new"),
        (JobCancelled(), JobState.CANCELLED, ""),
    ],
)
def test_run_next_handler_that_raises_ends_the_job_with_a_note(handler, raised, state, note):
    def run(context, work):
        raise raised

    handler(run)
    job_id = queue.enqueue(kind="copy")
    worker.run_next()
    card = selectors.job_by_id(job_id=job_id)
    assert (card.state, card.note) == (state, note)


def test_run_now_failure_is_raised_and_written(handler):
    def run(context, work):
        raise ValueError("no such file")

    handler(run)
    with pytest.raises(ValueError, match="no such file"):
        worker.run_now(kind="copy")
    assert selectors.jobs()[0].state is JobState.FAILED


def test_cancel_queued_job_is_never_begun(handler):
    handler(lambda context, work: {})
    job_id = queue.enqueue(kind="copy")
    queue.cancel(job_id=job_id)
    assert worker.run_next() is None
    assert state_of(job_id) is JobState.CANCELLED


def test_cancel_running_job_stops_before_its_next_step(handler):
    steps = []

    def run(context, work):
        for step in range(3):
            context.progress(step, 3, "step")
            steps.append(step)
            Job.objects.filter(pk=context.job_id).update(cancel_requested=True)

    handler(run)
    job_id = queue.enqueue(kind="copy")
    worker.run_next()
    assert steps == [0]
    assert state_of(job_id) is JobState.CANCELLED


@pytest.mark.parametrize("state", OVER)
def test_cancel_job_that_is_over_is_a_conflict(handler, state):
    handler(lambda context, work: {})
    job = Job.objects.create(kind="copy", key="copy", state=state)
    with pytest.raises(Conflict, match=state.value):
        queue.cancel(job_id=job.pk)


def test_retry_failed_job_is_enqueued_with_the_same_parameters(handler):
    handler(lambda context, work: {})
    job = Job.objects.create(
        kind="copy", key="copy", state=JobState.FAILED, parameters={"name": "b", "steps": 1}
    )
    again = selectors.job_by_id(job_id=queue.retry(job_id=job.pk))
    assert (again.state, again.parameters) == (JobState.QUEUED, {"name": "b", "steps": 1})


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.SUCCEEDED])
def test_retry_job_that_waits_or_succeeded_is_a_conflict(handler, state):
    handler(lambda context, work: {})
    job = Job.objects.create(kind="copy", key="copy", state=state)
    with pytest.raises(Conflict, match=state.value):
        queue.retry(job_id=job.pk)


@pytest.mark.parametrize("ask", [queue.cancel, queue.retry])
def test_unknown_job_is_not_found(ask):
    with pytest.raises(NotFound, match="no job 7"):
        ask(job_id=7)


def test_enqueue_unknown_kind_names_the_nearest(handler):
    handler(lambda context, work: {})
    with pytest.raises(Invalid, match="did you mean 'copy'"):
        queue.enqueue(kind="copie")


def test_enqueue_unknown_parameter_is_refused_with_its_name(handler):
    handler(lambda context, work: {})
    with pytest.raises(Invalid, match="colour"):
        queue.enqueue(kind="copy", parameters={"colour": "red"})


def test_enqueue_job_for_later_is_not_begun_before(handler):
    handler(lambda context, work: {})
    soon = timezone.now() + timedelta(hours=1)
    job_id = queue.enqueue(kind="copy", run_after=soon)
    assert worker.run_next() is None
    Job.objects.filter(pk=job_id).update(run_after=timezone.now() - timedelta(seconds=1))
    assert worker.run_next() == job_id


def test_jobs_of_one_key_wait_for_each_other_and_of_another_do_not(handler):
    handler(lambda context, work: {}, key=lambda work: f"copy {work.name}")
    first = queue.enqueue(kind="copy", parameters={"name": "a"})
    other = queue.enqueue(kind="copy", parameters={"name": "b"})
    with lease.hold("copy a") as mine:
        assert mine
        assert worker.is_job_ready()
        assert worker.run_next() == other
        assert worker.run_next() is None
        assert not worker.is_job_ready()
    assert worker.run_next() == first


def test_run_next_by_weight_takes_heavy_or_light_ones_alone(handler):
    handler(lambda context, work: {}, kind="heavy", heavy=True)
    handler(lambda context, work: {}, kind="light")
    heavy, light = queue.enqueue(kind="heavy"), queue.enqueue(kind="light")
    assert worker.run_next(heavy=False) == light
    assert worker.run_next(heavy=False) is None
    assert worker.run_next(heavy=True) == heavy


def lost(attempts: int, **fields) -> int:
    """A job whose worker is gone: it runs, and nobody holds its key."""
    row = Job.objects.create(
        kind="copy", key="copy", state=JobState.RUNNING, attempts=attempts, token="gone", **fields
    )
    return row.pk


def test_recover_lost_job_is_queued_again_until_its_attempts_are_used(handler):
    handler(lambda context, work: {}, attempts=2)
    once, twice = lost(1), lost(2)
    worker.recover_lost()
    assert state_of(once) is JobState.QUEUED
    card = selectors.job_by_id(job_id=twice)
    assert (card.state, card.note) == (JobState.FAILED, "its process ended")
    assert worker.run_next() == once
    assert selectors.job_by_id(job_id=once).attempts == 2


def test_recover_lost_leaves_a_job_whose_key_is_held(handler):
    handler(lambda context, work: {})
    job_id = lost(1)
    with lease.hold("copy"):
        worker.recover_lost()
        assert state_of(job_id) is JobState.RUNNING


def test_progress_after_another_worker_took_over_ends_the_first(handler):
    """It writes nothing any more: neither progress nor its result."""

    def run(context, work):
        Job.objects.filter(pk=context.job_id).update(token="another")
        with pytest.raises(LeaseLost):
            context.progress(0, 1, "late")
        return {"late": True}

    handler(run)
    job_id = queue.enqueue(kind="copy")
    worker.run_next()
    card = selectors.job_by_id(job_id=job_id)
    assert (card.state, card.result, card.log) == (JobState.RUNNING, {}, "")


def test_lease_expired_row_of_another_machine_is_taken_over():
    row = Lease.objects.create(
        key="copy", token="t", host="elsewhere", until=timezone.now() + timedelta(seconds=30)
    )
    with lease.hold("copy") as mine:
        assert mine is None
    Lease.objects.filter(pk=row.pk).update(until=timezone.now() - timedelta(seconds=1))
    with lease.hold("copy") as mine:
        assert mine is not None
        mine.check()
    assert lease.is_free("copy")


def test_lease_check_after_loss_raises():
    with lease.hold("copy") as mine:
        Lease.objects.update(token="another")
        with pytest.raises(LeaseLost, match="copy"):
            mine.check()


HOLDER = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from omakase_service.jobs.services import lease
with lease.hold("copy") as mine:
    print(bool(mine), flush=True)
    sys.stdin.read()
"""


@pytest.mark.django_db(transaction=True)
def test_lease_of_a_killed_process_is_free_at_once(tmp_path):
    """Two processes over one database of their own; the first is killed, not asked to stop."""
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "DJANGO_SETTINGS_MODULE": "omakase_service.config.django_settings",
        "OMAKASE_DATA_FOLDER": str(tmp_path / "own"),
        "OMAKASE_DATABASE_URL": "",
    }
    (tmp_path / "own").mkdir()

    def start() -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", HOLDER],
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    with start() as first:
        assert first.stdout.readline() == "True\n"
        with start() as second:
            assert second.stdout.readline() == "False\n"
            second.stdin.close()
        first.kill()
    with start() as third:
        assert third.stdout.readline() == "True\n"
        third.stdin.close()


def test_recover_lost_job_of_a_command_has_failed_and_is_not_begun_anew(handler):
    handler(lambda context, work: {})
    job_id = lost(1, foreground=True)
    worker.recover_lost()
    assert state_of(job_id) is JobState.FAILED
