"""The table of strategies, on a small world."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks import strategies
from benchmarks.form import Asked
from tests.benchmarks.test_quality import rated

from omakase.data.dataset import Dataset
from omakase.data.splits import by_time, leave_one_out
from omakase.stacking.stack import Component, Stack, StackConfig
from omakase.types import Queries, Slate


def tastes(size: int = 40) -> Dataset:
    """Everybody takes up things of one half of the catalog, in an order of their own."""
    rng = np.random.default_rng(0)
    pairs = [(u, 2 * int(i) + u % 2) for u in range(size) for i in rng.permutation(12)[:7]]
    order = rng.permutation(len(pairs))
    return Dataset.from_events([(f"u{pairs[n][0]}", f"i{pairs[n][1]}", 1.0) for n in order])


NOTHING = np.zeros(0, np.float32)
STACK = Stack(StackConfig(components=(Component(model="a"),)), None, None, NOTHING, NOTHING)
SMALL = {"popular": {}, "item_knn": {}, "transitions": {}}


@pytest.fixture(scope="module")
def rows():
    setup = strategies.Setup(leave_one_out, SMALL, {"item_knn": 0.5})
    heads = {"stacking": "trees", "stacking (logistic)": "logistic"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strategies, "HEADS", heads)
        return strategies.table(tastes(), setup, 0)


def test_singles_come_first_then_every_strategy(rows):
    assert [row["model"] for row in rows[:3]] == list(SMALL)
    assert {row["model"] for row in rows[3:]} == {
        "cascade",
        "mixed",
        "rrf",
        "switching",
        "weighted",
        "stacking",
        "stacking (logistic)",
        "auto",
    }


def test_strategies_are_set_against_the_best_single(rows):
    best = max(row["ndcg@10"] for row in rows[:3])
    for row in rows[3:]:
        assert row["gain"] == pytest.approx(row["ndcg@10"] - best, abs=1e-9)
        low, high = row["gain 95 %"]
        assert low <= row["gain"] <= high
    assert not any("gain" in row for row in rows[:3])


def test_shares_are_the_squares_of_what_models_did_on_validation():
    setup = strategies.Setup(leave_one_out, SMALL)
    made = strategies.configuration({"a": 0.4, "b": 0.1}, setup)
    assert [source["share"] for source in made["sources"]] == pytest.approx([0.16, 0.01], abs=1e-5)
    assert made["gate"] == {"seen": "hide"}


def test_earlier_parts_end_before_the_next_begins():
    split = by_time(tastes())
    setup = strategies.Setup(by_time, {"popular": {}, "item_knn": {}}, earlier=2)
    parts = list(strategies.earlier(split, {"popular": 1.0, "item_knn": 1.0}, setup, 0))
    assert 1 <= len(parts) <= 2
    assert all(part.right.any() for part in parts)


def test_an_answer_as_scores_keeps_its_order():
    queries = Queries.of(np.zeros((130, 1), np.int32))

    def answer(asked, k):
        items = np.tile(np.asarray([[4, 2]], np.int32), (len(asked), 1))
        return Slate(items, np.ones(items.shape, np.float32))

    scores = strategies.Scored(answer, tastes()).score(queries)
    assert scores.shape == (130, 24)
    assert np.argsort(-scores, axis=1)[:, :2].tolist() == [[4, 2]] * 130


@pytest.mark.parametrize(
    ("interval", "words"),
    [([0.1, 0.2], "surely better"), ([-0.1, 0.2], "within chance"), ([-0.2, -0.1], "worse")],
)
def test_the_verdict_follows_from_the_interval(interval, words):
    rows = [
        {"model": "ease", "ndcg@10": 0.3},
        {"model": "rrf", "ndcg@10": 0.5, "gain": 0.2, "gain 95 %": [0, 0]},
        {"model": "stacking", "ndcg@10": 0.4, "gain": 0.1, "gain 95 %": interval, "chosen": True},
    ]
    assert words in strategies.verdict("toy", rows)
    assert "the hybrid, stacking, has" in strategies.verdict("toy", rows)


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        ({"a": (0.3, 0.2, 0.01), "b": (0.4, 0.2, 0.01)}, "b"),
        ({"a": (0.3, 0.5, 0.01), "b": (0.4, 0.5, 0.01)}, "rrf"),
        ({"a": (0.395, 0.2, 0.01), "b": (0.4, 0.2, 0.01)}, "a"),
        ({"a": (0.3, 0.392, 0.02), "b": (0.4, 0.392, 0.01)}, "rrf"),
    ],
)
def test_the_hybrid_is_the_plainest_that_is_not_worse_than_the_best(rows, figures, name):
    made = {key: replace(STACK, figure=np.asarray(pair)) for key, pair in figures.items()}
    assert strategies.choice(made) == name
    marked = strategies.marked([{"model": "a"}, {"model": "b"}, {"model": "rrf"}], name)
    assert [row["model"] for row in marked if row.get("chosen")] == [name]


def test_one_strategy_of_the_table_is_the_hybrid(rows):
    assert len([row for row in rows[3:] if row.get("chosen")]) == 1
    assert not any(row.get("chosen") for row in rows[:3])


def test_a_quick_run_asks_the_smallest_data_alone(tmp_path, monkeypatch):
    rated(tmp_path / "ml-100k")
    monkeypatch.setattr(strategies, "HEADS", {"stacking": "logistic"})
    quick = strategies.Setup(by_time, SMALL)
    monkeypatch.setattr(strategies, "SETUPS", {"ml-100k": quick, "ml-1m": quick})
    asked = Asked(tmp_path, quick=True, seeds=(0,), peer_python=None, name="strategies")
    found = strategies.strategies(asked)
    assert {row["data"] for row in found.rows} == {"ml-100k"}
    assert len(found.notes) == 1
