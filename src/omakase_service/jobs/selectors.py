"""Reads of the app."""

from collections.abc import Sequence
from datetime import datetime

from omakase_service.jobs.contracts import JobCard, JobState, ScheduleCard
from omakase_service.jobs.models import Job, Schedule
from omakase_service.platform.exceptions import NotFound


def jobs(
    *, kind: str | None = None, state: JobState | None = None, limit: int = 20
) -> list[JobCard]:
    """The newest jobs, without their logs. One query."""
    rows = Job.objects.order_by("-pk").defer("log")
    if kind is not None:
        rows = rows.filter(kind=kind)
    if state is not None:
        rows = rows.filter(state=state)
    return [job_card(row) for row in rows[:limit]]


def job_by_id(*, job_id: int, kind: str | None = None) -> JobCard:
    """One job with its log. One query.

    Raises:
        NotFound: no such job.
    """
    row = Job.objects.filter(pk=job_id).first()
    if row is None or kind not in (None, row.kind):
        raise NotFound(f"no {'job' if kind is None else kind} {job_id}")
    return job_card(row, log=row.log)


def oldest_waiting() -> datetime | None:
    """When the job that has waited longest could have been begun; None where none waits."""
    queued = Job.objects.filter(state=JobState.QUEUED)
    times = [max(filter(None, pair)) for pair in queued.values_list("created", "run_after")]
    return min(times, default=None)


def schedule_by_name(*, name: str) -> ScheduleCard:
    """One schedule. One query.

    Raises:
        NotFound: no such schedule.
    """
    row = Schedule.objects.filter(name=name).first()
    if row is None:
        raise NotFound(f"no schedule {name!r}")
    return schedule_card(row)


def crons(*, names: Sequence[str]) -> dict[str, str]:
    """When schedules of these names are due, those that are switched on. One query."""
    rows = Schedule.objects.filter(name__in=names, enabled=True)
    return dict(rows.values_list("name", "cron"))


def job_card(row: Job, *, log: str = "") -> JobCard:
    """A row as others may know it."""
    return JobCard(
        id=row.pk,
        kind=row.kind,
        key=row.key,
        state=JobState(row.state),
        parameters=row.parameters,
        result=row.result,
        done=row.done,
        total=row.total,
        step=row.step,
        note=row.note,
        schedule=row.schedule,
        attempts=row.attempts,
        created=row.created,
        started=row.started,
        finished=row.finished,
        log=log,
    )


def schedule_card(row: Schedule) -> ScheduleCard:
    """A row as others may know it."""
    return ScheduleCard(
        name=row.name,
        kind=row.kind,
        parameters=row.parameters,
        cron=row.cron,
        time_zone=row.time_zone,
        enabled=row.enabled,
        next_run=row.next_run,
        last_run=row.last_run,
        last_job=row.last_job,
        note=row.note,
    )
