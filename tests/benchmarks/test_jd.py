"""What the two sides learn from, and what both are asked."""

import numpy as np
import polars as pl
import pytest
from benchmarks.jd import Signals, gained, purchases_only, weighed

from omakase.data.dataset import Dataset
from omakase.data.splits import Split
from omakase.evaluate.questions import evaluation_queries

ROWS = [
    ("a", "x", "purchase", 0),
    ("a", "y", "view", 1),
    ("b", "y", "bookmark", 2),
    ("b", "z", "purchase", 3),
    ("a", "y", "purchase", 9),
]


@pytest.fixture
def split() -> Split:
    table = pl.DataFrame(ROWS, schema=["user_id", "item_id", "kind", "time"], orient="row")
    data = Dataset.from_table(table.with_columns(pl.lit(1.0).alias("value")))
    train, test = (data.with_events(data.events.chosen(np.arange(*p))) for p in ((4,), (4, 5)))
    return Split("given", train, data.with_events(data.events.chosen(np.arange(0))), test)


def test_events_weigh_what_was_chosen_and_0_is_left_out(split):
    data = weighed(split.train, Signals(view=0.5, bookmark=0))
    assert data.events.weights.tolist() == [1, 0.5, 1]


def test_an_item_that_was_only_looked_at_may_be_bought(split):
    asked = evaluation_queries(purchases_only(split))
    assert asked.counts.targets == 1
    x = split.train.ids.items.row("x")
    assert asked.queries(slice(None)).exclude.tolist() == [[x]]


def test_a_gain_is_called_sure_only_when_it_is():
    better = {"ndcg@20": np.linspace(0.5, 0.6, 50)}
    worse = {"ndcg@20": np.linspace(0.3, 0.5, 50)}
    assert "favourites help" in gained(better, worse)[1]
    assert "do not surely" in gained(worse, better)[1]
    assert gained(better, worse)[0]["ndcg@20"] == pytest.approx(0.15)
