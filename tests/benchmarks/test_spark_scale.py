"""The comparison of Spark and the engine: its world, its gaps, its words."""

import numpy as np
import pytest
from benchmarks import spark_scale, spark_scale_child


def test_world_is_repeatable_and_in_order():
    one, two = spark_scale.world(2_000, 3), spark_scale.world(2_000, 3)
    assert one.equals(two)
    assert one["time"].is_sorted()
    assert one["user_id"].n_unique() <= int(2_000**0.8)
    assert not one.equals(spark_scale.world(2_000, 4))


@pytest.mark.parametrize(
    ("ours", "theirs", "apart"),
    [
        ([0.5, 0.25], [0.5, 0.5], 0.25),
        ([100.0], [101.0], 0.01),
        ([1.0], [1.0, 2.0], float("inf")),
        (["a", "b"], ["a", "c"], 0.5),
        ([], [], 0.0),
    ],
)
def test_gap_is_the_largest_difference(ours, theirs, apart):
    assert spark_scale.largest_gap(np.asarray(ours), np.asarray(theirs)) == pytest.approx(apart)


def test_verdicts_say_where_spark_is_faster_and_where_memory_ends():
    def rows(events, engine, spark, gigabytes):
        row = {"events": events, "side": "engine", "all s": engine, "peak GB": gigabytes}
        return [row, {**row, "side": "spark", "all s": spark, "peak GB": 2.0}]

    slower = spark_scale.verdict_lines([*rows(10**6, 1.0, 9.0, 1.0), *rows(10**7, 5.0, 10.0, 4.0)])
    assert "faster at no size that was measured; it takes 9.0, 2.0 times" in slower[0]
    assert "about 46 million events fill 16 GB" in slower[1]
    faster = spark_scale.verdict_lines([*rows(10**6, 1.0, 9.0, 1.0), *rows(10**7, 50.0, 10.0, 4.0)])
    assert "faster from 10,000,000 events on" in faster[0]


def test_measured_tells_the_steps_of_a_process_of_its_own(tmp_path):
    spark_scale.world(3_000, 0).write_parquet(tmp_path / "events.parquet")
    plan = {"ials": {"factors": 4, "iterations": 1}, "fade_days": 30.0, "lists": True}
    row = spark_scale.measured("engine", tmp_path, plan)
    assert row["peak GB"] > 0
    assert {"read s", "features s", "neighbours s", "ALS s", "lists s", "all s"} <= set(row)
    assert (tmp_path / "engine" / "neighbours.npz").exists()


def test_steps_are_timed_by_name(tmp_path):
    steps = spark_scale_child.Steps(tmp_path / "kept")
    with steps.step("nothing"):
        pass
    steps.keep("numbers", ones=np.ones(2))
    assert list(steps.seconds) == ["nothing s"]
    assert (tmp_path / "kept" / "numbers.npz").exists()
