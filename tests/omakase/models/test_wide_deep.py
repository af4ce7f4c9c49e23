import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.wide_deep import Columns, Features, WideDeep, WideDeepConfig, crossed
from omakase.types import PAD, Queries

PLAN = {"epochs": 30, "batch": 16, "learning_rate": 0.02, "precision": "float32"}
TOLD = {
    "user": {"values": ("side",)},
    "item": {"values": ("side",)},
    "crosses": (("side", "side"),),
    "width": 4,
    "hidden": (8, 4),
    "dropout": 0.0,
    "validation_users": 0,
}


def told(data: Dataset) -> Dataset:
    """The tribes, with the side that each is on in a column."""
    items, users = (
        table.with_columns(pl.Series("side", ["even", "odd"] * (table.height // 2)))
        for table in (data.items, data.users)
    )
    return Dataset(data.ids, data.kinds, data.events, items, users)


def test_features_are_values_then_numbers():
    table = pl.DataFrame({"age": [10, 30, None], "sort": [["a", "b"], ["a"], None]})
    found = Features.of(table, Columns(values=("sort",), numbers=("age",)))
    assert found.columns == ("sort", "sort", "age")
    root = np.float32(1 / np.sqrt(2))  # of a deviation over two known values
    np.testing.assert_allclose(found.table, [[0.5, 0.5, -root], [1, 0, root], [0, 0, 0]])


def test_only_the_columns_named_are_crossed():
    left = Features(np.zeros((1, 3), dtype=np.float32), ("a", "a", "b"), np.arange(3, dtype="u8"))
    right = Features(np.zeros((1, 2), dtype=np.float32), ("x", "y"), np.arange(2, dtype="u8"))
    assert crossed(left, right, [("a", "y")]).tolist() == [[0, 1], [0, 1], [0, 0]]


def test_a_cross_names_columns_that_are_told():
    with pytest.raises(ValidationError, match="cross"):
        WideDeepConfig(crosses=(("age", "genres"),))


def test_tells_the_tribes_apart(rng):
    data = told(two_tribes())
    model = WideDeep.fit(data, WideDeepConfig(**TOLD, plan=PLAN), rng=rng)
    scores = model.score(everyone(data))
    same = np.arange(12)[:, None] % 2 == np.arange(12) % 2
    assert scores[same].mean() > scores[~same].mean() + 1


def test_predicts_likes_where_the_data_hold_dislikes(rng):
    """Sides disagree: everyone likes their own and dislikes the other. No item is drawn."""
    rows = [
        (f"u{u:02}", f"i{i:02}", 1.0 if u % 2 == i % 2 else -1.0)
        for u in range(12)
        for i in range(12)
    ]
    data = told(Dataset.from_events(rows))
    model = WideDeep.fit(data, WideDeepConfig(**TOLD, plan=PLAN, negatives=0), rng=rng)
    likely = 1 / (1 + np.exp(-model.score(everyone(data))))
    same = np.arange(12)[:, None] % 2 == np.arange(12) % 2
    assert likely[same].min() > 0.8
    assert likely[~same].max() < 0.2


def test_some_are_scored_as_all_are(rng):
    data = told(two_tribes())
    config = WideDeepConfig(**{**TOLD, "plan": {**PLAN, "epochs": 1}})
    model = WideDeep.fit(data, config, rng=rng)
    queries = Queries.of(np.asarray([[0, 2]], dtype=np.int32))
    some = model.score_items(queries, np.asarray([[5, PAD, 1]], dtype=np.int32))
    np.testing.assert_allclose(some[0, [0, 2]], model.score(queries)[0, [5, 1]], atol=1e-5)
    assert np.isneginf(some[0, 1])
