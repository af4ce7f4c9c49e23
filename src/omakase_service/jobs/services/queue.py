"""Enqueue, cancel and retry jobs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from omakase_service.jobs.contracts import OPEN_STATES, JobState
from omakase_service.jobs.handlers import checked_parameters, handler_of
from omakase_service.jobs.models import Job
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.dispatch import dispatch
from omakase_service.jobs.services.worker import recover_lost
from omakase_service.platform.exceptions import Conflict


def enqueue(
    *,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    schedule: str = "",
    run_after: datetime | None = None,
) -> int:
    """Ask for a job; its number. Nothing is done yet.

    Raises:
        Invalid: no such kind, or parameters that it does not take.
    """
    handler = handler_of(kind)
    checked = checked_parameters(handler, parameters or {})
    job = Job.objects.create(
        kind=kind,
        key=handler.key_of(checked),
        parameters=checked.model_dump(mode="json"),
        schedule=schedule,
        run_after=run_after,
    )
    dispatch(job.pk)
    return job.pk


def cancel(*, job_id: int) -> None:
    """Stop a job: at once where it waits, before its next step where it runs.

    Raises:
        NotFound: no such job.
        Conflict: the job is over.
    """
    recover_lost()
    state = job_by_id(job_id=job_id).state
    queued = Job.objects.filter(pk=job_id, state=JobState.QUEUED)
    if queued.update(state=JobState.CANCELLED, finished=timezone.now()):
        return
    if not Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(cancel_requested=True):
        raise Conflict(f"job {job_id} is {state.value}")


def retry(*, job_id: int) -> int:
    """Ask for the same once more; the new job's number.

    Raises:
        NotFound: no such job.
        Conflict: the job is not over, or it succeeded.
    """
    recover_lost()
    card = job_by_id(job_id=job_id)
    if card.state in (*OPEN_STATES, JobState.SUCCEEDED):
        raise Conflict(f"job {job_id} is {card.state.value}")
    return enqueue(kind=card.kind, parameters=card.parameters)
