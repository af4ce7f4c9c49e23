"""Training beside the server: what is looked for, and what becomes of the processes."""

import os
import signal
import time
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from multiprocessing import Event, Process, active_children

import pytest
from django.db import OperationalError
from django.utils import timezone
from tests.patience import PATIENCE_SECONDS

from omakase_cli import background_worker
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.models import Job, Schedule
from omakase_service.jobs.services import worker
from omakase_service.jobs.services.lease import hold
from omakase_service.training.services import start_run


def test_worker_switched_off_starts_no_process(monkeypatch):
    monkeypatch.setattr(background_worker, "look", partial(time.sleep, 60))
    with background_worker.training_beside(False):
        assert active_children() == []


def test_the_process_ends_with_the_server(monkeypatch):
    monkeypatch.setattr(background_worker, "look", partial(time.sleep, 60))
    with pytest.raises(KeyboardInterrupt), background_worker.training_beside(True):
        (looking,) = active_children()
        assert looking.name == "training"
        raise KeyboardInterrupt
    assert looking.exitcode != 0
    assert active_children() == []


def sleep_without_ending(begun) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begun.set()
    time.sleep(600)


def test_end_of_a_process_that_does_not_hear_is_bounded():
    begun = Event()
    process = Process(target=sleep_without_ending, args=(begun,))
    process.start()
    assert begun.wait(PATIENCE_SECONDS)
    background_worker.end(process, 0.1)
    assert process.exitcode == -signal.SIGKILL


def test_who_looks_ends_though_what_it_raised_was_lost(monkeypatch):
    """As in a callback of the interpreter's own, where what is raised goes nowhere."""
    handlers: dict[int, background_worker.Stoppable] = {}
    monkeypatch.setattr(
        background_worker.signal, "signal", lambda number, hear: handlers.update({number: hear})
    )
    monkeypatch.setattr(background_worker.os, "nice", lambda _: None)
    monkeypatch.setattr(background_worker, "start_django", lambda: None)
    monkeypatch.setattr(background_worker, "listed_worker", nullcontext)
    monkeypatch.setattr(background_worker, "is_heavy_ready", lambda: False)
    monkeypatch.setattr(background_worker, "is_light_ready", lambda: False)
    monkeypatch.setattr(background_worker, "prepare", lambda: True)
    monkeypatch.setattr(background_worker, "upkeep", lambda: True)
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        assert len(looks) < 5
        if len(looks) == 2:
            with pytest.raises(SystemExit):
                handlers[signal.SIGTERM](signal.SIGTERM, None)

    monkeypatch.setattr(background_worker.time, "sleep", sleep)
    background_worker.look()
    assert len(looks) == 2


def test_is_heavy_ready_job_that_waits_and_whose_key_is_free(db, settings_with):
    settings_with()
    assert not background_worker.is_heavy_ready()
    start_run(models={"popular": {}}, evaluate=False)
    assert background_worker.is_heavy_ready()
    assert not worker.is_job_ready(heavy=False)
    with hold("train"):
        assert not background_worker.is_heavy_ready()
    assert background_worker.is_heavy_ready()


def test_unless_away_database_away_is_no(db, monkeypatch):
    def away() -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr("django.db.connection.close", lambda: None)
    assert background_worker.unless_away(away) is False
    assert background_worker.unless_away(lambda: True) is True


def test_light_jobs_are_enqueued_when_due_and_done_until_none_waits(
    db, settings_with, monkeypatch, capsys
):
    settings_with(jobs={"schedules": {"copy": {"kind": "prune_jobs", "cron": "0 3 * * *"}}})
    background_worker.prepare()
    past = timezone.now() - timedelta(hours=1)
    Schedule.objects.exclude(name="copy").update(enabled=False)
    Schedule.objects.filter(name="copy").update(next_run=past)
    assert not background_worker.is_light_ready()
    background_worker.upkeep()
    assert background_worker.is_light_ready()
    background_worker.do_light()
    job = Job.objects.get(schedule="copy")
    assert (job.state, capsys.readouterr().err) == (JobState.SUCCEEDED, "")
    assert not background_worker.is_light_ready()


def test_begin_starts_one_process_and_tells_how_it_ended(db, capsys):
    ready, sleep, end = lambda: True, partial(time.sleep, 60), partial(os._exit, 0)
    first = background_worker.begin(None, ready, sleep)
    assert background_worker.begin(first, ready, sleep) is first
    first.kill()
    first.join()
    second = background_worker.begin(first, ready, end)
    second.join()
    assert second is not first
    assert "ended with -9" in capsys.readouterr().err
    assert background_worker.begin(second, lambda: False, end) is None
