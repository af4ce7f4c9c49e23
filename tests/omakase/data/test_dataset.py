"""From rows to columns."""

import numpy as np
import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.errors import EmptyData
from omakase.types import PAD


def table(*rows):
    return pl.DataFrame(rows, schema=["user_id", "item_id", "kind", "value", "time"], orient="row")


EVENTS = table(
    ("bob", "x", "view", 1.0, 30),
    ("ann", "x", "purchase", 1.0, 10),
    ("ann", "y", "rating", 4.0, 20),
    ("ann", "x", "view", 1.0, 40),
)


def test_events_are_sorted_by_time():
    assert Dataset.from_table(EVENTS).events.times.tolist() == [10, 20, 30, 40]


def test_weights_of_a_pair_add_up():
    data = Dataset.from_table(EVENTS)
    ann, x = data.ids.users.row("ann"), data.ids.items.row("x")
    assert data.matrix[ann, x] == 6.0


def test_a_dislike_is_negative_and_leaves_the_positive_matrix():
    data = Dataset.from_table(table(("a", "x", "dislike", 1.0, 1), ("a", "y", "view", 1.0, 2)))
    assert data.matrix.toarray().tolist() == [[-2.0, 1.0]]
    assert data.positive.toarray().tolist() == [[0.0, 1.0]]


def test_queries_are_the_last_events_oldest_first():
    data = Dataset.from_table(EVENTS)
    users = data.ids.users.rows(["bob", "ann"])
    queries = data.queries(users, length=2)
    x, y = data.ids.items.row("x"), data.ids.items.row("y")
    assert queries.history.tolist() == [[PAD, x], [y, x]]
    assert queries.times.tolist() == [[0, 30], [20, 40]]
    assert queries.exclude.tolist() == [[PAD, x], [x, y]]


def test_items_without_events_get_rows_too():
    items = pl.DataFrame({"item_id": ["new", "y"], "title": ["New", "Why"]})
    data = Dataset.from_table(EVENTS, items=items)
    assert list(data.ids.items.ids) == ["x", "y", "new"]
    assert data.items.get_column("title").to_list() == [None, "Why", "New"]


def test_rows_of_a_known_id_map_stay():
    first = Dataset.from_table(EVENTS)
    grown = Dataset.from_table(table(("zed", "a", "view", 1.0, 50)), ids=first.ids)
    assert grown.ids.items.row("x") == first.ids.items.row("x")
    assert grown.ids.items.row("a") == 2


def test_nothing_is_an_error():
    with pytest.raises(EmptyData):
        Dataset.from_table(EVENTS.clear())


def test_histories_of_nobody_have_one_padded_column():
    assert Dataset.from_table(EVENTS).queries(np.asarray([], np.int32)).history.shape == (0, 1)


def test_queries_of_many_users_are_those_of_each(rng):
    rows = {"user_id": rng.integers(0, 30, 400), "item_id": rng.integers(0, 12, 400)}
    data = Dataset.from_table(
        pl.DataFrame({**rows, "kind": "view", "value": 1.0, "time": rng.permutation(400)})
    )
    users = rng.permutation(data.n_users).astype(np.int32)
    queries = data.queries(users, length=5)
    for b, user in enumerate(users):
        mine = np.flatnonzero(data.events.users == user)
        kept = queries.history[b] != PAD
        assert queries.history[b][kept].tolist() == data.events.items[mine][-5:].tolist()
        assert queries.times[b][kept].tolist() == data.events.times[mine][-5:].tolist()
        seen = queries.exclude[b][queries.exclude[b] != PAD]
        assert seen.tolist() == sorted(set(data.events.items[mine].tolist()))


def test_a_user_without_events_asks_with_an_empty_history():
    data = Dataset.from_table(EVENTS, users=pl.DataFrame({"user_id": ["new"]}))
    queries = data.queries(data.ids.users.rows(["new", "bob"]))
    assert queries.history[0].tolist() == [PAD]
    assert queries.exclude[0].tolist() == [PAD]
    assert (queries.history[1] != PAD).sum() == 1
