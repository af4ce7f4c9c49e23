"""SASRec learns an order that no bag of items holds."""

import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.models.sasrec import SasRec, SasRecConfig
from omakase.types import PAD, Queries

SMALL = {
    "shape": {"width": 16, "heads": 2, "blocks": 1, "length": 6, "dropout": 0.0},
    "objective": {"negatives": 20, "validation_users": 0},
    "plan": {"epochs": 1, "batch": 32, "learning_rate": 0.01, "precision": "float32"},
}


def small(**plan) -> SasRecConfig:
    return SasRecConfig(**{**SMALL, "plan": {**SMALL["plan"], **plan}})


@pytest.fixture(scope="module")
def trained() -> SasRec:
    return SasRec.fit(two_tribes(), small(), rng=np.random.default_rng(0))


@pytest.mark.parametrize("block", ["plain", "gated"])
def test_learns_what_comes_next(rng, block):
    """Everyone walks five steps along a street of 20 houses; where does the walk go on?"""
    walks = [range(start, start + 5) for start in range(16) for _ in range(4)]
    events = [(f"u{u:02}", f"i{i:02}", 1.0) for u, walk in enumerate(walks) for i in walk]
    config = small(epochs=40)
    config = config.model_copy(update={"shape": config.shape.model_copy(update={"block": block})})
    model = SasRec.fit(Dataset.from_events(events), config, rng=rng)
    asked = np.asarray([[s, s + 1, s + 2] for s in range(2, 14)], dtype=np.int32)
    queries = Queries.of(asked)
    best = top_k(mask_rows(model.score(queries), queries.exclude), 1).items[:, 0]
    assert (best == asked[:, -1] + 1).mean() > 0.9


def test_what_was_disliked_is_not_history(trained):
    history = np.asarray([[0, 5, 2]], dtype=np.int32)
    disliked = Queries.of(history, weights=np.asarray([[1, -1, 1]], dtype=np.float32))
    without = Queries.of(np.asarray([[0, 2]], dtype=np.int32))
    np.testing.assert_allclose(trained.score(disliked), trained.score(without), atol=1e-5)


def test_only_the_newest_items_count(trained):
    long = np.asarray([[9, 8, 7, 1, 2, 3, 4, 5, 6]], dtype=np.int32)
    whole, newest = (trained.score(Queries.of(h)) for h in (long, long[:, -6:]))
    np.testing.assert_array_equal(whole, newest)


def test_the_curve_is_kept(trained):
    assert trained.curve.shape == (1, 4)
    np.testing.assert_array_equal(trained.arrays()["curve"], trained.curve)


def test_attributes_come_from_the_columns_named(rng):
    items = pl.DataFrame({"item_id": [f"i{n:02}" for n in range(12)], "side": ["even", "odd"] * 6})
    tribes = two_tribes()
    data = Dataset(tribes.ids, tribes.kinds, tribes.events, items, tribes.users)
    told = SasRec.fit(data, SasRecConfig(**SMALL, attributes=("side",)), rng=rng)
    untold = SasRec.fit(data, SasRecConfig(**SMALL), rng=np.random.default_rng(0))
    assert not np.allclose(told.items, untold.items)


def test_is_served_without_torch(tmp_path, trained):
    np.savez(tmp_path / "model.npz", **trained.arrays())
    queries = np.asarray([[PAD, 0, 2], [1, 3, 5]], dtype=np.int32)
    expected = trained.score(Queries.of(queries))
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import numpy as np\n"
        "from omakase.models.sasrec import SasRec, SasRecConfig\n"
        "from omakase.types import Queries\n"
        f"config = SasRecConfig.model_validate_json({small().model_dump_json()!r})\n"
        f"arrays = dict(np.load({str(tmp_path / 'model.npz')!r}))\n"
        "model = SasRec.from_arrays(arrays, config)\n"
        f"scores = model.score(Queries.of(np.asarray({queries.tolist()}, dtype=np.int32)))\n"
        "print(scores.tolist())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": "src"}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    np.testing.assert_allclose(np.asarray(json.loads(done.stdout)), expected, atol=1e-6)
