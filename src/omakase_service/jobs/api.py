"""HTTP: jobs and schedules, for administrators."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from omakase_service.jobs import selectors
from omakase_service.jobs.contracts import JobCard, JobState, ScheduleCard
from omakase_service.jobs.handlers import all_handlers
from omakase_service.jobs.services import queue, scheduling
from omakase_service.jobs.services.worker import recover_lost
from omakase_service.platform.access import ADMIN
from omakase_service.platform.strict_schema import Body
from omakase_service.platform.text import Word

jobs = Router(tags=["jobs"], auth=ADMIN)
schedules = Router(tags=["jobs"], auth=ADMIN)


class JobOut(Schema):
    """A job."""

    id: int
    kind: str
    state: str = Field(description="queued, running, succeeded, skipped, failed or cancelled")
    parameters: dict[str, Any]
    result: dict[str, Any] = Field(description="of a job that succeeded")
    done: int = Field(description="steps done")
    total: int = Field(description="steps in all")
    step: str = Field(description="what it is doing")
    note: str = Field(description="why it failed or was skipped")
    schedule: str = Field(description="by which it came; empty where somebody asked for it")
    attempts: int = Field(description="how often it was begun")
    created: datetime
    started: datetime | None
    finished: datetime | None


class JobWithLog(JobOut):
    """A job and its log."""

    log: str = Field(description="a line for each step, with its time (UTC)")


class JobRequest(Body):
    """A job to do."""

    kind: Word = Field(examples=["train"])
    parameters: dict[str, Any] = Field(default={}, examples=[{"models": ["popular", "ease"]}])


class JobKind(Schema):
    """A kind of job, and the JSON Schema of its parameters."""

    kind: str
    title: str
    default_cron: str
    parameters: dict[str, Any]


class ScheduleOut(Schema):
    """A schedule."""

    name: str
    kind: str
    parameters: dict[str, Any]
    cron: str = Field(description="minute hour day month weekday")
    time_zone: str
    enabled: bool
    next_run: datetime | None
    last_run: datetime | None
    last_job: int | None
    note: str = Field(description="what became of the last time, where it made no job")


class ScheduleChange(Body):
    """Fields of a schedule; what is not named stays."""

    kind: Word | None = None
    cron: Word | None = Field(default=None, examples=["0 3 * * *"])
    parameters: dict[str, Any] | None = None
    time_zone: Word | None = Field(default=None, examples=["Asia/Seoul"])
    enabled: bool | None = None


@jobs.get("", response=list[JobOut], operation_id="list_jobs", summary="List the newest jobs")
def list_jobs(
    request: HttpRequest, kind: Word | None = None, state: JobState | None = None, limit: int = 20
) -> list[JobCard]:
    """List the newest jobs."""
    recover_lost()
    return selectors.jobs(kind=kind, state=state, limit=max(1, min(limit, 200)))


@jobs.post(
    "", response={202: JobOut}, operation_id="create_job", summary="Enqueue a job for a worker"
)
def create_job(request: HttpRequest, job: JobRequest) -> Status[Any]:
    """Enqueue a job for a worker."""
    job_id = queue.enqueue(kind=job.kind, parameters=job.parameters)
    return Status(202, selectors.job_by_id(job_id=job_id))


@jobs.get(
    "/kinds", response=list[JobKind], operation_id="list_job_kinds", summary="List kinds of jobs"
)
def list_job_kinds(request: HttpRequest) -> list[dict[str, Any]]:
    """List kinds of jobs."""
    return [
        {
            "kind": handler.kind,
            "title": handler.title,
            "default_cron": handler.cron,
            "parameters": handler.parameters.model_json_schema(),
        }
        for handler in all_handlers()
    ]


@jobs.get(
    "/{int:job_id}", response=JobWithLog, operation_id="get_job", summary="Get a job and its log"
)
def get_job(request: HttpRequest, job_id: int) -> JobCard:
    """Get a job and its log."""
    recover_lost()
    return selectors.job_by_id(job_id=job_id)


@jobs.post(
    "/{int:job_id}/cancel",
    response={202: JobOut},
    operation_id="cancel_job",
    summary="Cancel a job before its next step",
)
def cancel_job(request: HttpRequest, job_id: int) -> Status[Any]:
    """Cancel a job before its next step."""
    queue.cancel(job_id=job_id)
    return Status(202, selectors.job_by_id(job_id=job_id))


@jobs.post(
    "/{int:job_id}/retry",
    response={202: JobOut},
    operation_id="retry_job",
    summary="Retry a job that did not succeed",
)
def retry_job(request: HttpRequest, job_id: int) -> Status[Any]:
    """Retry a job that did not succeed."""
    return Status(202, selectors.job_by_id(job_id=queue.retry(job_id=job_id)))


@schedules.get(
    "", response=list[ScheduleOut], operation_id="list_schedules", summary="List schedules"
)
def list_schedules(request: HttpRequest) -> list[ScheduleCard]:
    """List schedules."""
    return scheduling.schedules()


@schedules.patch(
    "/{name}",
    response=ScheduleOut,
    operation_id="save_schedule",
    summary="Create or change a schedule",
)
def save_schedule(request: HttpRequest, name: Word, change: ScheduleChange) -> ScheduleCard:
    """Create or change a schedule."""
    return scheduling.save_schedule(name=name, **change.model_dump())


@schedules.delete(
    "/{name}",
    response={204: None},
    operation_id="delete_schedule",
    summary="Delete a schedule, or switch a default one off",
)
def delete_schedule(request: HttpRequest, name: Word) -> Status[Any]:
    """Delete a schedule, or switch a default one off."""
    scheduling.delete_schedule(name=name)
    return Status(204, None)
