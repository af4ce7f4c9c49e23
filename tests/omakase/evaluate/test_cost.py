"""What it cost."""

import sys

import numpy as np

from omakase.evaluate import cost
from omakase.evaluate.cost import PeakMemory, milliseconds


def test_the_peak_is_seen_though_it_was_given_back():
    with PeakMemory() as memory:
        block = np.ones(8_000_000)
        del block
    if memory.bytes is None:
        assert sys.platform != "linux" or not cost._forget_the_peak()
    else:
        assert memory.bytes > 50_000_000


def test_a_system_that_does_not_tell_gives_none(monkeypatch, tmp_path):
    monkeypatch.setattr(cost, "_OWN", tmp_path / "absent")
    with PeakMemory() as memory:
        np.ones(10)
    assert memory.bytes is None


def test_the_first_call_does_not_count():
    calls = []
    taken = milliseconds(calls.append, 3)
    assert calls == [0, 0, 1, 2]
    assert taken >= 0
    assert milliseconds(calls.append, 0) == 0
