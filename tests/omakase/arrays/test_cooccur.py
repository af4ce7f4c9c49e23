"""The dense Gram matrix against SciPy's product."""

import numpy as np
import pytest
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
