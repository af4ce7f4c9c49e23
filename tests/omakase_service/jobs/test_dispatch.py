"""Jobs are told to an owner's own queue: a real Celery with a worker in a thread."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery.contrib.testing.worker import start_worker
from tests.omakase_service.jobs.celery_app import app
from tests.patience import PATIENCE_SECONDS

from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.models import Job
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services import dispatch, queue
from omakase_service.jobs.services.lease import hold
from omakase_service.platform.exceptions import Invalid

APP = "tests.omakase_service.jobs.celery_app:app"


@contextmanager
def same_logging() -> Iterator[None]:
    """Celery's worker takes the root logger over, whose level all later tests would have."""
    root = logging.getLogger()
    level, handlers = root.level, [*root.handlers]
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


@pytest.fixture
def celery(transactional_db, settings_with):
    """Jobs go to Celery; its worker is at work."""
    settings_with(jobs={"dispatch": "celery", "celery_app": APP})
    task = dispatch.register_celery_task()
    with same_logging(), start_worker(app, perform_ping_check=False, pool="solo"):
        yield task


def test_enqueue_with_celery_is_done_by_its_worker(celery):
    job_id = queue.enqueue(kind="check_alerts")
    done = celery.delay(job_id).get(timeout=PATIENCE_SECONDS)  # behind the one that `enqueue` sent
    assert done == 0
    assert job_by_id(job_id=job_id).state is JobState.SUCCEEDED


def test_run_dispatched_does_also_what_found_its_key_held(celery, monkeypatch):
    monkeypatch.setattr(dispatch, "to_celery", lambda job_id: None)
    monkeypatch.setitem(dispatch.DISPATCHERS, "celery", lambda job_id: None)
    with hold("check_alerts") as lease:
        assert lease is not None
        first = queue.enqueue(kind="check_alerts")
        assert dispatch.run_dispatched(first) == 0
    second = queue.enqueue(kind="roll_up")
    assert dispatch.run_dispatched(second) == 2
    assert not Job.objects.filter(state=JobState.QUEUED).exists()


def test_worker_of_a_test_leaves_the_root_logger_as_it_was():
    level = logging.getLogger().level
    with same_logging(), start_worker(app, perform_ping_check=False, pool="solo"):
        pass
    assert logging.getLogger().level == level


def test_celery_app_that_cannot_be_loaded_is_named(db, settings_with):
    settings_with(jobs={"dispatch": "celery", "celery_app": "nobody.knows:app"})
    with pytest.raises(Invalid, match=r"nobody\.knows:app"):
        dispatch.to_celery(1)
