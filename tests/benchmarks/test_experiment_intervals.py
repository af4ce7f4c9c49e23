"""The bench of statistics: each table, small."""

import numpy as np
import pytest
from benchmarks import experiment_intervals as bench


def tables(make, runs=60):
    return list(make(runs, np.random.default_rng(1)))


def test_rates_and_means_have_coverage():
    rows = [*tables(bench.rates), *tables(bench.means)]
    assert len(rows) == 9
    assert all(0.8 < row["coverage"] <= 1 and 0.8 < row["coverage, lift"] <= 1 for row in rows)


def test_cuped_is_as_narrow_as_promised():
    for row in tables(bench.cuped_rows):
        assert row["narrower"] == pytest.approx(row["promised"], abs=0.02)
    row = bench.stratified(60, np.random.default_rng(1))
    assert row["narrower"] == pytest.approx(row["promised"], abs=0.02)


def test_splits_are_seen_where_they_are_skewed():
    fair, skewed = tables(bench.splits, 20)
    assert (fair["alarms, one look"], fair["alarms, sequence"]) == (0, 0)
    assert (skewed["alarms, one look"], skewed["alarms, sequence"]) == (1, 1)


def test_corrections_keep_their_errors():
    rows = {(r["variants that differ"], r["correction"]): r for r in tables(bench.corrections, 100)}
    assert rows["none", "holm"]["family-wise"] < 0.12 < rows["none", "none"]["family-wise"]
    assert rows["half", "benjamini_hochberg"]["false discoveries"] < 0.1


def test_power_is_near_the_planned():
    rows = tables(bench.powers, 150)
    assert all(row["power"] == pytest.approx(0.8, abs=0.12) for row in rows)
    assert (
        len(bench.notes([*rows, {"data": "", "coverage": 0.95, "narrower": 1, "promised": 1}])) == 3
    )


def test_visits_have_the_rate_they_are_asked_for():
    pairs = bench.visits(np.random.default_rng(1), 0.1, 20_000)
    assert pairs.first / pairs.second == pytest.approx(0.1, rel=0.03)
