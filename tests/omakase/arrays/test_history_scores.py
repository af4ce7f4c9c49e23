"""Weighted rows of a matrix, added up for histories."""

import numpy as np
import pytest

from omakase.arrays.history_scores import history_scores
from omakase.types import PAD, Queries

N = 37


def queries(rng: np.random.Generator, many: int, length: int) -> Queries:
    """Histories with items more than once, of one sign or both, and unused places."""
    history = rng.integers(0, N, (many, length), dtype=np.int32)
    history[rng.random(history.shape) < 0.2] = PAD
    weights = rng.choice([-2.0, -1.0, 0.5, 1.0, 4.0], history.shape).astype(np.float32)
    return Queries.of(history, weights=np.where(history == PAD, 0, weights).astype(np.float32))


@pytest.mark.parametrize("length", [1, 3, 4, 9, 64])
@pytest.mark.parametrize("binarise", [True, False])
def test_history_scores_are_those_of_the_sparse_matrix(rng, length, binarise):
    given = queries(rng, 20, length)
    matrix = rng.normal(size=(N, N)).astype(np.float32)
    history = given.matrix(N)
    expected = (history.sign() if binarise else history) @ matrix
    np.testing.assert_allclose(
        history_scores(given, matrix, binarise=binarise), expected, rtol=1e-5, atol=1e-5
    )


def test_history_scores_of_each_item_once_are_the_same_to_the_last_bit(rng):
    items = rng.permutation(N)[None, :20].astype(np.int32)
    given = Queries.of(items, weights=np.ones(items.shape, dtype=np.float32))
    matrix = rng.normal(size=(N, N)).astype(np.float32)
    expected = np.asarray(given.matrix(N) @ matrix)
    np.testing.assert_array_equal(history_scores(given, matrix, binarise=True), expected)


def test_history_scores_of_nothing_are_zero():
    nobody = Queries.of(np.full((2, 3), PAD, dtype=np.int32))
    assert not history_scores(nobody, np.ones((N, N), np.float32), binarise=False).any()
