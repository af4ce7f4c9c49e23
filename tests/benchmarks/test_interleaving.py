"""The bench of interleaving."""

import numpy as np
from benchmarks import interleaving as bench


def test_drawn_pair_knows_which_is_better():
    rng = np.random.default_rng(1)
    pair = bench.drawn_pair(rng)
    assert pair.clicks.shape == (2,)
    assert (pair.lift > 0) == (pair.clicks[1] > pair.clicks[0])


def test_both_ways_find_a_large_difference(monkeypatch):
    monkeypatch.setattr(bench, "LISTS", 400)
    rng = np.random.default_rng(2)
    appeal = rng.beta(1, 9, (bench.QUESTIONS, bench.ITEMS))
    best = np.argsort(-appeal, axis=1)
    pair = bench.Pair(appeal, np.stack([best[:, ::-1][:, : bench.K], best[:, : bench.K]]))
    assert pair.lift > 1
    assert bench.interleaved(pair, rng) == (True, True)
    assert bench.split_test(pair, rng)
