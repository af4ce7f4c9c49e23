"""Trending is popularity that fades."""

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from omakase.data.dataset import Dataset
from omakase.models.trending import Trending, TrendingConfig
from omakase.types import DAY_SECONDS, PAD, Queries

EVENTS = [("a", "old", 0), ("b", "old", 0), ("c", "old", 0), ("a", "new", 20), ("b", "mid", 10)]


def world(events: list[tuple[str, str, int]]) -> Dataset:
    """From (user, item, day)."""
    table = pl.DataFrame(events, schema=["user_id", "item_id", "day"], orient="row")
    return Dataset.from_table(
        table.select(
            "user_id",
            "item_id",
            pl.lit("view").alias("kind"),
            pl.lit(1.0).alias("value"),
            (pl.col("day") * DAY_SECONDS).alias("time"),
        )
    )


def test_an_event_counts_half_after_each_half_life(rng):
    data = world(EVENTS)
    model = Trending.fit(data, TrendingConfig(half_life_days=10), rng=rng)
    weights = {"old": 3 / 4, "mid": 1 / 2, "new": 1.0}
    expected = [weights[i] / sum(weights.values()) for i in data.ids.items.ids]
    np.testing.assert_allclose(model.share, expected, rtol=1e-6)


def test_a_short_half_life_prefers_what_is_new_and_a_long_one_what_is_chosen(rng):
    data = world(EVENTS)
    best = {
        days: data.ids.items.ids[
            int(Trending.fit(data, TrendingConfig(half_life_days=days), rng=rng).share.argmax())
        ]
        for days in (1, 1000)
    }
    assert best == {1: "new", 1000: "old"}


def test_very_old_events_do_not_break_the_sum(rng):
    data = world([("a", "x", 0), ("a", "y", 30_000)])
    model = Trending.fit(data, TrendingConfig(half_life_days=0.1), rng=rng)
    assert np.isfinite(model.share).all()
    np.testing.assert_allclose(model.share.sum(), 1)


def test_some_items_are_looked_up(rng):
    model = Trending.fit(world(EVENTS), TrendingConfig(), rng=rng)
    queries = Queries.of(np.asarray([[PAD]], dtype=np.int32))
    some = model.score_items(queries, np.asarray([[PAD, 2]], dtype=np.int32))
    assert some.tolist() == [[-np.inf, model.share[2]]]


def test_a_half_life_of_nothing_is_refused():
    with pytest.raises(ValidationError, match="half_life_days"):
        TrendingConfig(half_life_days=0)


def test_half_life_grows_if_little_happens(rng):
    """A crowd long ago, and one person's few events of these days."""
    fresh = [("a", "fresh", day) for day in (280, 280, 280, 280, 300)]
    data = world([*[(f"u{n}", "loved", 0) for n in range(30)], *fresh])
    quick = Trending.fit(data, TrendingConfig(half_life_days=5, fewest_events=0), rng=rng)
    slow = Trending.fit(data, TrendingConfig(half_life_days=5, fewest_events=3), rng=rng)
    loved, fresh = data.ids.items.row("loved"), data.ids.items.row("fresh")
    assert quick.share[fresh] > 0.99
    assert slow.share[loved] > 1000 * quick.share[loved]


def test_one_event_of_a_far_future_ages_nothing(rng):
    plain = [(f"u{n}", f"i{n % 3}", n % 40) for n in range(60)]
    before = Trending.fit(world(plain), TrendingConfig(), rng=rng).share
    after = Trending.fit(world([*plain, ("z", "i0", 30_000)]), TrendingConfig(), rng=rng).share
    np.testing.assert_allclose(after, before, atol=0.05)
