"""The bench of looking every day."""

import numpy as np
import pytest
from benchmarks import experiment_peeking as bench
from benchmarks.form import Asked

from omakase.experiments.measured import measured_effect
from omakase.experiments.plan import ExperimentPlan, Metric
from omakase.stats.moments import Moments


def test_vectorised_alarms_are_those_of_the_functions_that_judge():
    rng = np.random.default_rng(1)
    looks = bench.rate_looks(0.05, 0.3, 0.5, 30, rng)
    weight = bench.prior_weight(0.05 * bench.DAYS * bench.PEOPLE)
    alarms = bench.missed_by_conversions(looks, 0.0, 0.5, weight)
    target = bench.DAYS * bench.PEOPLE // 2
    metric = Metric("rate", base=0.05)
    plan = ExperimentPlan({"a": 0.5, "b": 0.5}, (metric,), target=target)
    for n in range(30):
        for day in (1, 9, 27):
            sides = bench.sides(looks, n, day)
            effect = measured_effect(plan, metric, *sides, share=0.5)
            assert (effect.p_value <= 0.05) == alarms[n, day]
            assert effect.is_sure == alarms[n, day]


def test_vectorised_normal_alarms_are_those_of_the_functions_that_judge():
    looks = bench.revenue_looks(2.0, 0.2, 30, np.random.default_rng(2))
    alarms = bench.missed_as_normal(looks, 1.0, 0.0)
    metric = Metric("revenue", "mean")
    plan = ExperimentPlan({"a": 0.8, "b": 0.2}, (metric,), target=bench.DAYS * bench.PEOPLE // 2)
    for n in range(30):
        for day in (4, 27):
            sides = [
                Moments(looks.people[s, n, day], looks.totals[s, n, day], looks.squares[s, n, day])
                for s in (0, 1)
            ]
            fraction = (day + 1) / bench.DAYS
            effect = measured_effect(plan, metric, *sides, share=0.2, fraction=fraction)
            assert effect.is_sure == alarms[n, day]
    assert alarms[:, 27].any()


def test_quick_run_keeps_false_alarms_below_the_nominal(tmp_path):
    asked = Asked(tmp_path, quick=True, seeds=(0,), peer_python=None, name="experiment_peeking")
    found = bench.experiment_peeking(asked)
    assert len(found.rows) == 6
    for row in found.rows:
        assert row["false alarms, ours"] <= 0.05 < row["false alarms, fixed"]
        assert row["covered, lift"] > 0.92 and row["covered, difference"] > 0.92
    assert "nominal 5 %" in found.notes[0]


def test_arrivals_are_all_people():
    people = bench.arrivals(0.2, 5, np.random.default_rng(0))
    assert (people.sum(axis=0) == bench.PEOPLE).all()
    assert people[1].mean() == pytest.approx(200, rel=0.1)
