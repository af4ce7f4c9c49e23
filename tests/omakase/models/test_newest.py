"""Newest first, by what is known of arrival."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.models.newest import Newest, NewestConfig
from omakase.types import PAD, Queries

EVENTS = pl.DataFrame(
    {
        "user_id": ["u", "u", "v", "v"],
        "item_id": ["a", "b", "b", "c"],
        "kind": ["view"] * 4,
        "value": [1.0] * 4,
        "time": [1_700_000_000, 1_700_000_050, 1_700_000_100, 1_700_000_060],
    }
)


def order(model: Newest, data: Dataset) -> list[str]:
    return [data.ids.items.ids[i] for i in np.argsort(-model.share, kind="stable")]


def test_the_first_event_tells_where_nothing_else_does(rng):
    data = Dataset.from_table(EVENTS)
    model = Newest.fit(data, NewestConfig(), rng=rng)
    assert order(model, data) == ["c", "b", "a"]  # b was seen again later, and first before c
    np.testing.assert_allclose(sorted(model.share), [1 / 3, 2 / 3, 1])


@pytest.mark.parametrize(
    "created",
    [
        [1_900_000_000, None, 5],
        [date(2030, 1, 1), None, date(1970, 1, 1)],
        [datetime(2030, 1, 1), None, datetime(1970, 1, 1)],  # noqa: DTZ001
    ],
    ids=["seconds", "date", "datetime"],
)
def test_a_stated_time_comes_first_and_gaps_fall_back(rng, created):
    items = pl.DataFrame({"item_id": ["a", "b", "c"], "created": created})
    data = Dataset.from_table(EVENTS, items=items)
    assert order(Newest.fit(data, NewestConfig(), rng=rng), data) == ["a", "b", "c"]


def test_another_column_may_be_named(rng):
    items = pl.DataFrame({"item_id": ["a", "b", "c"], "listed": [3, 1, 2]})
    data = Dataset.from_table(EVENTS, items=items)
    assert order(Newest.fit(data, NewestConfig(column="listed"), rng=rng), data) == ["a", "c", "b"]


def test_an_item_of_which_nothing_is_known_comes_last_with_zero(rng):
    items = pl.DataFrame({"item_id": ["z"], "title": ["never seen"]})
    data = Dataset.from_table(EVENTS, items=items)
    model = Newest.fit(data, NewestConfig(), rng=rng)
    assert model.share[data.ids.items.row("z")] == 0
    assert (model.share[: data.ids.items.row("z")] > 0).all()


def test_the_same_moment_is_the_same_share(rng):
    data = Dataset.from_table(EVENTS.with_columns(time=pl.lit(7)))
    assert Newest.fit(data, NewestConfig(), rng=rng).share.tolist() == [1, 1, 1]


def test_some_items_are_looked_up(rng):
    model = Newest.fit(Dataset.from_table(EVENTS), NewestConfig(), rng=rng)
    queries = Queries.of(np.asarray([[PAD]], dtype=np.int32))
    some = model.score_items(queries, np.asarray([[2, PAD]], dtype=np.int32))
    assert some.tolist() == [[1.0, -np.inf]]
