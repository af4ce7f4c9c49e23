"""Popularity is a share."""

import numpy as np
import polars as pl

from omakase.data.dataset import Dataset
from omakase.data.weighting import KindWeight, Weighting
from omakase.models.popular import Popular, PopularConfig
from omakase.types import PAD, Queries


def test_shares_are_of_all_weight(rng):
    data = Dataset.from_events([("a", "x", 3.0), ("b", "x", 1.0), ("b", "y", 4.0)])
    model = Popular.fit(data, PopularConfig(), rng=rng)
    np.testing.assert_allclose(model.share, [0.5, 0.5])


def test_people_may_count_instead(rng):
    data = Dataset.from_events([("a", "x", 3.0), ("b", "x", 1.0), ("b", "y", 4.0)])
    model = Popular.fit(data, PopularConfig(count="people"), rng=rng)
    np.testing.assert_allclose(model.share, [2 / 3, 1 / 3])


def test_a_dislike_takes_away_and_nothing_falls_below_zero(rng):
    kinds = {"like": KindWeight(weight=2.0), "dislike": KindWeight(weight=2.0, negative=True)}
    rows = [("a", "x", "like"), ("b", "x", "like"), ("c", "x", "dislike"), ("a", "y", "dislike")]
    table = pl.DataFrame(rows, schema=["user_id", "item_id", "kind"], orient="row").with_columns(
        pl.lit(1.0).alias("value"), pl.lit(0).alias("time")
    )
    data = Dataset.from_table(table, weighting=Weighting(kinds=kinds))
    for count in ("weight", "people"):
        model = Popular.fit(data, PopularConfig(count=count), rng=rng)
        np.testing.assert_allclose(model.share, [1.0, 0.0])


def test_some_items_are_looked_up(rng):
    data = Dataset.from_events([("a", "x", 3.0), ("b", "y", 1.0)])
    model = Popular.fit(data, PopularConfig(), rng=rng)
    queries = Queries.of(np.asarray([[PAD]], dtype=np.int32))
    some = model.score_items(queries, np.asarray([[1, PAD]], dtype=np.int32))
    assert some.tolist() == [[0.25, -np.inf]]
