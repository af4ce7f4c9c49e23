"""Worlds in which nearly nothing, or nearly everything, is known: every model must get through."""

import numpy as np
import polars as pl
import pytest

from omakase.arrays.topk import mask_rows, top_k
from omakase.data.dataset import Dataset
from omakase.data.weighting import KindWeight, Weighting
from omakase.errors import EmptyData
from omakase.registry import MODELS
from omakase.types import PAD, Queries

NETS = {
    "neumf",
    "sasrec",
    "two_tower",
    "wide_deep",
}  # a few worlds each, as every fit costs a moment
QUICK = sorted(set(MODELS) - NETS)
SMALL = {
    "bpr": {"epochs": 3},
    "neumf": {"width": 8, "hidden": (8, 4), "plan": {"epochs": 1}},
    "sasrec": {
        "shape": {"width": 8, "heads": 2, "blocks": 1, "length": 6},
        "objective": {"negatives": 8},
        "plan": {"epochs": 1},
    },
    "two_tower": {"width": 8, "hidden": 8, "negatives": 8, "plan": {"epochs": 1}},
    "wide_deep": {"width": 8, "hidden": (8, 4), "plan": {"epochs": 1}},
}
PAIRS = [(f"u{u}", f"i{i}") for u in range(5) for i in range(4) if (u + i) % 3]


def world(rows, items=None):
    """From (user, item, weight), one a second."""
    table = pl.DataFrame(
        [(user, item, "rating", weight, time) for time, (user, item, weight) in enumerate(rows)],
        schema=["user_id", "item_id", "kind", "value", "time"],
        orient="row",
    )
    as_told = Weighting(kinds={"rating": KindWeight(from_value=True, lowest=-1e9)})
    return Dataset.from_table(table, items=items, weighting=as_told)


def weighing(weight):
    return world([(user, item, weight(user, item)) for user, item in PAIRS])


WORLDS = {
    "one event": world([("u", "i", 1.0)]),
    "one user": world([("u", f"i{n}", 1.0) for n in range(4)]),
    "one item": world([(f"u{n}", "i", 1.0) for n in range(4)]),
    "same event thrice": world([("u", "i", 1.0)] * 3 + [("v", "i", 1.0), ("v", "j", 1.0)]),
    "weights of zero": weighing(lambda user, item: 0.0),
    "some weights of zero": weighing(lambda user, item: float(user == "u1")),
    "dislikes only": weighing(lambda user, item: -1.0),
    "for and against": world([(u, i, w) for u, i in PAIRS for w in (1.0, -1.0)]),
    "huge weights": weighing(lambda user, item: 1e6),
    "largest weights": weighing(lambda user, item: 1e9 if (user, item) == PAIRS[0] else 1.0),
    "tiny weights": weighing(lambda user, item: 1e-6),
}
NOTHING_TO_FOLLOW = {"one event", "one item", "weights of zero", "dislikes only"}
CASES = [
    *((name, place) for name in QUICK for place in WORLDS),
    *((name, "huge weights") for name in sorted(NETS)),
]


def fitted(name, data):
    cls = MODELS[name]
    return cls.fit(data, cls.config_type(**SMALL.get(name, {})), rng=np.random.default_rng(0))


def everyone(data):
    return data.queries(np.arange(data.n_users, dtype=np.int32))


@pytest.mark.parametrize(("name", "place"), CASES)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_scores_are_finite_and_the_same_when_read_back(name, place):
    data = WORLDS[place]
    model = fitted(name, data)
    scores = model.score(everyone(data))
    assert scores.shape == (data.n_users, data.n_items)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    again = type(model).from_arrays(model.arrays(), MODELS[name].config_type(**SMALL.get(name, {})))
    np.testing.assert_array_equal(again.score(everyone(data)), scores)


@pytest.mark.parametrize("place", ["one event", "dislikes only", "for and against"])
@pytest.mark.parametrize("name", QUICK)
def test_a_stranger_is_answered_in_a_poor_world(name, place):
    nobody = Queries.of(np.full((2, 3), PAD, np.int32))
    scores = fitted(name, WORLDS[place]).score(nobody)
    assert np.isfinite(scores).all()
    if name != "random":
        np.testing.assert_array_equal(scores[0], scores[1])


@pytest.mark.parametrize("place", sorted(NOTHING_TO_FOLLOW))
def test_sequence_model_refuses_data_without_sequences(place):
    with pytest.raises(EmptyData, match="no next item to learn"):
        fitted("sasrec", WORLDS[place])


@pytest.mark.parametrize("name", [*QUICK, "neumf"])
def test_who_has_everything_gets_nothing_and_disturbs_nobody(name):
    """The glutton's history is the whole catalog."""
    rows = [("glutton", f"i{n}", 1.0) for n in range(6)]
    rows += [(f"u{n}", f"i{(n + more) % 6}", 1.0) for n in range(6) for more in (0, 1)]
    data = world(rows)
    queries = everyone(data)
    model = fitted(name, data)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 6)
    glutton = data.ids.users.row("glutton")
    for row, items in enumerate(slate.items.tolist()):
        left = set(range(6)) - set(queries.exclude[row].tolist())
        assert {item for item in items if item != PAD} == left
    assert set(slate.items[glutton].tolist()) == {PAD}


@pytest.mark.parametrize("name", [*QUICK, "wide_deep"])
def test_an_item_without_users_is_scored_and_harms_none(name):
    data = world([(u, i, 1.0) for u, i in PAIRS], items=pl.DataFrame({"item_id": ["z1", "z2"]}))
    bare = world([(u, i, 1.0) for u, i in PAIRS])
    scores = fitted(name, data).score(everyone(data))
    assert scores.shape == (5, 6)
    assert np.isfinite(scores).all()
    if name in {"ease", "item_knn", "popular", "sparse_ease", "user_knn"}:
        alone = fitted(name, bare).score(everyone(bare))
        np.testing.assert_array_equal(np.argsort(-scores[:, :4]), np.argsort(-alone))
        assert (scores[:, 4:] <= scores[:, :4].max(axis=1, keepdims=True)).all()


@pytest.mark.parametrize("name", QUICK)
def test_an_unused_item_in_the_history_is_no_error(name):
    """Somebody put the newest item into the basket, which training has seen nobody do."""
    data = world([(u, i, 1.0) for u, i in PAIRS], items=pl.DataFrame({"item_id": ["z"]}))
    fresh = Queries.of(np.asarray([[4], [4]], np.int32))
    assert np.isfinite(fitted(name, data).score(fresh)).all()


@pytest.mark.parametrize("name", QUICK)
def test_a_history_of_events_without_weight_is_no_error(name):
    data = WORLDS["some weights of zero"]
    weightless = Queries.of(np.asarray([[0, 1]], np.int32), weights=np.zeros((1, 2), np.float32))
    assert np.isfinite(fitted(name, data).score(weightless)).all()


@pytest.mark.parametrize("name", QUICK)
def test_one_history_may_be_longer_than_all_of_training(name):
    """The same four items over and over: no place of it is out of reach."""
    data = WORLDS["tiny weights"]
    long = Queries.of(np.tile(np.arange(4, dtype=np.int32), (1, 60)))
    scores = fitted(name, data).score(long)
    assert scores.shape == (1, 4)
    assert np.isfinite(scores).all()
