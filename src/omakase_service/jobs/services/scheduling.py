"""Schedules: which kinds of jobs are due when, and enqueueing what is due, once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from django.utils import timezone

from omakase_service.jobs.contracts import OPEN_STATES, ScheduleCard
from omakase_service.jobs.handlers import all_handlers, checked_parameters, handler_of
from omakase_service.jobs.models import Job, Schedule
from omakase_service.jobs.selectors import schedule_by_name, schedule_card
from omakase_service.jobs.services.queue import enqueue
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Invalid
from omakase_settings import settings


def tick(now: datetime | None = None) -> list[int]:
    """Enqueue a job for each schedule that is due; their numbers.

    Of workers that look at once one alone enqueues: the next time is moved on by a statement that
    names the old one. What was missed while nobody worked is done once, not once for each time.
    A worker calls `ensure_defaults` once, when it starts; this is called at its every look.
    """
    now = now or timezone.now()
    due = Schedule.objects.filter(enabled=True, next_run__lte=now).order_by("next_run")
    return [job_id for row in due if (job_id := _fire(row, now)) is not None]


def ensure_defaults(now: datetime | None = None) -> int:
    """Rows for the schedules that handlers and settings bring; how many were made or changed.

    What was changed by hand stays.
    """
    written = 0
    rows = {row.name: row for row in Schedule.objects.all()}
    for name, fields in _defaults().items():
        row = rows.get(name)
        if row is None:
            row = Schedule(name=name)
        elif row.owned or all(getattr(row, key) == value for key, value in fields.items()):
            continue
        for key, value in fields.items():
            setattr(row, key, value)
        row.next_run = _next(row.cron, row.time_zone, now or timezone.now())
        row.save()
        written += 1
    return written


def save_schedule(
    *,
    name: str,
    kind: str | None = None,
    cron: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    time_zone: str | None = None,
    enabled: bool | None = None,
) -> ScheduleCard:
    """Create or change a schedule; what is not named stays.

    Raises:
        Invalid: no such kind, parameters that it does not take, or a cron expression or time
            zone that cannot be read.
    """
    ensure_defaults()
    row = Schedule.objects.filter(name=name).first() or Schedule(name=name, kind=kind or name)
    changes = {"kind": kind, "cron": cron, "time_zone": time_zone, "enabled": enabled}
    for key, value in changes.items():
        if value is not None:
            setattr(row, key, value)
    handler = handler_of(row.kind)
    chosen = row.parameters if parameters is None else parameters
    row.parameters = checked_parameters(handler, chosen).model_dump(mode="json", exclude_unset=True)
    row.owned = True
    row.next_run = _next(row.cron, row.time_zone, timezone.now()) if row.enabled else None
    row.save()
    return schedule_by_name(name=name)


def delete_schedule(*, name: str) -> None:
    """Delete a schedule; one that comes by default is switched off instead, since it would return.

    Raises:
        NotFound: no such schedule.
    """
    schedule_by_name(name=name)
    if name in _defaults():
        Schedule.objects.filter(name=name).update(enabled=False, owned=True, next_run=None)
    else:
        Schedule.objects.filter(name=name).delete()


def schedules() -> list[ScheduleCard]:
    """All schedules, by name."""
    ensure_defaults()
    return [schedule_card(row) for row in Schedule.objects.order_by("name")]


def later_run(*, name: str, times: int) -> datetime | None:
    """When a schedule is due for so many more times after the next; None where it never is.

    Raises:
        NotFound: no such schedule.
    """
    ensure_defaults()
    row = schedule_by_name(name=name)
    moment = row.next_run if row.enabled else None
    for _ in range(times):
        moment = None if moment is None else _next(row.cron, row.time_zone, moment)
    return moment


@transaction.atomic
def _fire(row: Schedule, now: datetime) -> int | None:
    """Move the next time on and enqueue, both or neither: a worker killed between loses no run."""
    following = _next(row.cron, row.time_zone, now)
    due = Schedule.objects.filter(name=row.name, next_run=row.next_run, enabled=True)
    if not due.update(next_run=following, last_run=now):
        return None
    rows = Schedule.objects.filter(name=row.name)
    open_jobs = Job.objects.filter(schedule=row.name, state__in=OPEN_STATES)
    if (busy := open_jobs.values_list("pk", flat=True).first()) is not None:
        rows.update(note=f"skipped at {now:%Y-%m-%d %H:%M} UTC: job {busy} is not over yet")
        return None
    try:
        job_id = enqueue(kind=row.kind, parameters=row.parameters, schedule=row.name)
    except Invalid as error:
        rows.update(note=f"not possible at {now:%Y-%m-%d %H:%M} UTC: {error}")
        return None
    rows.update(last_job=job_id, note="")
    return job_id


def _defaults() -> dict[str, dict[str, Any]]:
    zone, overrides = settings().jobs.time_zone, settings().jobs.schedules
    chosen: dict[str, dict[str, Any]] = {
        handler.kind: {"kind": handler.kind, "cron": handler.cron, "time_zone": zone}
        for handler in all_handlers()
        if handler.cron
    }
    for name, override in overrides.items():
        fields = {key: value for key, value in override.model_dump().items() if value is not None}
        chosen.setdefault(name, {"kind": name, "time_zone": zone}).update(fields)
    return chosen


def _next(cron: str, zone: str, after: datetime) -> datetime:
    """The first time of a cron expression after a moment.

    Raises:
        Invalid: the expression or the time zone cannot be read, or never comes.
    """
    try:
        return next(CronSim(cron, after.astimezone(ZoneInfo(zone)))).astimezone(ZoneInfo("UTC"))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Invalid(f"no time zone {zone!r}; write it like Asia/Seoul") from error
    except (CronSimError, StopIteration) as error:
        words = "minute hour day month weekday, as in '0 3 * * *' for three o'clock every night"
        raise Invalid(f"the cron expression {cron!r} cannot be read: {error}; {words}") from error
