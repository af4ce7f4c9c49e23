"""The hybrid of shops, in small, with a stand-in for the sequence model."""

import numpy as np
import pytest
from benchmarks import sequences, shop_hybrid, strategies
from benchmarks.form import Asked
from benchmarks.shop_hybrid import SEQUENCE
from tests.benchmarks.test_strategies import tastes

from omakase.data.splits import leave_one_out
from omakase.registry import MODELS


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """A quick run over a made-up shop; transitions stand in for what takes minutes to train."""
    trained = []

    def stand_in(name, split, config, seed):
        trained.append((name, seed))
        cls = MODELS["transitions"]
        return cls.fit(split.train, cls.config_type(), rng=np.random.default_rng(0))

    monkeypatch.setattr(shop_hybrid, "sequence_model", stand_in)
    return Asked(tmp_path, True, (5,), None, "shop_hybrid"), trained


def test_singles_then_stacks_and_the_one_that_validation_chose(asked, monkeypatch):
    monkeypatch.setattr(shop_hybrid, "HEADS", {"stacking (logistic)": "logistic"})
    rows = shop_hybrid.table("s3rec-Beauty", tastes(), "shop-sasrec", asked[0])
    chosen = [row["model"] for row in rows if row.get("chosen")]
    assert chosen == ["rrf"]  # forty lists do not tell the stack from fusion
    assert asked[1] == [("s3rec-Beauty", 5)]
    assert [row["model"] for row in rows[3:]] == ["rrf", "stacking (logistic)"]
    assert {row["model"] for row in rows[:3]} == {SEQUENCE, "popular", "item_knn"}
    best = max(row["ndcg@10"] for row in rows[:3])
    assert rows[-1]["gain"] == pytest.approx(rows[-1]["ndcg@10"] - best, abs=1e-9)


def test_the_models_beside_the_sequence_are_there():
    assert set(shop_hybrid.BESIDE) <= set(MODELS) and SEQUENCE in MODELS
    assert set(shop_hybrid.QUICK.models) <= set(shop_hybrid.BESIDE)


def test_a_trained_model_is_read_back(tmp_path, monkeypatch):
    split, fits = leave_one_out(tastes(12)), []
    config = sequences.settings("shop-sasrec", True)
    small = config.shape.model_copy(update={"width": 8})
    plan = config.plan.model_copy(update={"validate_every": 1})
    config = config.model_copy(update={"shape": small, "attributes": (), "plan": plan})
    monkeypatch.setattr(shop_hybrid, "KEPT", tmp_path)
    monkeypatch.setattr(sequences, "told", lambda *said, **more: fits.append(said))
    first = shop_hybrid.sequence_model("s3rec-Beauty", split, config, 0)
    heard = len(fits)
    again = shop_hybrid.sequence_model("s3rec-Beauty", split, config, 0)
    assert heard and len(fits) == heard, "it was not trained a second time"
    for name, array in first.arrays().items():
        np.testing.assert_array_equal(again.arrays()[name], array)


def test_the_verdict_is_of_the_stack_that_was_chosen():
    rows = [
        {"model": SEQUENCE, "ndcg@10": 0.05},
        {"model": "stacking", "ndcg@10": 0.07, "gain": 0.02, "gain 95 %": [0.01, 0.03]},
        {"model": "stacking (logistic)", "ndcg@10": 0.06, "gain": 0.01, "gain 95 %": [-1, 1]},
    ]
    rows = strategies.marked(rows, "stacking (logistic)")
    said = strategies.verdict("s3rec-Beauty", rows)
    assert "the hybrid, stacking (logistic)," in said and "within chance" in said
    assert strategies.MEASURE in said
