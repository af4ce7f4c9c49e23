"""Upkeep of the app's own tables."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from omakase_service.jobs.contracts import OPEN_STATES, JobContext, JobState, NoParameters
from omakase_service.jobs.models import Job
from omakase_settings import settings


def prune_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """Delete jobs that ended longer ago than the settings keep them."""
    before = timezone.now() - timedelta(days=settings().jobs.keep_days)
    old = Job.objects.filter(finished__lt=before).exclude(state__in=OPEN_STATES)
    deleted, _ = old.delete()
    return {"deleted": deleted}


def count_old(before: int) -> tuple[int, int]:
    """Jobs that ended before a moment (Unix seconds), twice: nothing else needs them."""
    number = _ended_jobs(before).count()
    return number, number


def remove_old(before: int, limit: int) -> int:
    """Delete at most so many of them, the oldest first; how many."""
    numbers = list(_ended_jobs(before).order_by("pk").values_list("pk", flat=True)[:limit])
    return Job.objects.filter(pk__in=numbers).delete()[0]


def _ended_jobs(before: int) -> QuerySet[Job]:
    moment = datetime.fromtimestamp(before, UTC)
    return Job.objects.filter(finished__lt=moment).exclude(state__in=OPEN_STATES)


def waiting_jobs() -> float:
    """How many jobs wait for a worker."""
    return float(Job.objects.filter(state=JobState.QUEUED).count())
