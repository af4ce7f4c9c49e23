"""What items are tells the tribes apart, also items that nobody has taken."""

import numpy as np
import polars as pl
import pytest

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.two_tower import TwoTower, TwoTowerConfig, item_inputs
from omakase.types import PAD, Queries

KNOBS = {
    "width": 8, "hidden": 8, "dropout": 0.0, "negatives": 12, "validation_users": 0,
    "plan": {"epochs": 40, "batch": 4, "learning_rate": 0.02, "precision": "float32"},
}  # fmt: skip


def described() -> Dataset:
    """The tribes, whose items say what they are; i12 and i13 are new, and say it too."""
    names = [f"i{n:02}" for n in range(14)]
    kinds = ["even" if n % 2 == 0 else "odd" for n in range(14)]
    tribes = two_tribes()
    users, items = tribes.ids.users.ids, tribes.ids.items.ids
    events = pl.DataFrame(
        {
            "user_id": [users[u] for u in tribes.events.users],
            "item_id": [items[i] for i in tribes.events.items],
            "kind": "view",
            "value": 1.0,
            "time": range(len(tribes.events)),
        }
    )
    return Dataset.from_table(events, items=pl.DataFrame({"item_id": names, "category": kinds}))


@pytest.fixture(scope="module")
def data() -> Dataset:
    return described()


@pytest.fixture(scope="module", params=["attention", "mean"])
def model(data, request) -> TwoTower:
    config = TwoTowerConfig(**KNOBS, pooling=request.param)
    return TwoTower.fit(data, config, rng=np.random.default_rng(0))


def test_tribes_are_told_apart(model, data):
    scores = model.score(everyone(data))
    same = np.arange(12)[:, None] % 2 == np.arange(14) % 2
    assert scores[same].mean() > scores[~same].mean() + 1


def test_items_that_nobody_has_taken_go_to_the_right_people(model):
    scores = model.score(Queries.of(np.asarray([[0, 2], [1, 3]], dtype=np.int32)))
    assert scores[0, 12] > scores[0, 13] + 1
    assert scores[1, 13] > scores[1, 12] + 1
    np.testing.assert_allclose(model.items[12], model.items[0], atol=1e-5)


def test_what_was_disliked_does_not_count(model):
    history = np.asarray([[0, 1]], dtype=np.int32)
    torn = Queries.of(history, weights=np.asarray([[1, -1]], dtype=np.float32))
    plain = Queries.of(np.asarray([[PAD, 0]], dtype=np.int32))
    np.testing.assert_allclose(model.score(torn), model.score(plain), atol=1e-5)


def test_a_few_scores_are_the_scores(model, data):
    queries = everyone(data)[:2]
    some = model.score_items(queries, np.asarray([[13, PAD], [0, 5]], dtype=np.int32))
    every = model.score(queries)
    np.testing.assert_allclose(some[[0, 1, 1], [0, 0, 1]], every[[0, 1, 1], [13, 0, 5]], atol=1e-5)
    assert np.isneginf(some[0, 1])


def test_what_is_told_has_a_common_scale(data, rng):
    features = item_inputs(data, TwoTowerConfig(), rng)
    assert features.shape == (14, 2)
    np.testing.assert_allclose(np.linalg.norm(features, axis=1).mean(), 2**0.5, rtol=1e-5)
    assert item_inputs(two_tribes(), TwoTowerConfig(), rng).tolist() == [[0.0]] * 12


def test_vectors_have_length_one_and_the_curve_is_kept(model):
    np.testing.assert_allclose(np.linalg.norm(model.items, axis=1), 1, rtol=1e-5)
    assert model.curve.shape == (40, 4)
    assert set(model.arrays()) == {"items", "graph", "curve"}


def test_a_liked_history_moves_to_the_right():
    history = np.asarray([[4, 5, 6], [PAD, 1, 2]], dtype=np.int32)
    weights = np.asarray([[1, -1, 0.5], [0, 0, 2]], dtype=np.float32)
    liked = Queries.of(history, weights=weights).liked_history()
    assert liked.tolist() == [[PAD, 4, 6], [PAD, PAD, 2]]
