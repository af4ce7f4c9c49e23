import pytest

from omakase_service.jobs.contracts import JobState as State
from omakase_service.training.selectors import run_by_id
from omakase_service.training.services import start_run

pytestmark = pytest.mark.usefixtures("tribes")


def test_what_waits_is_done_in_turn(omakase):
    waiting = [start_run(models={"ease": {"l2": 1.0}}, evaluate=False) for _ in range(2)]
    result = omakase("worker", "--once")
    assert result.exit_code == 0
    assert [run_by_id(run_id=n).state for n in waiting] == [State.SUCCEEDED] * 2
    assert "succeeded" in result.stderr


def test_nothing_to_do_is_no_fault(omakase):
    assert omakase("worker", "--once").stderr == ""


def test_a_run_that_fails_is_told_and_the_next_one_done(omakase, monkeypatch):
    from omakase_service.training import engine

    first, second = (start_run(models={"ease": {}}, evaluate=False) for _ in range(2))
    build, calls = engine.build, []

    def once_broken(**plan: object):
        calls.append(plan)
        if len(calls) == 1:
            raise MemoryError("too large")
        return build(**plan)

    monkeypatch.setattr(engine, "build", once_broken)
    result = omakase("worker", "--once")
    assert "MemoryError: too large" in result.stderr
    assert run_by_id(run_id=first).state is State.FAILED
    assert run_by_id(run_id=second).state is State.SUCCEEDED
