"""The dense Gram matrix against SciPy's product."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import get_num_threads, set_num_threads
from scipy import sparse

from omakase.arrays.cooccur import dense_gram, mirror


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1), (30, 7), (50, 150)])
def test_gram_is_the_product(rng, shape, dtype):
    matrix = sparse.random_array(shape, density=0.2, rng=rng, dtype=np.float32).tocsr()
    matrix.data -= np.float32(0.3)
    found = dense_gram(matrix, dtype)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, (matrix.T @ matrix).toarray(), rtol=1e-4, atol=1e-5)


def test_unsorted_rows_make_no_difference():
    matrix = sparse.csr_array(
        (np.asarray([1, 2, 3], dtype=np.float32), np.asarray([2, 0, 1]), np.asarray([0, 3])),
        shape=(1, 3),
    )
    assert dense_gram(matrix).tolist() == [[4, 6, 2], [6, 9, 3], [2, 3, 1]]


def test_a_matrix_of_nothing_is_zero():
    assert (dense_gram(sparse.csr_array((3, 4), dtype=np.float32)) == 0).all()


def test_threads_change_no_bit(rng):
    matrix = sparse.random_array((200, 90), density=0.3, rng=rng, dtype=np.float32).tocsr()
    before = get_num_threads()
    set_num_threads(1)
    one = dense_gram(matrix)
    set_num_threads(before)
    np.testing.assert_array_equal(one, dense_gram(matrix))


def test_mirror_copies_up_to_down(rng):
    square = rng.standard_normal((130, 130))
    wanted = np.triu(square) + np.triu(square, 1).T
    mirror(square)
    np.testing.assert_array_equal(square, wanted)


@given(st.integers(0, 2**32 - 1), st.integers(0, 7), st.integers(1, 9))
def test_every_pair_of_columns_is_counted(seed, rows, columns):
    """By definition, over matrices with empty rows, empty columns and no rows at all."""
    chance = np.random.default_rng(seed)
    dense = chance.integers(-2, 3, (rows, columns)) * (chance.random((rows, columns)) < 0.5)
    found = dense_gram(sparse.csr_array(dense.astype(np.float32)), np.float64)
    for i in range(columns):
        for j in range(columns):
            assert found[i, j] == sum(int(row[i]) * int(row[j]) for row in dense)


def test_many_large_products_keep_their_digits_in_double():
    """Single floats stop counting at 2^24."""
    matrix = sparse.csr_array(np.full((3, 2), 4097.0, np.float32))
    double = dense_gram(matrix, np.float64)
    assert double[0, 1] == 3 * 4097.0**2
    assert double[0, 1] != np.float32(double[0, 1])


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65])
def test_mirror_at_the_edges_of_a_tile(size, rng):
    square = rng.standard_normal((size, size)).astype(np.float32)
    upper = np.triu(square)
    mirror(square)
    np.testing.assert_array_equal(np.triu(square), upper)
    np.testing.assert_array_equal(square, square.T)
