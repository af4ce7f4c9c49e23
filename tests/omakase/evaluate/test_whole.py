"""Every figure of a report, told again by a slow reader of lists who shares no line with it."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from omakase.data.dataset import Dataset
from omakase.data.splits import by_time, leave_one_out
from omakase.errors import EmptyData
from omakase.evaluate import run
from omakase.evaluate.questions import evaluation_queries
from omakase.evaluate.run import evaluate
from omakase.types import PAD


@dataclass
class Table:
    """Scores by user row, many of them equal."""

    scores: np.ndarray

    def score(self, queries):
        return self.scores[queries.users].copy()


@dataclass
class Slow:
    """Measures of one part, list by list."""

    split: object
    scores: np.ndarray
    k: int
    mask_seen: bool

    def __post_init__(self):
        learnt = self.split.learnt("test")
        self.n_items, self.n_users = learnt.n_items, learnt.n_users
        took = learnt.positive.toarray() > 0
        self.used = took.sum(axis=0)

    def lists(self):
        """(shown, hits, right, ranked) of each query."""
        asked = evaluation_queries(self.split, mask_seen=self.mask_seen)
        for place in range(len(asked)):
            one = asked.queries(slice(place, place + 1))
            hidden = {item for item in one.exclude[0].tolist() if item != PAD}
            scores = self.scores[one.users[0]].tolist()
            ranked = sorted(
                (item for item in range(self.n_items) if item not in hidden),
                key=lambda item: (-scores[item], item),
            )
            right = set(asked.right(slice(place, place + 1))[1].tolist())
            shown = ranked[: self.k]
            yield shown, [item in right for item in shown], right, ranked, scores

    def figures(self):
        out, exposure = {}, [0] * self.n_items
        for shown, hits, right, ranked, scores in self.lists():
            for item in shown:
                exposure[item] += 1
            for name, value in self.one(shown, hits, right, ranked, scores).items():
                out.setdefault(name, []).append(value)
        means = {name: sum(values) / len(values) for name, values in out.items()}
        means[f"coverage@{self.k}"] = sum(n > 0 for n in exposure) / self.n_items
        means[f"gini@{self.k}"] = self.gini(exposure)
        return means

    def one(self, shown, hits, right, ranked, scores):
        k, found = self.k, sum(hits)
        best = min(k, len(right))
        gain = [1 / math.log2(place + 2) for place in range(k)]
        at_hits = [sum(hits[: place + 1]) / (place + 1) for place, hit in enumerate(hits) if hit]
        first = hits.index(True) + 1 if found else None
        bits = [-math.log2(max(self.used[item], 0.5) / self.n_users) for item in shown]
        surprise = [
            sum(other > self.used[item] for other in self.used) / self.n_items
            for item, hit in zip(shown, hits, strict=True)
            if hit
        ]
        figures = {
            "recall": found / len(right),
            "precision": found / k,
            "ndcg": sum(g for g, hit in zip(gain, hits, strict=False) if hit) / sum(gain[:best]),
            "map": sum(at_hits) / best,
            "mrr": 1 / first if first else 0.0,
            "hit_rate": float(found > 0),
            "novelty": sum(bits) / len(bits) if bits else 0.0,
            "serendipity": sum(surprise) / k,
        }
        return {f"{name}@{k}": value for name, value in figures.items()} | {
            "auc": self.auc(right, ranked, scores)
        }

    @staticmethod
    def auc(right, ranked, scores):
        wrong = [item for item in ranked if item not in right]
        if not wrong:
            return 0.5
        won = [
            1.0 if scores[r] > scores[w] else 0.5 if scores[r] == scores[w] else 0.0
            for r in right
            for w in wrong
        ]
        return sum(won) / len(won)

    @staticmethod
    def gini(exposure):
        """Twice the area between the curve of Lorenz and the line of equality."""
        total, n = sum(exposure), len(exposure)
        heights = [0.0]
        for shown in sorted(exposure):
            heights.append(heights[-1] + shown / total)
        return 1 - sum(low + high for low, high in pairwise(heights)) / n


def world(seed, n_users=9, n_items=12):
    chance = np.random.default_rng(seed)
    rows = [
        (f"u{chance.integers(n_users)}", f"i{chance.integers(n_items):02}", 1.0)
        for _ in range(chance.integers(30, 80))
    ]
    return Dataset.from_events(rows), chance


def cut_or_skip(cut, data):
    try:
        split = cut(data)
        evaluation_queries(split)
    except EmptyData:
        assume(False)
    return split


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    k=st.sampled_from([1, 3, 7, 30]),
    cut=st.sampled_from([leave_one_out, by_time]),
    mask_seen=st.booleans(),
    block=st.sampled_from([1, 20, 1000]),
)
def test_every_figure_is_what_a_slow_reader_finds(seed, k, cut, mask_seen, block):
    data, chance = world(seed)
    split = cut_or_skip(cut, data)
    scores = chance.integers(0, 5, (data.n_users, data.n_items)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "BLOCK_SCORES", block)
        report = evaluate(Table(scores), split, k=k, mask_seen=mask_seen)
    expected = Slow(split, scores, k, mask_seen).figures()
    assert set(report.figures) - set(expected) == {f"diversity@{k}"}
    for name, value in expected.items():
        assert report.figures[name] == pytest.approx(value, abs=1e-9), name


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), blocks=st.permutations([1, 13, 60, 5000]))
def test_blocks_of_any_size_give_the_same_values_of_each_query(seed, blocks):
    data, chance = world(seed)
    split = cut_or_skip(by_time, data)
    model = Table(chance.standard_normal((data.n_users, data.n_items)).astype(np.float32))
    found = []
    for block in blocks[:2]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "BLOCK_SCORES", block)
            found.append(evaluate(model, split, k=4))
    assert found[0].figures == pytest.approx(found[1].figures)
    for name, values in found[0].per_query.items():
        np.testing.assert_allclose(values, found[1].per_query[name], atol=1e-12)


def test_diversity_is_that_of_who_used_the_items(monkeypatch):
    """With a projection wide enough, by the users of each pair of the list."""
    data, chance = world(7)
    split = by_time(data)
    scores = chance.standard_normal((data.n_users, data.n_items)).astype(np.float32)
    used = (split.learnt("test").positive.toarray() > 0).astype(np.float64)
    lengths = np.linalg.norm(used, axis=0)
    unit = np.divide(used, lengths, out=np.zeros_like(used), where=lengths > 0)
    monkeypatch.setattr(run.beyond.company, "__kwdefaults__", {"dimensions": 40_000, "seed": 0})
    found = evaluate(Table(scores), split, k=4).figures["diversity@4"]
    slow = Slow(split, scores, 4, True)
    expected = [
        np.mean([1 - unit[:, a] @ unit[:, b] for n, a in enumerate(shown) for b in shown[:n]])
        for shown, *_ in slow.lists()
        if len(shown) > 1
    ]
    assert found == pytest.approx(np.mean(expected), abs=0.01)


def test_a_better_order_is_better_by_every_measure_of_order():
    """One right item moved up from the end to the front of each list, step by step."""
    data, _ = world(3)
    split = leave_one_out(data)
    asked = evaluation_queries(split)
    places, items = asked.right(slice(None))
    before = None
    for place in range(6, -1, -1):
        scores = -np.tile(np.arange(data.n_items, dtype=np.float32), (data.n_users, 1))
        scores[asked.users[places], items] = np.float32(-place + 0.5)
        now = evaluate(Table(scores), split, k=5).figures
        if before is not None:
            for name in ("ndcg@5", "map@5", "mrr@5", "recall@5", "hit_rate@5", "auc"):
                assert now[name] >= before[name] - 1e-9, name
        before = now
    assert before["ndcg@5"] == before["mrr@5"] == before["auc"] == 1


def test_items_that_may_not_be_shown_do_not_help_the_auc():
    """A model that puts what was seen first is no worse than one that puts it last."""
    data, chance = world(5)
    split = by_time(data)
    scores = chance.standard_normal((data.n_users, data.n_items)).astype(np.float32)
    seen = split.before("test").matrix.toarray() != 0
    high, low = (
        evaluate(Table(np.where(seen, level, scores).astype(np.float32)), split, k=3).figures
        for level in (99, -99)
    )
    assert high == pytest.approx(low)
