"""Two rows a model, the same net in both, and what the graph is asked is what scoring asks."""

import numpy as np
import pytest
from benchmarks import int8

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.data.splits import leave_one_out
from omakase.models.neumf import NeuMf, NeuMfConfig

KNOBS = {"width": 8, "hidden": (128, 64), "plan": {"epochs": 2}, "validation_users": 0}


@pytest.fixture(scope="module")
def trained():
    chance = np.random.default_rng(3)
    taken = [(f"u{u}", f"i{i:02}", 1.0) for u in range(24) for i in chance.permutation(24)[:9]]
    split = leave_one_out(Dataset.from_events(taken))
    return NeuMf.fit(split.train, NeuMfConfig(**KNOBS), rng=np.random.default_rng(0)), split


def test_a_row_in_each_kind_of_numbers(trained):
    model, split = trained
    whole, small = int8.compared("neumf", model, NeuMfConfig(**KNOBS), split)
    assert (whole["numbers"], small["numbers"]) == ("float32", "int8")
    assert small["graph KiB"] < whole["graph KiB"]
    spared = whole["all arrays KiB"] - small["all arrays KiB"]
    assert spared == pytest.approx(whole["graph KiB"] - small["graph KiB"])
    assert small["share of ndcg"] == pytest.approx(small["ndcg@10"] / whole["ndcg@10"])
    assert "share of ndcg" not in whole


def test_the_graph_is_heard_and_answers_as_before(trained):
    model, split = trained
    queries = everyone(split.train)[:3]
    heard = int8.asked_of(model, queries)
    assert [set(each) for each in heard] == [{"users", "items"}] * 3
    assert heard[0]["items"].shape[1] == 24


def test_the_models_have_few_passes(trained):
    chosen = int8.field(two_tribes(), 3)
    assert set(chosen) == {"sasrec", "neumf", "wide_deep", "two_tower"}
    assert chosen["neumf"][1].plan.epochs == 3
    assert chosen["neumf"][1].plan.schedule == "plateau"


def test_the_sentence_says_where_it_holds():
    rows = [
        {"model": "a"},
        {"model": "a", "share of ndcg": 0.995},
        {"model": "b", "share of ndcg": 0.9},
    ]
    assert int8.sentence(rows) == "within 1 % of the NDCG in float32: a; not: b."
    assert int8.sentence(rows[:2]).endswith("float32: a.")
