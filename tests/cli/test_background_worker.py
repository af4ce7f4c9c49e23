"""Training beside the server: what is looked for, and what becomes of the processes."""

import os
import signal
import time
from functools import partial
from multiprocessing import active_children

import pytest
from django.db import OperationalError

from omakase_cli import background_worker
from omakase_service.jobs.services import worker
from omakase_service.jobs.services.lease import hold
from omakase_service.training.services import start_run


def test_where_it_is_not_wanted_no_process_starts(monkeypatch):
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


def test_who_looks_ends_though_what_it_raised_was_lost(monkeypatch):
    """As in a callback of the interpreter's own, where what is raised goes nowhere."""
    handlers: dict[int, background_worker.Stoppable] = {}
    monkeypatch.setattr(
        background_worker.signal, "signal", lambda number, hear: handlers.update({number: hear})
    )
    monkeypatch.setattr(background_worker.os, "nice", lambda _: None)
    monkeypatch.setattr(background_worker, "start_django", lambda: None)
    monkeypatch.setattr(background_worker, "is_ready", lambda heavy: False)
    monkeypatch.setattr(background_worker, "work_lightly", lambda: False)
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


def test_is_ready_job_that_waits_and_whose_key_is_free(db, settings_with):
    settings_with()
    assert not background_worker.is_ready(heavy=True)
    start_run(models={"popular": {}}, evaluate=False)
    assert background_worker.is_ready(heavy=True)
    assert not background_worker.is_ready(heavy=False)
    with hold("train"):
        assert not background_worker.is_ready(heavy=True)
    assert background_worker.is_ready(heavy=True)


def test_is_ready_database_away_is_no(db, monkeypatch):
    def away(**chosen) -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(worker, "is_job_ready", away)
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    assert background_worker.is_ready(heavy=True) is False


def test_begin_heavy_starts_one_process_and_tells_how_it_ended(db, monkeypatch, capsys):
    monkeypatch.setattr(background_worker, "is_ready", lambda heavy: True)
    monkeypatch.setattr(background_worker, "do_one", partial(time.sleep, 60))
    first = background_worker.begin_heavy(None)
    assert background_worker.begin_heavy(first) is first
    first.kill()
    first.join()
    monkeypatch.setattr(background_worker, "do_one", partial(os._exit, 0))
    second = background_worker.begin_heavy(first)
    second.join()
    assert second is not first
    assert "ended with -9" in capsys.readouterr().err
