"""Sparse EASE: EASE itself when all neighbours are kept, a part of it otherwise."""

import numpy as np
import pytest

from omakase.arrays import memory
from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.errors import TooLarge
from omakase.models.sparse_ease import SparseEase, SparseEaseConfig
from omakase.types import PAD, Queries


def dense_world(rng, n_users=40, n_items=9):
    """Every two items meet somewhere, so that all are neighbours."""
    pairs = [(u, i) for u in range(n_users) for i in range(n_items) if rng.random() < 0.5]
    return Dataset.from_events([(f"u{u:02}", f"i{i}", 1.0) for u, i in pairs])


def dense(model):
    """(N, N) weights, from row to column."""
    return np.stack(
        [
            model.links.spread(np.asarray([[i]], np.int32), np.ones((1, 1), np.float32))[0]
            for i in range(len(model.ties))
        ]
    )


def test_all_neighbours_give_ease(rng):
    data, l2 = dense_world(rng), 3.0
    model = SparseEase.fit(data, SparseEaseConfig(neighbours=8, l2=l2), rng=rng)
    x = data.matrix.toarray().astype(np.float64)
    inverse = np.linalg.inv(x.T @ x + l2 * np.eye(9))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(dense(model), expected, atol=1e-4)


def test_few_neighbours_are_the_nearest(rng):
    data = dense_world(rng)
    model = SparseEase.fit(data, SparseEaseConfig(neighbours=2), rng=rng)
    x = data.matrix.toarray()
    cosine = x.T @ x / np.sqrt(np.outer((x**2).sum(0), (x**2).sum(0)))
    np.fill_diagonal(cosine, 0)
    for j in range(data.n_items):
        kept = set(np.flatnonzero(dense(model)[:, j]).tolist())
        assert kept == set(np.argsort(-cosine[j])[:2].tolist())


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = SparseEase.fit(data, SparseEaseConfig(l2=1.0), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_busy_people_count_less(rng):
    """One person who has everything links all items; the exponent makes the link fainter."""
    rows = [("busy", f"i{i}", 1.0) for i in range(6)]
    rows += [(f"u{i}", f"i{i}", 1.0) for i in range(6)]
    data = Dataset.from_events(rows)
    plain, quiet = (
        SparseEase.fit(data, SparseEaseConfig(l2=1.0, user_exponent=e), rng=rng) for e in (0.0, 1.0)
    )
    assert 0 < dense(quiet)[0, 1] < dense(plain)[0, 1]


def test_a_penalty_that_grows_with_popularity_quiets_popular_items(rng):
    rows = [(f"u{u}", "hit", 1.0) for u in range(20)]
    rows += [(f"u{u}", f"i{u % 4}", 1.0) for u in range(20)]
    data = Dataset.from_events(rows)
    hit, other = data.ids.items.row("hit"), data.ids.items.row("i1")
    plain, damped = (
        SparseEase.fit(data, SparseEaseConfig(l2=5.0, l2_exponent=e), rng=rng) for e in (0.0, 1.0)
    )
    assert 0 < dense(damped)[hit, other] < dense(plain)[hit, other]


@pytest.mark.parametrize("binarise", [True, False])
def test_parts_add_up_to_the_score(rng, binarise):
    model = SparseEase.fit(dense_world(rng), SparseEaseConfig(binarise=binarise), rng=rng)
    queries = Queries.of(
        np.asarray([[PAD, 0, 3, 0]], dtype=np.int32),
        weights=np.asarray([[0, 1, -2, 3]], dtype=np.float32),
    )
    items = np.asarray([[2, 5, PAD]], dtype=np.int32)
    parts = model.contributions(queries, items)
    np.testing.assert_allclose(
        parts.sum(axis=2)[:, :2] + model.ties[items[:, :2]],
        model.score(queries)[:, [2, 5]],
        rtol=1e-4,
    )
    assert (parts[0, 2] == 0).all()


def test_a_dislike_lowers_what_goes_with_the_item(rng):
    model = SparseEase.fit(two_tribes(), SparseEaseConfig(l2=1.0), rng=rng)
    history = np.asarray([[0, 2]], dtype=np.int32)
    mixed = Queries.of(history, weights=np.asarray([[1, -1]], dtype=np.float32))
    assert model.score(mixed)[0, 4] < model.score(Queries.of(history))[0, 4]


def test_sparse_ease_refuses_many_items_before_work_starts(rng, monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 500)
    with pytest.raises(TooLarge, match="sparse EASE over 12 items"):
        SparseEase.fit(two_tribes(), SparseEaseConfig(), rng=rng)
