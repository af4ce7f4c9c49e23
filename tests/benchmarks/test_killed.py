"""The killing, without processes: a line that breaks stands for SIGKILL."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks import killed
from benchmarks.form import Asked

from omakase.deep.train.checkpoint import load_checkpoint


class Dead(Exception):
    """Nothing more is done."""


class Line:
    """Hears what a training tells, and kills it after so many steps."""

    def __init__(self, steps: int = 10**6) -> None:
        self.steps, self.heard = steps, []

    def send(self, word: int | str) -> None:
        self.heard.append(word)
        if len(self.heard) == self.steps:
            raise Dead


class Process:
    """A process that is over."""

    def kill(self) -> None: ...

    def join(self) -> None: ...


@pytest.fixture
def here(monkeypatch):
    """Trainings run in this process, up to the step at which they are killed."""

    class Told:
        def __init__(self, name: str, folder: Path) -> None:
            self.name, self.folder, self.words = name, str(folder), None

        def recv(self) -> int | str:
            if self.words is None:
                line = Line()
                killed.work(self.name, self.folder, line)
                self.words = iter(line.heard)
            return next(self.words)

    monkeypatch.setattr(killed, "started", lambda name, folder: (Told(name, folder), Process()))


def test_every_step_is_told_and_then_the_model(tmp_path):
    line = Line()
    killed.work("neumf", str(tmp_path), line)
    *steps, model = line.heard
    assert set(steps) == {1}
    assert len(model) == 10
    assert load_checkpoint(tmp_path) is None


def test_a_broken_training_leaves_its_last_checkpoint_and_ends_the_same(tmp_path):
    undisturbed = Line()
    killed.work("neumf", str(tmp_path), undisturbed)
    with pytest.raises(Dead):
        killed.work("neumf", str(tmp_path), Line(steps=8))
    assert load_checkpoint(tmp_path)["counters"][0] == 6
    again = Line()
    killed.work("neumf", str(tmp_path), again)
    assert again.heard[-1] == undisturbed.heard[-1]
    assert len(again.heard) == len(undisturbed.heard) - 6


def test_each_run_is_compared_with_the_undisturbed_one(here, monkeypatch):
    monkeypatch.setattr(killed, "cut", lambda name, folder, steps: steps // 3 * 3)
    asked = Asked(Path("."), quick=True, seeds=(0,), peer_python=None, name="killed")
    monkeypatch.setattr(killed, "CONFIGS", {"neumf": killed.CONFIGS["neumf"]})
    found = killed.killed(asked)
    first, *others = found.rows
    assert first["run"] == "undisturbed"
    assert [row["run"] for row in others] == ["killed, 1", "killed, 2", "killed 2 times"]
    assert all(row["same"] and row["model"] == first["model"] for row in others)
    assert found.notes == ["neumf: 3 of 3 disturbed runs ended with the undisturbed model"]


def test_another_model_is_told_apart():
    rows = [{"data": "m", "same": True}, {"data": "m", "same": False}, {"data": "n", "same": True}]
    assert "1 of 2" in killed.verdict("m", rows)
    one = {"a": np.zeros(3, dtype=np.float32)}
    assert killed.fingerprint(one) == killed.fingerprint({"a": np.zeros(3, dtype=np.float32)})
    assert killed.fingerprint(one) != killed.fingerprint({"a": np.asarray([0, 0, 1e-38], "f4")})
    assert killed.fingerprint(one) != killed.fingerprint({"b": one["a"]})


def test_ten_kills_leave_something_to_do():
    at = killed.spread(60, 10, np.random.default_rng(0))
    assert len(at) == 10
    assert sum(at) < 60
    assert min(at) >= 1


def test_people_walk_mostly_one_on():
    data = killed.walks()
    assert (data.n_users, data.n_items, len(data.events)) == (300, 60, 3600)
