"""A net trained by two processes that torchrun starts: as good as by one, or a plain refusal."""

import os
import signal

import numpy as np
import pytest

from omakase.data.dataset import Dataset
from omakase.deep.train import together
from omakase.deep.train.together import fit_together, is_shared_out
from omakase.errors import Cancelled, EmptyData, ProcessFailed
from omakase.models.sasrec import SasRec, SasRecConfig

EPOCHS = 8


def steps_of_three(people: int = 150) -> Dataset:
    """Everybody goes on by three items at a time, around a ring of thirty."""
    rows = [
        (f"u{person}", f"i{(7 * person + 3 * step) % 30:02}", 1.0)
        for person in range(people)
        for step in range(9)
    ]
    return Dataset.from_events(rows)


def config(processes: int, epochs: int = EPOCHS, **objective: object) -> SasRecConfig:
    return SasRecConfig(
        shape={"width": 16, "heads": 2, "blocks": 1, "length": 8, "dropout": 0.0},
        objective={"negatives": 16, **objective},
        plan={
            "epochs": epochs, "processes": processes, "batch": 200, "learning_rate": 0.01,
            "precision": "float32", "device": "cpu", "patience": 99,
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def heard():
    return []


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Where the processes put what they do not put elsewhere."""
    return tmp_path_factory.mktemp("left")


@pytest.fixture(scope="module")
def pair(heard, left):
    def hear(done, total, **figures):
        heard.append((done, total, figures))

    rng = np.random.default_rng(2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(left))
        return SasRec.fit(steps_of_three(), config(2), rng=rng, progress=hear)


def test_fit_together_leaves_no_file_behind(pair, left):
    assert list(left.glob("torchelastic*")) == []


def test_fit_together_learns(pair, heard):
    losses = pair.curve[:, 1]
    assert losses[-1] < 0.9 * losses[0]
    assert [done for done, _, _ in heard] == list(range(1, EPOCHS + 1))
    assert heard[-1][2]["loss"] == pytest.approx(losses[-1], rel=1e-4)


def test_fit_together_is_as_good_as_one_process(pair):
    alone = SasRec.fit(steps_of_three(), config(1), rng=np.random.default_rng(2))
    assert pair.curve[:, 2].max() > alone.curve[:, 2].max() - 0.1
    assert pair.items.shape == alone.items.shape
    before = SasRec.fit(steps_of_three(), config(1, epochs=1), rng=np.random.default_rng(2))
    assert pair.curve[:, 2].max() > before.curve[:, 2].max()


def test_fit_together_where_one_is_killed_says_so_plainly(monkeypatch):
    real = together.read_progress

    def killing(run, progress):
        def kill(done, total, **figures):
            os.kill(children(run.pid)[-1], signal.SIGKILL)

        real(run, kill)

    monkeypatch.setattr(together, "read_progress", killing)
    with pytest.raises(ProcessFailed, match=r"2 processes .* was ended by signal 9; the others"):
        SasRec.fit(steps_of_three(), config(2, epochs=500), rng=np.random.default_rng(0))


def test_fit_together_that_is_cancelled_leaves_no_process():
    running, others = [], set(children(os.getpid()))  # of tests before this one

    def cancel(done, total, **figures):
        running.extend(set(children(os.getpid())) - others)
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        fit_together(
            SasRec, steps_of_three(), config(2, epochs=500), 2,
            rng=np.random.default_rng(0), progress=cancel,
        )  # fmt: skip
    assert running
    assert not set(running) & set(children(os.getpid()))


def test_fit_together_refuses_in_the_words_of_the_fit():
    single = Dataset.from_events([(f"u{n}", "only", 1.0) for n in range(4)])
    with pytest.raises(EmptyData, match="no user has two liked items"):
        SasRec.fit(single, config(2), rng=np.random.default_rng(0))


def test_is_shared_out_not_by_one_and_not_within_a_team(monkeypatch):
    assert is_shared_out(2)
    assert not is_shared_out(1)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "a run")
    assert not is_shared_out(2)


def children(pid: int) -> list[int]:
    """All processes below one, the oldest first."""
    if not os.path.exists("/proc"):
        pytest.skip("reads /proc")
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as names:
            below = [int(name) for name in names.read().split()]
        found += below
        for each in below:
            found += children(each)
    return found


def test_first_ended_is_who_was_not_ended_by_torchrun():
    report = (
        "rank      : 0 (local_rank: 0)\n  exitcode  : -15 (pid: 7)\n"
        "rank      : 1 (local_rank: 1)\n  exitcode  : -9 (pid: 8)\n"
    )
    assert together.first_exit(report) == (1, -9)
    assert together.first_exit("nothing") == (None, 1)
