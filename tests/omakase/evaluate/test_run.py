"""The whole evaluation against a slow one that anybody can read."""

from dataclasses import dataclass

import numpy as np
import pytest

from omakase.data.dataset import Dataset
from omakase.data.splits import by_time, leave_one_out
from omakase.evaluate import run
from omakase.evaluate.questions import evaluation_queries
from omakase.evaluate.run import evaluate
from omakase.models.ease import Ease, EaseConfig


@dataclass
class Fixed:
    """Scores by user row, whatever the history."""

    table: np.ndarray

    def score(self, queries):
        return self.table[queries.users].copy()


def walk(n_users=20, n_items=15, length=8, seed=3):
    rng = np.random.default_rng(seed)
    rows = [
        (f"u{u:02}", f"i{i:02}", 1.0)
        for u in range(n_users)
        for i in rng.choice(n_items, length, replace=False)
    ]
    return Dataset.from_events([rows[n] for n in rng.permutation(len(rows))])


def at_random():
    return Fixed(np.random.default_rng(1).normal(size=(20, 15)).astype(np.float32))


def slow(model, split, k):
    """Recall, NDCG and precision by loops over lists."""
    asked = evaluation_queries(split)
    found = {"recall": [], "ndcg": [], "precision": []}
    for place in range(len(asked)):
        queries = asked.queries(slice(place, place + 1))
        seen = set(queries.exclude[0].tolist())
        order = sorted((-s, i) for i, s in enumerate(model.score(queries)[0]) if i not in seen)
        right = set(asked.right(slice(place, place + 1))[1].tolist())
        gains = [1 / np.log2(n + 2) for n, (_, i) in enumerate(order[:k]) if i in right]
        ideal = sum(1 / np.log2(n + 2) for n in range(min(k, len(right))))
        found["recall"].append(len(gains) / len(right))
        found["ndcg"].append(sum(gains) / ideal)
        found["precision"].append(len(gains) / k)
    return {f"{name}@{k}": np.mean(values) for name, values in found.items()}


@pytest.mark.parametrize("k", [1, 4, 40])
@pytest.mark.parametrize("cut", [leave_one_out, by_time])
def test_agrees_with_the_slow_one(cut, k, monkeypatch):
    monkeypatch.setattr(run, "BLOCK_SCORES", 15 * 7)  # several blocks, the last one short
    split = cut(walk())
    report = evaluate(at_random(), split, k=k)
    for name, value in slow(at_random(), split, k).items():
        assert report.figures[name] == pytest.approx(value), name


def test_blocks_change_nothing(monkeypatch):
    split = by_time(walk())
    whole = evaluate(at_random(), split, k=3)
    monkeypatch.setattr(run, "BLOCK_SCORES", 1)
    assert evaluate(at_random(), split, k=3).figures == pytest.approx(whole.figures)


def test_a_model_that_knows_the_answer_gets_everything():
    split = leave_one_out(walk())
    asked = evaluation_queries(split)
    table = np.zeros((20, 15), dtype=np.float32)
    places, items = asked.right(slice(None))
    table[asked.users[places], items] = 1
    figures = evaluate(Fixed(table), split, k=3).figures
    for name in ("recall@3", "ndcg@3", "map@3", "mrr@3", "hit_rate@3", "auc"):
        assert figures[name] == pytest.approx(1), name
    assert evaluate(Fixed(-table), split, k=3).figures["auc"] == pytest.approx(0)


def test_finds_what_each_tribe_misses(rng, tribes):
    split = leave_one_out(tribes(20))
    model = Ease.fit(split.train, EaseConfig(l2=1.0), rng=rng)
    report = evaluate(model, split, k=5, name="ease")
    assert report.figures["recall@5"] == 1
    assert (report.model, report.split, report.part) == ("ease", "leave-one-out", "test")
    assert 0 < report.figures["coverage@5"] <= 1
    assert report.cost.answer_milliseconds > 0
    assert len(report.users) == report.counts.queries


def test_new_users_are_reported_apart():
    rows = [(f"u{n % 4}", f"i{n % 5}", 1.0) for n in range(40)]
    rows.append(("u3", "i7", 1.0))  # nobody else has seen it, and it comes before i9
    data = Dataset.from_events([*rows, ("new", "i0", 1.0), ("u0", "i9", 1.0), ("u1", "i9", 1.0)])
    table = np.zeros((data.n_users, data.n_items), dtype=np.float32)
    table[:, data.ids.items.row("i0")] = 1
    report = evaluate(Fixed(table), by_time(data, test=0.07), k=1)
    assert report.groups["new users"]["recall@1"] == 1
    assert report.groups["known users"]["recall@1"] == 0
    assert report.figures["recall@1"] == pytest.approx(1 / report.counts.queries)


def test_progress_hears_every_block(monkeypatch):
    monkeypatch.setattr(run, "BLOCK_SCORES", 15 * 6)
    heard = []
    model = Fixed(np.zeros((20, 15), dtype=np.float32))
    evaluate(model, leave_one_out(walk()), k=3, progress=lambda done, total: heard.append(done))
    assert heard == [6, 12, 18, 20]


def test_nan_is_refused():
    model = Fixed(np.full((20, 15), np.nan, dtype=np.float32))
    with pytest.raises(ValueError, match="NaN"):
        evaluate(model, leave_one_out(walk()))


def test_scores_tell_how_often_they_came_true():
    """One who knows the answers is sure of them; strangers' scores are not heard."""
    split = leave_one_out(walk())
    truth = evaluation_queries(split, "test").truth.toarray().astype(np.float32)

    @dataclass
    class Knowing:
        def score(self, queries):
            rows = [int(np.flatnonzero(split.test.events.users == u)[0]) for u in queries.users]
            wanted = split.test.events.items[rows]
            return np.eye(truth.shape[1], dtype=np.float32)[wanted]

    told = evaluate(Knowing(), split, k=3).chances
    sure, not_at_all = told.chance(np.asarray([1.0, 0.0], np.float32))
    assert sure > 0.95
    assert not_at_all < 0.05


def test_more_places_than_are_shown_tell_what_a_score_means(monkeypatch):
    split, heard = leave_one_out(walk()), []
    hear = run.ScoreMemo.hear

    def hearing(self, slate, hits, known):
        heard.append(slate.items.shape[1])
        hear(self, slate, hits, known)

    monkeypatch.setattr(run.ScoreMemo, "hear", hearing)
    model = Ease.fit(split.train, EaseConfig(l2=1), rng=np.random.default_rng(0))
    assert evaluate(model, split, k=3).chances is not None
    assert set(heard) == {15}
    monkeypatch.setattr(run, "MOST_TOLD", 0)
    assert evaluate(model, split, k=3).chances is None
