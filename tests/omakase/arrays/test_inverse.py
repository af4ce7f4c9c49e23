"""Inverting in place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.arrays.inverse import invert


def positive(rng, size, dtype=np.float64):
    x = rng.standard_normal((size + 3, size))
    return (x.T @ x + np.eye(size)).astype(dtype)


@given(st.integers(1, 23), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_any_size_in_blocks_of_any_size(size, block, seed):
    matrix = positive(np.random.default_rng(seed), size)
    expected = np.linalg.inv(matrix)
    invert(matrix, block=block)
    np.testing.assert_allclose(matrix, expected, rtol=1e-7, atol=1e-9)


def test_single_floats_stay_single_and_symmetric(rng):
    matrix = positive(rng, 30, np.float32)
    expected = np.linalg.inv(matrix.astype(np.float64))
    invert(matrix, block=7)
    assert matrix.dtype == np.float32
    np.testing.assert_allclose(matrix, expected, atol=1e-4)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-5)


def test_only_the_lower_triangle_is_read(rng):
    matrix = positive(rng, 11)
    expected = np.linalg.inv(matrix)
    matrix[np.triu_indices(11, 1)] = 1e9
    invert(matrix, block=4)
    np.testing.assert_allclose(matrix, expected, rtol=1e-7, atol=1e-9)


def test_what_has_no_inverse_is_refused():
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        invert(-np.eye(5), block=2)


def test_progress_reaches_its_total(rng):
    heard = []
    invert(
        positive(rng, 10), block=4, progress=lambda done, total, **_: heard.append((done, total))
    )
    assert heard == [(step, 9) for step in range(1, 10)]


@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-3, 1.0, 1e4]))
def test_the_inverse_of_the_inverse_is_the_matrix(seed, scale):
    matrix = positive(np.random.default_rng(seed), 6) * scale
    before = matrix.copy()
    invert(matrix, block=4)
    invert(matrix, block=5)
    np.testing.assert_allclose(matrix, before, rtol=1e-6, atol=1e-9 * scale)


@pytest.mark.parametrize("place", range(5))
def test_one_bad_pivot_anywhere_is_found(place):
    """In the first block, in the last, and where a block begins."""
    matrix = np.eye(5)
    matrix[place, place] = 0.0
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        invert(matrix, block=2)


def test_nothing_has_nothing_for_an_inverse():
    matrix = np.zeros((0, 0))
    invert(matrix)
    assert matrix.shape == (0, 0)


def test_what_is_no_number_has_no_inverse():
    matrix = np.eye(4)
    matrix[2, 1] = np.nan
    with pytest.raises(np.linalg.LinAlgError):
        invert(matrix, block=2)
