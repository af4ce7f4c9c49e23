"""What must hold of any evaluation, whatever the data and the model."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from omakase.data.dataset import Dataset
from omakase.data.splits import by_time, k_fold, leave_one_out
from omakase.data.splits import published_split as as_given
from omakase.errors import EmptyData
from omakase.evaluate.questions import evaluation_queries
from omakase.evaluate.run import evaluate

SHARES = ("recall", "precision", "ndcg", "map", "mrr", "hit_rate", "coverage", "gini")


@dataclass
class ByUser:
    """Scores by user row, drawn with a seed."""

    n_users: int
    n_items: int
    seed: int

    def score(self, queries):
        table = np.random.default_rng(self.seed).normal(size=(self.n_users, self.n_items))
        return table[queries.users].astype(np.float32)


worlds = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=12, max_size=60)


def data_of(pairs):
    return Dataset.from_events([(f"u{u}", f"i{i}", 1.0) for u, i in pairs])


def asked_or_skipped(cut, pairs):
    """A split of which something can be asked."""
    try:
        split = cut(data_of(pairs))
        evaluation_queries(split)
    except EmptyData:
        assume(False)
    return split


@pytest.mark.parametrize("cut", [leave_one_out, by_time])
@settings(max_examples=25, deadline=None)
@given(pairs=worlds, seed=st.integers(0, 9))
def test_shares_are_between_nothing_and_all_and_grow_with_the_list(cut, pairs, seed):
    split = asked_or_skipped(cut, pairs)
    model = ByUser(split.train.n_users, split.train.n_items, seed)
    short, long = (evaluate(model, split, k=k) for k in (2, 6))
    for name in SHARES:
        assert -1e-9 <= short.figures[f"{name}@2"] <= 1 + 1e-9, name
    for name in ("recall", "hit_rate", "mrr", "coverage"):
        assert long.figures[f"{name}@6"] >= short.figures[f"{name}@2"] - 1e-9, name
    assert long.figures["auc"] == pytest.approx(short.figures["auc"])


@pytest.mark.parametrize("cut", [leave_one_out, by_time])
@settings(max_examples=25, deadline=None)
@given(pairs=worlds)
def test_nothing_that_is_right_was_seen_before(cut, pairs):
    asked = evaluation_queries(asked_or_skipped(cut, pairs))
    queries = asked.queries(slice(None))
    places, items = asked.right(slice(None))
    for place, item in zip(places, items, strict=True):
        assert item not in queries.history[place]
        assert item not in queries.exclude[place]


@settings(max_examples=25, deadline=None)
@given(pairs=worlds)
def test_every_wanted_pair_is_asked_left_out_or_a_repeat(pairs):
    split = asked_or_skipped(leave_one_out, pairs)
    counts = evaluation_queries(split).counts
    wanted = split.test.positive.nnz
    assert counts.targets + counts.left_out + counts.repeats == wanted


@settings(max_examples=20, deadline=None)
@given(pairs=worlds, seed=st.integers(0, 9))
def test_the_mean_over_queries_is_the_figure(pairs, seed):
    split = asked_or_skipped(by_time, pairs)
    report = evaluate(ByUser(split.train.n_users, split.train.n_items, seed), split, k=3)
    for name, values in report.per_query.items():
        assert report.figures[name] == pytest.approx(values.mean()), name
        assert len(values) == report.counts.queries
    for group in report.groups.values():
        assert set(group) == set(report.per_query)


def test_groups_weighted_by_their_size_are_the_whole():
    rows = [(n % 4, n % 7) for n in range(40)]
    split = by_time(data_of([*rows, (7, 1), (0, 8), (1, 8), (8, 2)]))
    report = evaluate(ByUser(split.train.n_users, split.train.n_items, 1), split, k=2)
    counts = report.counts
    known, new = (report.groups[name]["recall@2"] for name in ("known users", "new users"))
    whole = (known * (counts.queries - counts.new_users) + new * counts.new_users) / counts.queries
    assert report.figures["recall@2"] == pytest.approx(whole)


def test_given_parts_follow_the_published_protocol():
    """Recall is over all test items, the ideal of NDCG over min(test items, k), train masked."""
    data = data_of([(0, i) for i in range(8)])
    parts = {"train": np.arange(2), "validation": np.arange(2, 3), "test": np.arange(3, 8)}
    split = as_given(data, {name: data.events.chosen(at) for name, at in parts.items()})

    class Ordered:
        def score(self, queries):
            """i0 and i1 first, which were seen, then i3, i2 (seen), i4 …"""
            return -np.asarray([[0, 1, 3, 2, 4, 5, 6, 7]], dtype=np.float32)

    figures = evaluate(Ordered(), split, k=2).figures
    assert figures["recall@2"] == pytest.approx(2 / 5)
    assert figures["ndcg@2"] == pytest.approx(1)
    assert figures["precision@2"] == 1


def test_each_fold_can_be_asked(rng):
    data = data_of([(n % 5, (n * 7) % 11) for n in range(55)])
    reports = [
        evaluate(ByUser(data.n_users, data.n_items, 0), split, k=5)
        for split in k_fold(data, 5, rng)
    ]
    assert sum(report.counts.targets for report in reports) == data.positive.nnz
    assert {report.split for report in reports} == {"fold"}


def test_the_validation_part_is_asked_without_looking_at_the_test():
    data = data_of([(n % 4, (n * 3) % 11) for n in range(44)])
    split = by_time(data)
    asked = evaluation_queries(split, "validation")
    assert asked.history is split.train
    report = evaluate(ByUser(data.n_users, data.n_items, 0), split, "validation", k=3)
    assert report.part == "validation"
