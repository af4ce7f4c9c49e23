"""The bench of estimates from a log."""

import numpy as np
import polars as pl
import pytest
from benchmarks import off_policy as bench
from benchmarks.form import Asked


def shop(folder, rng, policy, shares):
    """Three items at two positions, as the data set lays them out."""
    size = 3000
    items = rng.choice(3, size=size, p=shares)
    clicks = rng.random(size) < np.array([0.02, 0.05, 0.1])[items]
    for campaign in bench.CAMPAIGNS:
        pl.DataFrame(
            {
                "timestamp": ["2019-11-24"] * size,
                "item_id": items,
                "position": rng.integers(1, 3, size),
                "click": clicks.astype(int),
                "propensity_score": np.array(shares)[items],
            }
        ).write_csv(folder / f"{policy}_{campaign}.csv")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "open-bandit-small").mkdir()
    rng = np.random.default_rng(2)
    shop(tmp_path / "open-bandit-small", rng, "random", [1 / 3] * 3)
    shop(tmp_path / "open-bandit-small", rng, "bts", [0.2, 0.3, 0.5])
    return tmp_path


def test_quick_run_has_a_row_an_estimator_and_the_truth_inside(folder, monkeypatch):
    monkeypatch.setattr(bench, "world_rows", lambda *_: [])
    asked = Asked(folder, quick=True, seeds=(0,), peer_python=None, name="off_policy")
    found = bench.off_policy(asked)
    assert len(found.rows) == 8
    assert all(row["inside"] and row["problems"] == "none" for row in found.rows)
    assert "refused" in found.notes[1]


def test_world_rows_tell_bias_and_coverage(monkeypatch):
    monkeypatch.setattr(bench, "LOGGED", 1500)
    rows = {row["estimator"]: row for row in bench.world_rows(25, "near", 8.0)}
    assert set(rows) == {
        "ips",
        "snips",
        "dm",
        "dr",
        "switch_dr",
        "slate_positions",
        "slate_pseudo_inverse",
    }
    for name, row in rows.items():
        if name != "dm":
            assert abs(row["bias"]) < 0.06 and row["coverage"] >= 0.8
    assert rows["dm"]["bias"] < -0.2


def test_chances_of_a_constant_policy_are_its_own():
    table = pl.DataFrame(
        {"item_id": [0, 1, 1], "position": [1, 1, 1], "chance": [0.5, 0.5, 0.5], "click": [0, 0, 0]}
    )
    assert bench.chances(table).sort("item_id")["share"].to_list() == [0.5, 0.5]
    varying = table.with_columns(chance=pl.Series([0.1, 0.2, 0.3]))
    assert bench.chances(varying).sort("item_id")["share"].to_list() == pytest.approx(
        [1 / 3, 2 / 3]
    )


def test_drawn_follows_its_rows():
    rng = np.random.default_rng(1)
    items = bench.drawn(np.tile([0.1, 0.0, 0.9], (4000, 1)), rng)
    assert np.bincount(items, minlength=3) / 4000 == pytest.approx([0.1, 0, 0.9], abs=0.03)
