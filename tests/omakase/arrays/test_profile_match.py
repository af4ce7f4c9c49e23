"""Tastes against plain sparse products."""

import numpy as np
from scipy import sparse

from omakase.arrays.profile_match import held_sums, met_sums
from omakase.types import PAD, Queries

RNG = np.random.default_rng(0)
TABLE = sparse.random_array((30, 7), density=0.3, rng=RNG, dtype=np.float32).tocsr()


def test_each_distinct_item_counts_once():
    history = np.sort(RNG.integers(PAD, 30, (9, 12)), axis=1).astype(np.int32)
    weights = RNG.choice([-1.0, 0.5, 1.0], history.shape).astype(np.float32) * (history != PAD)
    queries = Queries.of(history, weights=weights.astype(np.float32))
    expected = ((queries.matrix(30) > 0).astype(np.float64) @ TABLE.astype(np.float64)).toarray()
    np.testing.assert_allclose(met_sums(history, queries.weights, TABLE), expected, atol=1e-12)
    shuffled = RNG.permutation(12)
    again = met_sums(history[:, shuffled], queries.weights[:, shuffled], TABLE)
    np.testing.assert_allclose(again, expected, atol=1e-12)


def test_what_was_liked_as_much_as_disliked_says_nothing():
    history = np.asarray([[4, 4], [4, 4]], np.int32)
    weights = np.asarray([[1, -1], [2, -1]], np.float32)
    first, second = met_sums(history, weights, TABLE)
    assert not first.any()
    np.testing.assert_allclose(second, TABLE[[4]].toarray()[0])


def test_what_an_item_holds_of_a_taste():
    tastes = RNG.random((3, 7))
    rows = RNG.integers(0, 30, (3, 5)).astype(np.int32)
    belongs = (TABLE > 0).toarray()
    expected = [[tastes[b] @ belongs[item] for item in row] for b, row in enumerate(rows)]
    np.testing.assert_allclose(held_sums(tastes, TABLE, rows), expected)


def test_nothing_to_look_at():
    nobody = np.full((2, 1), PAD, np.int32)
    assert met_sums(nobody, np.zeros((2, 1), np.float32), TABLE).tolist() == [[0] * 7] * 2
    bare = sparse.csr_array((30, 0), dtype=np.float32)
    assert met_sums(nobody, np.zeros((2, 1), np.float32), bare).shape == (2, 0)
    assert held_sums(np.zeros((2, 0)), bare, np.zeros((2, 3), np.int32)).tolist() == [[0] * 3] * 2
