"""Training beside the server: what is looked for, and what becomes of the processes."""

import os
import signal
import time
from functools import partial
from multiprocessing import active_children

import pytest
from django.db import OperationalError

from omakase_cli import background_worker
from omakase_service.training import lease, selectors
from omakase_service.training.contracts import State
from omakase_service.training.models import Run
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
    monkeypatch.setattr(background_worker, "is_asked", lambda: False)
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


def test_a_run_is_looked_for_that_could_be_done_now(db):
    assert not background_worker.is_asked()
    start_run(models={"popular": {}}, evaluate=False)
    assert background_worker.is_asked()
    with lease.held():
        assert not background_worker.is_asked()
    assert background_worker.is_asked()


def test_a_database_that_is_away_is_looked_for_later(db, monkeypatch):
    def away() -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(selectors, "is_run_waiting", away)
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    assert background_worker.is_asked() is False


@pytest.mark.parametrize("code", [0, 9])
def test_a_process_that_died_leaves_a_failed_run(db, monkeypatch, capsys, code):
    run = Run.objects.create(state=State.RUNNING)
    monkeypatch.setattr(background_worker, "do_one", partial(os._exit, code))
    assert background_worker.done_apart() is (code == 0)
    run.refresh_from_db()
    assert run.state == (State.FAILED if code else State.RUNNING)
    assert ("ended with 9" in capsys.readouterr().err) is bool(code)
