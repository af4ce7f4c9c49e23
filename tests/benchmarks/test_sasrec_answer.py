import numpy as np
from benchmarks import sasrec_answer

from omakase.types import PAD


def test_histories_are_padded_on_the_left(rng):
    history = sasrec_answer.histories(200, rng)
    assert history.shape == (200, sasrec_answer.LENGTH)
    padded = history == PAD
    assert (np.diff(padded.astype(int), axis=1) <= 0).all()
    assert not padded[:, -1].any()
    assert 0.3 < (padded.sum(axis=1) == 0).mean() < 0.7


def test_a_row_tells_times_and_how_near_torch_is(monkeypatch):
    monkeypatch.setattr(sasrec_answer, "ITEMS", 300)
    row = sasrec_answer.measured("gated", 5, seed=0)
    assert 0 < row["median ms"] <= row["p99 ms"]
    assert row["largest distance to torch"] < 1e-4
