"""What validation decides."""

import numpy as np
import pytest

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.deep.nn import int8
from omakase.deep.train.held_out import HeldOut
from omakase.deep.train.smaller import _parts, smaller_histories
from omakase.registry import MODELS

PLAN = {"epochs": 2, "batch": 64, "learning_rate": 0.02, "precision": "float32"}
SMALL = {
    "neumf": {"width": 16, "hidden": (128, 64), "dropout": 0.0, "validation_users": 6},
    "sasrec": {
        "shape": {"width": 64, "heads": 2, "blocks": 1, "length": 6},
        "objective": {"negatives": 8, "validation_users": 6},
    },
    "two_tower": {"width": 32, "hidden": 256, "negatives": 8, "validation_users": 6},
    "wide_deep": {"width": 16, "hidden": (128, 64), "dropout": 0.0, "validation_users": 6},
}


def fitted(name: str, **plan):
    cls = MODELS[name]
    config = cls.config_type(**SMALL[name], plan={**PLAN, **plan})
    return cls.fit(two_tribes(), config, rng=np.random.default_rng(0))


@pytest.mark.parametrize("name", sorted(SMALL))
def test_each_net_is_smaller_where_the_bar_allows_it(name, monkeypatch):
    whole = fitted(name)
    monkeypatch.setattr(int8, "KEPT", 0.0)
    small = fitted(name, int8=True)
    assert len(small.arrays()["graph"]) < len(whole.arrays()["graph"])
    queries = everyone(two_tribes())
    near, exact = small.score(queries), whole.score(queries)
    assert np.abs(near - exact).mean() <= 0.3 * exact.std() + 1e-6


@pytest.mark.parametrize("name", ["neumf", "sasrec"])
def test_each_net_stays_whole_where_it_does_not(name, monkeypatch):
    monkeypatch.setattr(int8, "KEPT", np.inf)
    whole, same = fitted(name), fitted(name, int8=True)
    np.testing.assert_array_equal(same.arrays()["graph"], whole.arrays()["graph"])


def test_without_validation_it_is_not_tried():
    nobody = HeldOut(*(np.empty(shape, np.int64) for shape in (0, (0, 1), 0)))
    arrays = {"items": np.zeros((1, 1)), "graph": np.zeros(3, np.uint8)}
    assert smaller_histories(arrays, nobody, 5) is arrays


@pytest.mark.parametrize("size", [1, 5, 900])
def test_samples_are_spread_over_those_held_out(size):
    held = HeldOut(np.arange(size), np.zeros((size, 1), np.int32), np.zeros(size, np.int32))
    parts = _parts(held)
    assert len(parts) <= 8
    assert all(len(part) for part in parts)
    every = np.concatenate(parts)
    assert every.min() == 0
    assert every.max() == size - 1
