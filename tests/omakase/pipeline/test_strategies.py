"""The strategy for each person."""

from dataclasses import dataclass

import numpy as np
import pytest

from omakase.errors import UnknownName
from omakase.pipeline.merges import Interleave, NoConfig
from omakase.pipeline.pipeline import Pipeline, Proposer
from omakase.pipeline.strategies import MERGES, Strategies, chosen, shares
from omakase.rankers.gate import Gate, GateConfig
from omakase.types import PAD, Queries, Slate


@dataclass(frozen=True)
class Says:
    name: str
    items: tuple[int, ...]

    def candidates(self, queries, k):
        rows = np.tile(np.asarray(self.items[:k], np.int32), (len(queries), 1))
        return Slate(rows, np.tile(np.arange(rows.shape[1], 0, -1, np.float32), (len(rows), 1)))


def people(*events):
    """One query each, with so many events, all of item 99."""
    history = np.full((len(events), 30), PAD, np.int32)
    for row, count in enumerate(events):
        history[row, 30 - count :] = 99
    return Queries.of(history)


@pytest.fixture
def strategies():
    gate = Gate(GateConfig(), np.ones(100, dtype=np.bool_))
    sources = (Proposer(Says("a", (1, 2, 3)), 3.0), Proposer(Says("b", (7, 2, 8))))
    return Strategies.of(Pipeline("x", sources, Interleave(NoConfig()), (), gate))


def test_chosen_by_what_is_known():
    assert chosen(people(0, 4, 5, 19, 20)) == [
        "cascade", "cascade", "switching", "switching", "weighted",
    ]  # fmt: skip


def test_a_mode_is_the_same_for_all():
    assert chosen(people(0, 30), "exploration") == ["mixed", "mixed"]
    assert chosen(people(0, 30), "precision") == ["weighted", "weighted"]


def test_each_is_answered_by_the_own_strategy(strategies):
    queries = people(20, 0, 5)
    together = strategies.recommend(queries, 4)
    for row, name in enumerate(("weighted", "cascade", "switching")):
        alone = strategies.pipelines[name].recommend(queries[row : row + 1], 4)
        assert alone.lists() == [together.lists()[row]]


def test_strategies_differ(strategies):
    queries = people(0)
    lists = {n: p.recommend(queries, 4).items[0].tolist() for n, p in strategies.pipelines.items()}
    assert lists["cascade"] == [1, 2, 3, 7]
    assert lists["mixed"] == [1, 2, 7, 3]
    assert lists["switching"] == [7, 2, 8, 1]
    assert lists["rrf"][0] == 2 or lists["weighted"][0] == 1


def test_every_strategy_has_a_pipeline(strategies):
    assert set(strategies.pipelines) == set(MERGES)


def test_nobody_is_answered_with_nothing(strategies):
    assert strategies.recommend(people(), 3).items.shape == (0, 3)


@dataclass(frozen=True)
class Backwards:
    """Stands for a learnt ranker."""

    def rank(self, queries, slate):
        return Slate(slate.items[:, ::-1].copy(), -slate.scores[:, ::-1].copy())


def test_a_stack_orders_what_fusion_proposes(strategies):
    gate = Gate(GateConfig(), np.ones(100, dtype=np.bool_))
    sources = (Proposer(Says("a", (1, 2, 3)), 3.0), Proposer(Says("b", (7, 2, 8))))
    pipeline = Pipeline("x", sources, Interleave(NoConfig()), (), gate)
    with_stack = Strategies.of(pipeline, {"stacking": Backwards()})
    fused = with_stack.recommend(people(3), 5, strategy="rrf").items[0].tolist()
    learnt = with_stack.recommend(people(3), 5, strategy="stacking").items[0].tolist()
    assert learnt == fused[::-1]
    assert set(with_stack.pipelines) == {*MERGES, "stacking"}


def test_a_strategy_may_be_asked_for_by_name(strategies):
    asked = strategies.recommend(people(30), 4, strategy="cascade")
    assert asked.lists() == strategies.pipelines["cascade"].recommend(people(30), 4).lists()


def test_an_unknown_strategy_gets_the_nearest(strategies):
    with pytest.raises(UnknownName, match="did you mean 'cascade'"):
        strategies.recommend(people(1), 3, strategy="cascad")


def test_what_does_better_alone_counts_more():
    found = shares({"good": 0.4, "half": 0.2, "unjudged": None, "bad": 0.0})
    assert found["good"] / found["half"] == pytest.approx(4, rel=1e-3)
    assert found["unjudged"] == found["bad"] > 0
    assert shares({"a": None, "b": None}) == {"a": 1 + 1e-6, "b": 1 + 1e-6}
