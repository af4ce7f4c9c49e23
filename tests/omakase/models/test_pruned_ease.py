"""Pruned EASE: a ridge regression an item on balanced events, and its strongest weights."""

import numpy as np
import pytest

from omakase.arrays import memory
from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.errors import TooLarge
from omakase.models.pruned_ease import PrunedEase, PrunedEaseConfig
from omakase.types import PAD, Queries


def world(rng, n_users=40, n_items=9):
    pairs = [(u, i) for u in range(n_users) for i in range(n_items) if rng.random() < 0.4]
    return Dataset.from_events([(f"u{u:02}", f"i{i}", 1.0) for u, i in pairs])


def dense(model):
    """(N, N) weights, from row to column."""
    ones = np.ones((1, 1), np.float32)
    rows = [np.asarray([[i]], np.int32) for i in range(len(model.ties))]
    return np.concatenate([model.links.spread(row, ones) for row in rows])


def test_each_column_is_the_ridge_regression_on_balanced_events(rng):
    data = world(rng)
    config = PrunedEaseConfig(
        l2=2.0, user_exponent=0.6, item_exponent=0.3, popularity_exponent=0.2, keep=9
    )
    x = np.sign(data.matrix.toarray()).astype(np.float64)
    counts = x.sum(axis=0)
    z = x * np.maximum(x.sum(axis=1), 1)[:, None] ** -0.3 * counts**-0.3
    l2 = 2.0 * (z**2).sum(axis=0).mean()
    got = dense(PrunedEase.fit(data, config, rng=rng))
    for j in range(data.n_items):
        rest = np.delete(np.arange(data.n_items), j)
        a, b = z[:, rest], z[:, j]
        solved = np.linalg.solve(a.T @ a + l2 * np.eye(len(rest)), a.T @ b)
        expected = solved * counts[rest] ** -0.3 * counts[j] ** 0.2
        np.testing.assert_allclose(got[rest, j], expected, atol=1e-5)
        assert got[j, j] == 0


def test_the_strongest_links_to_each_item_are_kept(rng):
    data = world(rng)
    full = dense(PrunedEase.fit(data, PrunedEaseConfig(keep=9), rng=rng))
    kept = dense(PrunedEase.fit(data, PrunedEaseConfig(keep=3), rng=rng))
    for j in range(data.n_items):
        strongest = set(np.argsort(-np.abs(full[:, j]))[:3].tolist())
        assert set(np.flatnonzero(kept[:, j]).tolist()) == strongest
    np.testing.assert_allclose(kept[kept != 0], full[kept != 0])


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = PrunedEase.fit(data, PrunedEaseConfig(l2=1.0), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_a_dislike_speaks_against(rng):
    model = PrunedEase.fit(two_tribes(), PrunedEaseConfig(), rng=rng)
    item = np.asarray([[0]], np.int32)
    liked = model.score(Queries.of(item))
    disliked = model.score(Queries.of(item, weights=np.asarray([[-1.0]], np.float32)))
    assert liked[0, 2] > 0 > disliked[0, 2]


def test_contributions_add_up_to_the_score(rng):
    model = PrunedEase.fit(two_tribes(), PrunedEaseConfig(), rng=rng)
    queries = Queries.of(np.asarray([[PAD, 0, 4]], np.int32))
    items = np.asarray([[2, 7, PAD]], np.int32)
    parts = model.contributions(queries, items)
    scores = model.score_items(queries, items)
    np.testing.assert_allclose(parts.sum(axis=2)[0, :2], scores[0, :2], atol=1e-5)
    assert (parts[0, 2] == 0).all()


def test_what_would_not_fit_is_refused_before_it_starts(rng, monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 100)
    with pytest.raises(TooLarge, match="pruned EASE over 12 items"):
        PrunedEase.fit(two_tribes(), PrunedEaseConfig(), rng=rng)
