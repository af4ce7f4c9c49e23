"""The bench of traffic by evidence."""

import numpy as np
from benchmarks import bandit_traffic as bench

RATES = np.array([0.05, 0.05, 0.12])


def test_simulated_bandit_loses_less_than_an_equal_split():
    lost = {
        way.__name__: bench.simulated(RATES, way, 4, np.random.default_rng(1))
        for way in (bench.equal, bench.thompson)
    }
    assert lost["thompson"][0][:, -1].mean() < 0.6 * lost["equal"][0][:, -1].mean()
    assert (np.diff(lost["equal"][0], axis=1) >= 0).all()
    assert lost["thompson"][1] == 1


def test_row_and_note_tell_the_end():
    lost = np.array([[1.0, 4.0], [2.0, 6.0]])
    rows = [
        bench.row("w", way, lost * scale, 1.0, 2) for way, scale in (("equal", 2), ("bandit", 1))
    ]
    assert rows[1]["lost"] == 5
    assert "w: 50% less" in bench.note(rows)
