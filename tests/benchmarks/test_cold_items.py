"""Held-out items are known to nobody, and a shelf shows nothing else."""

import numpy as np
import pytest
from benchmarks import cold_items

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.evaluate.compare import Candidate
from omakase.models import popular, two_tower


def test_held_out_items_have_no_event_in_training(rng):
    data = two_tribes(20)
    split, cold = cold_items.held_out(data, rng)
    assert len(cold) == 2
    assert not set(split.train.events.items) & set(cold)
    assert set(split.test.events.items) == set(cold)
    assert len(split.train.events) + len(split.test.events) == len(data.events)
    assert len(split.validation.events) == 0


def test_a_shelf_shows_nothing_else(rng):
    data = two_tribes(8)
    model = popular.Popular.fit(data, popular.PopularConfig(), rng=rng)
    scores = cold_items.Shelf(model, np.asarray([1, 5])).score(everyone(data))
    assert np.isfinite(scores).sum(axis=1).tolist() == [2] * 8


def test_each_row_says_how_many_times_chance(monkeypatch):
    small = {"width": 8, "hidden": 8, "negatives": 8, "plan": {"epochs": 1}}
    towers = {"two towers": Candidate(two_tower.TwoTower, two_tower.TwoTowerConfig(**small))}
    monkeypatch.setattr(cold_items, "DEEP", towers)
    rows = list(cold_items.measured("toy", two_tribes(24), (0, 1)))
    assert len(rows) == 2 * (len(cold_items.FIELD) + 1)
    for row in rows:
        low, high = row["recall@20 95 %"]
        assert low <= row["recall@20"] <= high
    chance = next(r for r in rows if r["model"] == "random")
    assert chance["times random"] == pytest.approx(1)
    assert "times random (whole catalog)" in cold_items.sentence(rows, "toy")
