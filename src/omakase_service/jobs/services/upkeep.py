"""Upkeep of the app's own tables."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from omakase_service.jobs.contracts import OPEN_STATES, JobContext, JobState, NoParameters
from omakase_service.jobs.models import Job
from omakase_settings import settings


def prune_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """Delete jobs that ended longer ago than the settings keep them."""
    cutoff = timezone.now() - timedelta(days=settings().jobs.keep_days)
    deleted, _ = ended_jobs().filter(finished__lt=cutoff).delete()
    return {"deleted": deleted}


def ended_jobs() -> QuerySet[Job]:
    """Jobs that are over."""
    return Job.objects.exclude(state__in=OPEN_STATES)


def waiting_jobs() -> float:
    """How many jobs wait for a worker."""
    return float(Job.objects.filter(state=JobState.QUEUED).count())
