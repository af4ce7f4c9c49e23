import pytest

from omakase_cli.demo import phases
from omakase_cli.demo.phases import Phases


def test_seconds_are_kept_by_name(monkeypatch):
    clock = iter([1.0, 3.5, 10.0, 11.0])
    monkeypatch.setattr(phases.time, "perf_counter", lambda: next(clock))
    measured = Phases()
    with measured("fetch"):
        pass
    with measured("train"):
        pass
    assert measured.seconds == {"fetch": 2.5, "train": 1.0}


def test_a_phase_that_fails_is_measured_too(monkeypatch):
    clock = iter([1.0, 2.0])
    monkeypatch.setattr(phases.time, "perf_counter", lambda: next(clock))
    measured = Phases()
    with pytest.raises(ZeroDivisionError), measured("train"):
        raise ZeroDivisionError
    assert measured.seconds == {"train": 1.0}
