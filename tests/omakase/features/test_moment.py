"""A request is described by its history and the catalog, in learning as in answering."""

import numpy as np
import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.features.items import item_features
from omakase.features.moment import LATELY, Moment, item_columns
from omakase.features.past import PastEvents
from omakase.types import PAD, Context, Queries

DAY = 86_400


@pytest.fixture(scope="module")
def data() -> Dataset:
    events = pl.DataFrame(
        {
            "user_id": ["a", "a", "b", "b", "c"],
            "item_id": ["x", "y", "x", "z", "x"],
            "kind": ["rating"] * 5,
            "value": [5.0, 3.0, 4.0, 2.0, 5.0],
            "time": [10 * DAY, 20 * DAY, 30 * DAY, 40 * DAY, 50 * DAY],
        }
    )
    items = pl.DataFrame(
        {
            "item_id": ["x", "y", "z"],
            "category": ["drama", "drama", "war"],
            "price": [10.0, 20.0, 40.0],
        }
    )
    return Dataset.from_table(events, items=items)


def asked(history, **rest) -> Queries:
    return Queries.of(np.asarray(history, np.int32), **rest)


def test_items_are_those_of_d7_on_a_log_scale_users_first(data):
    table = item_columns(data)
    plain = item_features(PastEvents(data, 50 * DAY + 1))
    np.testing.assert_allclose(table[:, 0], np.log1p(plain.column("distinct_users")))
    np.testing.assert_allclose(table[:, 0], np.log1p([3, 1, 1]))
    assert table.shape == plain.values.shape


def test_a_restored_moment_tells_the_same(data):
    made = Moment.of(data)
    again = Moment.restored(made.table, data.items)
    queries = asked([[PAD, 0], [1, 2]], now=np.asarray([60 * DAY, 0]))
    items = np.asarray([[1, 2], [0, PAD]], np.int32)
    first, second = made.columns(queries, items), again.columns(queries, items)
    assert list(first) == list(second)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


def test_a_known_user_is_described_by_the_history_alone(data):
    items = np.asarray([[1, 2]], np.int32)
    stranger = Moment.of(data).columns(asked([[0]]), items)
    known = Moment.of(data).columns(asked([[0]], users=np.asarray([1], np.int32)), items)
    for name, column in stranger.items():
        np.testing.assert_array_equal(column, known[name])


def test_the_person_is_told_by_count_and_popularity_of_the_history(data):
    found = Moment.of(data).columns(asked([[PAD, 0], [1, 2]]), np.asarray([[1], [0]], np.int32))
    np.testing.assert_allclose(found["user.events"], np.log1p([[1], [2]]))
    np.testing.assert_allclose(found["user.popularity"], np.log1p([[3], [1]]), rtol=1e-6)
    gap = np.log1p([[1], [3]]) - np.log1p([[3], [1]])
    np.testing.assert_allclose(found["pair.popularity_gap"], gap, rtol=1e-6)


def test_the_favourite_category_is_that_of_the_history_and_lately_of_its_end(data):
    long = [[2, *[0] * LATELY]]  # war long ago, drama since
    found = Moment.of(data).columns(asked(long), np.asarray([[1, 2]], np.int32))
    assert found["pair.category_lately"].tolist() == [[1, 0]]
    assert found["pair.favourite_category_fit"].tolist() == [[0.5, 0.5]]  # of distinct items


def test_what_was_had_before_is_told_with_how_often_and_how_lately(data):
    found = Moment.of(data).columns(asked([[PAD, 0, 0, 1]]), np.asarray([[0, 1, 2, PAD]], np.int32))
    np.testing.assert_allclose(found["pair.times_had"], np.log1p([[2, 1, 0, 0]]))
    np.testing.assert_allclose(found["pair.had_lately"], [[1 / 2, 1, 0, 0]])


def test_the_budget_is_that_of_the_request(data):
    queries = asked([[0]], contexts=(Context(budget=20.0),))
    found = Moment.of(data).columns(queries, np.asarray([[0, 1, 2]], np.int32))
    assert found["pair.budget_fit"].tolist() == [[1, 1, 0.5]]


def test_padding_is_zero_and_everything_is_finite(data):
    queries = asked([[PAD], [0]], now=np.asarray([0, 60 * DAY]))
    items = np.asarray([[PAD, 1], [PAD, PAD]], np.int32)
    for name, column in Moment.of(data).columns(queries, items).items():
        assert column.shape == (2, 2), name
        assert np.isfinite(column).all(), name
        assert not column[items == PAD].any(), name


def test_what_comes_later_is_not_known(data):
    early = data.with_events(data.events.chosen(data.events.times < 30 * DAY))
    assert Moment.of(early).table[0, 0] == pytest.approx(np.log1p(1))
    assert Moment.of(data).table[0, 0] == pytest.approx(np.log1p(3))


def test_a_catalog_that_knows_nothing_but_ids_is_enough():
    data = Dataset.from_events([("a", "x", 1.0), ("b", "y", 1.0)])
    found = Moment.of(data).columns(asked([[0]]), np.asarray([[1]], np.int32))
    assert found["pair.category_lately"].tolist() == [[0]]
