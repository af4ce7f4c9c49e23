"""What it cost."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from omakase.evaluate import cost
from omakase.evaluate.cost import PeakMemory, milliseconds

PEAK = """
import numpy as np
from omakase.evaluate.cost import PeakMemory
with PeakMemory() as memory:
    block = np.ones(8_000_000)
    del block
print(memory.bytes)
"""


def test_peak_is_seen_though_it_was_given_back():
    """In a process of its own: what others here give back meanwhile would hide it."""
    source = str(Path(cost.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", PEAK],
        env={"PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    peak = done.stdout.strip()
    if peak == "None":
        assert sys.platform != "linux" or not cost.reset_peak_memory()
    else:
        assert int(peak) > 50_000_000


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
