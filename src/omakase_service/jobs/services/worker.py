"""Do jobs: the oldest first, one at a time for each key, each to its end.

A job whose process ended before it is begun anew, as often as its handler allows.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from omakase_service.jobs.contracts import (
    JobCancelled,
    JobHandler,
    JobSkipped,
    JobState,
    LeaseLost,
)
from omakase_service.jobs.handlers import HANDLERS, checked_parameters, handler_of
from omakase_service.jobs.models import Job
from omakase_service.jobs.services.lease import HeldLease, hold, is_free
from omakase_service.platform.contracts import ProgressCallback, nobody

log = logging.getLogger("omakase.jobs")
LOST = "its process ended"
WAIT_SECONDS = 0.5
"""Between two looks whether a key is free."""


@dataclass(frozen=True)
class WorkerContext:
    """A job at work; satisfies `JobContext`."""

    job_id: int
    lease: HeldLease
    listener: ProgressCallback = nobody

    def progress(self, done: int, total: int, step: str) -> None:
        """Write a step into the job's row and log; stop where that was asked for."""
        line = f"{timezone.now():%H:%M:%S} {step}\n"
        row = Job.objects.filter(pk=self.job_id, token=self.lease.token)
        log_text = Concat(F("log"), Value(line))
        if not row.update(done=done, total=total, step=step[:200], log=log_text):
            raise LeaseLost(f"job {self.job_id} is another worker's now")
        self.listener(done, total, step)
        if row.filter(cancel_requested=True).exists():
            raise JobCancelled

    def note(self, step: str) -> None:
        """Write a step into the job's row and log, its numbers as they were."""
        numbers = Job.objects.values_list("done", "total").get(pk=self.job_id)
        self.progress(*numbers, step)

    def assert_lease(self) -> None:
        """Raise where another worker may have begun the job anew."""
        self.lease.check()


def run_next(
    listener: ProgressCallback = nobody, *, kind: str | None = None, heavy: bool | None = None
) -> int | None:
    """Do the oldest queued job to its end; its number, None where none can be done now.

    Args:
        listener: hears every step.
        kind: of this kind alone.
        heavy: heavy ones alone, or light ones alone; None: any.
    """
    for job_id, job_kind, key in ready_jobs(kind, heavy):
        handler = handler_of(job_kind)
        with hold(key) as lease:
            if lease is not None:
                _end_lost(key)
                if _take(job_id, lease):
                    _execute(WorkerContext(job_id, lease, listener), handler)
                    return job_id
    return None


def run_now(
    *,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    listener: ProgressCallback = nobody,
) -> int:
    """Do a job here, as soon as its key is free; its number. What goes wrong is raised.

    Raises:
        Invalid: no such kind, or parameters that it does not take.
    """
    handler = handler_of(kind)
    checked = checked_parameters(handler, parameters or {})
    key = handler.key_of(checked)
    with _waiting_for(key, listener) as lease:
        job = Job.objects.create(
            kind=kind,
            key=key,
            foreground=True,
            parameters=checked.model_dump(mode="json"),
            attempts=1,
            state=JobState.RUNNING,
            token=lease.token,
            started=timezone.now(),
        )
        _execute(WorkerContext(job.pk, lease, listener), handler, reraise=True)
    return job.pk


@contextmanager
def alone(key: str, listener: ProgressCallback = nobody) -> Iterator[HeldLease]:
    """Hold a key, however long another holds it first, for work that is no job."""
    with _waiting_for(key, listener) as lease:
        yield lease


def recover_lost() -> None:
    """Begin anew, or end, jobs whose worker is gone. Reads alone where none is."""
    running = Job.objects.filter(state=JobState.RUNNING)
    for key in filter(is_free, set(running.values_list("key", flat=True))):
        with hold(key) as lease:
            if lease is not None:
                _end_lost(key)


def is_job_ready(*, heavy: bool | None = None) -> bool:
    """Whether a queued job could be begun now, its key being free."""
    return any(is_free(key) for _, _, key in ready_jobs(None, heavy))


def ready_jobs(kind: str | None, heavy: bool | None) -> list[tuple[int, str, str]]:
    due = Q(run_after=None) | Q(run_after__lte=timezone.now())
    queued = Job.objects.filter(due, state=JobState.QUEUED).order_by("pk")
    kinds = [
        handler.kind
        for _, handler in HANDLERS.items()
        if kind in (None, handler.kind) and heavy in (None, handler.heavy)
    ]
    return list(queued.filter(kind__in=kinds).values_list("pk", "kind", "key"))


@contextmanager
def _waiting_for(key: str, listener: ProgressCallback) -> Iterator[HeldLease]:
    announced = False
    while True:
        with hold(key) as lease:
            if lease is not None:
                _end_lost(key)
                yield lease
                return
        if not announced:
            listener(0, 1, f"waiting for another job ({key}) to end")
        announced = True
        time.sleep(WAIT_SECONDS)


def _take(job_id: int, lease: HeldLease) -> bool:
    """Take a job: one statement, because somebody may cancel it meanwhile."""
    queued = Job.objects.filter(pk=job_id, state=JobState.QUEUED)
    claimed = queued.update(
        state=JobState.RUNNING,
        started=timezone.now(),
        token=lease.token,
        attempts=F("attempts") + 1,
    )
    return claimed == 1


def _end_lost(key: str) -> None:
    """End or requeue what ran under a key that this process holds and has not begun to use."""
    for job in Job.objects.filter(key=key, state=JobState.RUNNING):
        handler = HANDLERS.get(job.kind)
        again = handler is not None and not job.foreground and job.attempts < handler.attempts
        state = JobState.QUEUED if again and not job.cancel_requested else JobState.FAILED
        finished = None if state is JobState.QUEUED else timezone.now()
        note = "" if state is JobState.QUEUED else LOST
        line = f"{timezone.now():%H:%M:%S} {LOST}\n"
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, token=job.token).update(
            state=state, finished=finished, note=note, token="", log=Concat(F("log"), Value(line))
        )
        log.warning("job %s (%s) was lost: %s; now %s", job.pk, job.kind, LOST, state.value)


def _execute(context: WorkerContext, handler: JobHandler, *, reraise: bool = False) -> None:
    """Do a job that is ours to its end. What goes wrong is written into it, or also raised."""
    stored = Job.objects.values_list("parameters", flat=True).get(pk=context.job_id)
    try:
        parameters = checked_parameters(handler, stored)
        outcome = handler.run(context, parameters) or {}
        _finish(context, JobState.SUCCEEDED, result=dict(outcome))
    except JobCancelled:
        _finish(context, JobState.CANCELLED)
    except JobSkipped as skipped:
        _finish(context, JobState.SKIPPED, note=str(skipped))
    except LeaseLost as lost:
        log.warning("job %s: %s; what it did is left to its new worker", context.job_id, lost)
        if reraise:
            raise
    except Exception as error:
        log.exception("job %s (%s) failed", context.job_id, handler.kind)
        _finish(context, JobState.FAILED, note=f"{type(error).__name__}: {error}")
        if reraise:
            raise


def _finish(context: WorkerContext, state: JobState, **fields: Any) -> None:
    job_rows = Job.objects.filter(
        pk=context.job_id, state=JobState.RUNNING, token=context.lease.token
    )
    job_rows.update(state=state, finished=timezone.now(), **fields)
