import pytest

from omakase.data import plain
from omakase.data.plain import dataset_of
from omakase.data.weighting import KindWeight, Weighting
from omakase.errors import EmptyData

EVENTS = [
    ("u", "b", "view", None, 20),
    ("v", "a", "purchase", 2.0, 10),
    ("u", "a", "rating", 4.5, 30),
]


def test_rows_become_events_oldest_first():
    data = dataset_of(iter(EVENTS))
    assert data.events.times.tolist() == [10, 20, 30]
    assert data.ids.items.ids == ("a", "b")
    assert data.events.values.tolist() == [2.0, 1.0, 4.5]


def test_chunks_change_nothing(monkeypatch):
    whole = dataset_of(EVENTS)
    monkeypatch.setattr(plain, "CHUNK", 1)
    pieces = dataset_of(EVENTS)
    assert pieces.ids.items.ids == whole.ids.items.ids
    assert pieces.events.items.tolist() == whole.events.items.tolist()
    assert pieces.events.weights.tolist() == whole.events.weights.tolist()


def test_items_without_events_get_rows_and_keep_their_columns():
    items = [
        {"item_id": "z", "price": None, "tags": []},
        {"item_id": "a", "price": 3, "tags": ["t"]},
    ]
    data = dataset_of(EVENTS, items=items, users=[{"user_id": "w"}])
    assert data.ids.items.ids == ("a", "b", "z")
    assert data.items.get_column("price").to_list() == [3, None, None]
    assert data.items.get_column("tags").to_list() == [["t"], None, []]
    assert data.ids.users.ids == ("u", "v", "w")


def test_weights_are_the_caller_s():
    told = Weighting(kinds={"view": KindWeight(weight=7)})
    assert dataset_of(EVENTS, weighting=told).events.weights.tolist() == [1, 7, 1]


def test_nothing_is_refused():
    with pytest.raises(EmptyData):
        dataset_of([])
