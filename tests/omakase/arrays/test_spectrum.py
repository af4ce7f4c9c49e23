"""Leading directions, against a full decomposition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from omakase.arrays.spectrum import leading_directions


def clear_matrix(rng: np.random.Generator, values: list[float]) -> np.ndarray:
    """(30, 20) with the singular values given."""
    left, right = (np.linalg.qr(rng.standard_normal((n, len(values))))[0] for n in (30, 20))
    return left * values @ right.T


def test_agrees_with_a_full_decomposition(rng):
    dense = clear_matrix(rng, [9.0, 5.0, 4.0, 2.0, 1.0, 0.5]).astype(np.float32)
    vectors, values = leading_directions(sparse.csr_array(dense), 4, rng)
    _, expected, right = np.linalg.svd(dense)
    np.testing.assert_allclose(values, expected[:4], rtol=1e-4)
    np.testing.assert_allclose(np.abs(vectors.T @ right[:4].T), np.eye(4), atol=1e-3)


def test_columns_are_orthonormal_and_their_largest_entry_is_positive(rng):
    matrix = sparse.random_array((200, 90), density=0.1, rng=rng, dtype=np.float32).tocsr()
    vectors, values = leading_directions(matrix, 10, rng)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(10), atol=1e-5)
    assert (vectors[np.abs(vectors).argmax(axis=0), np.arange(10)] > 0).all()
    assert (np.diff(values) <= 0).all()


def test_the_seed_decides_nothing_but_rounding(rng):
    dense = clear_matrix(rng, [9.0, 5.0, 3.0, 1.0]).astype(np.float32)
    both = [
        leading_directions(sparse.csr_array(dense), 3, np.random.default_rng(seed))[0]
        for seed in (1, 2)
    ]
    np.testing.assert_allclose(both[0], both[1], atol=1e-4)


@pytest.mark.parametrize("shape", [(3, 8), (8, 3)])
def test_no_more_directions_than_the_smaller_side(rng, shape):
    matrix = sparse.csr_array(rng.random(shape).astype(np.float32))
    vectors, values = leading_directions(matrix, 50, rng)
    assert vectors.shape == (shape[1], 3)
    assert values.shape == (3,)


def test_a_direction_that_is_not_there_has_no_strength(rng):
    lone = sparse.csr_array(np.outer(np.ones(6), np.arange(5)).astype(np.float32))
    _, values = leading_directions(lone, 3, rng)
    assert values[0] > 1
    np.testing.assert_allclose(values[1:], 0, atol=1e-2)


def test_progress_hears_of_each_round(rng):
    heard: list[int] = []
    matrix = sparse.csr_array(rng.random((5, 5)).astype(np.float32))
    leading_directions(matrix, 2, rng, progress=lambda done, total, **_: heard.append(done))
    assert heard == [1, 2, 3, 4, 5]


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 9), st.integers(1, 12))
def test_small_matrices_are_decomposed_exactly(seed, rows, columns, rank):
    """All directions are there, as the subspace is the whole space."""
    chance = np.random.default_rng(seed)
    dense = chance.integers(-3, 4, (rows, columns)).astype(np.float32)
    vectors, values = leading_directions(sparse.csr_array(dense), rank, chance)
    kept = min(rank, rows, columns)
    assert vectors.shape == (columns, kept)
    exact = np.linalg.svd(dense, compute_uv=False)[:kept]
    np.testing.assert_allclose(values, exact, rtol=1e-3, atol=2e-3 * max(1, exact[0]))
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(kept), atol=1e-4)
    lengths = np.linalg.norm(dense @ vectors, axis=0)
    np.testing.assert_allclose(lengths, values, atol=2e-3 * max(1, exact[0]))


def test_a_matrix_of_nothing_has_no_strength(rng):
    vectors, values = leading_directions(sparse.csr_array((6, 4), dtype=np.float32), 3, rng)
    assert not values.any()
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=1e-5)
