"""Sums of squares against NumPy's."""

import numpy as np
import pytest

from omakase.arrays.gram import gram_of


def test_gram_is_the_weighted_product(rng):
    design = rng.standard_normal((401, 6)).astype(np.float32)
    weights = rng.random(401, dtype=np.float32)
    np.testing.assert_allclose(gram_of(design), design.T @ design, rtol=1e-4, atol=1e-4)
    weighted = (design * weights[:, None]).T @ design
    np.testing.assert_allclose(gram_of(design, weights), weighted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 129])
def test_a_gram_matrix_of_a_chunk_more_or_less(rng, size):
    design = rng.standard_normal((size, 5)).astype(np.float32)
    weights = rng.random(size, dtype=np.float32)
    weights[::3] = 0
    wanted = design.T @ (weights[:, None] * design)
    np.testing.assert_allclose(gram_of(design, weights), wanted, rtol=1e-3, atol=1e-4)
