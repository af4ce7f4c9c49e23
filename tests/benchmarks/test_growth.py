"""Made-up events and the fits on them."""

import numpy as np
from benchmarks import growth

from omakase.arrays import memory


def test_a_world_has_the_stated_sizes_and_is_repeatable():
    one, two = growth.world(2_000), growth.world(2_000)
    assert (len(one.events), one.n_users, one.n_items) == (2_000, 437, 139)
    np.testing.assert_array_equal(one.events.items, two.events.items)


def test_low_rows_are_drawn_more_often(rng):
    counts = np.bincount(growth.ranked(rng, 10, 1.0, 50_000))
    assert len(counts) == 10
    assert abs(counts[0] / counts[4] - 5) < 0.5


def test_a_fit_says_what_it_took():
    row = growth.fitted("popular", 2_000)
    assert row["seconds"] > 0
    assert row["items"] == 139


def test_a_refusal_is_told_and_not_a_crash(monkeypatch):
    real = memory.available_bytes
    calls = iter([real(), 10])
    monkeypatch.setattr(memory, "available_bytes", lambda: next(calls))
    row = growth.fitted("ease", 2_000)
    assert "seconds" not in row
    assert "EASE over 139 items" in row["said"]
