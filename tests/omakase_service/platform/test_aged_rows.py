"""Rows that go when they are old: the oldest first, at most so many at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.models import Job
from omakase_service.jobs.services.upkeep import ended_jobs
from omakase_service.platform.aged_rows import aged_pruner

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PRUNER = aged_pruner("jobs that are over", lambda: 30.0, ended_jobs, "finished")


@pytest.fixture
def ages():
    """Days since some jobs ended, and one that has not."""
    days = [5, 1, 9, 3]
    for each in days:
        Job.objects.create(
            kind="roll_up", state=JobState.SUCCEEDED, finished=NOW - timedelta(days=each)
        )
    Job.objects.create(kind="roll_up", state=JobState.QUEUED)
    return days


def test_count_is_of_rows_before_the_moment(ages):
    assert PRUNER.count(int((NOW - timedelta(days=2)).timestamp())) == (3, 3)


def test_prune_removes_the_oldest_until_none_is_left(ages):
    before = int((NOW - timedelta(days=2)).timestamp())
    assert PRUNER.prune(before, 2) == 2
    left = Job.objects.exclude(finished=None).values_list("finished", flat=True)
    assert {(NOW - each).days for each in left} == {1, 3}
    assert [PRUNER.prune(before, 2), PRUNER.prune(before, 2)] == [1, 0]
    assert Job.objects.count() == 2
