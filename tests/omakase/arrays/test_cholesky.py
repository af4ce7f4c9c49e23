"""Factors against the matrices they are of."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omakase.arrays.cholesky import factorise, solve_factored


@given(st.integers(0, 2**32 - 1), st.integers(1, 11), st.integers(0, 3))
def test_a_factor_times_itself_is_the_matrix_and_solves_it(seed, width, spare):
    chance = np.random.default_rng(seed)
    x = chance.standard_normal((width + 2, width))
    matrix = x.T @ x + np.eye(width)
    lower = np.zeros((width + spare, width + spare), np.float32)
    lower[:width, :width] = np.tril(matrix)
    factorise(lower, width)
    factor = np.tril(lower[:width, :width]).astype(np.float64)
    np.testing.assert_allclose(factor @ factor.T, matrix, rtol=1e-4, atol=1e-4)
    wanted = chance.standard_normal(width)
    vector = (matrix @ wanted).astype(np.float32)
    solve_factored(lower, vector, width)
    np.testing.assert_allclose(vector, wanted, rtol=1e-2, atol=1e-3)


def test_a_pivot_of_nothing_is_no_root_of_a_negative():
    """Two columns that are the same, and no penalty: rounding may go either way."""
    lower = np.ones((2, 2), np.float32)
    lower[1, 1] = np.float32(1) - np.float32(1e-7)
    factorise(lower, 2)
    assert np.isfinite(lower).all()
    assert lower[1, 1] > 0
