"""Small regressions against NumPy's, column by column."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import get_num_threads, set_num_threads
from scipy import sparse

from omakase.arrays.local_ridge import local_weights


def problem(rng, n_users=40, n_items=15):
    matrix = sparse.random_array((n_users, n_items), density=0.3, rng=rng, dtype=np.float32).tocsr()
    matrix.data -= np.float32(0.2)
    pattern = rng.random((n_items, n_items)) < 0.5
    np.fill_diagonal(pattern, False)
    pattern[3] = False  # an item without neighbours
    penalties = rng.random(n_items, dtype=np.float32) + np.float32(0.1)
    return matrix, sparse.csr_array(pattern.astype(np.float32)), penalties


def test_each_row_solves_its_ridge_regression(rng):
    matrix, support, penalties = problem(rng)
    found = local_weights(matrix, support, penalties).toarray()
    x = matrix.toarray().astype(np.float64)
    for j in range(support.shape[0]):
        s = support.indices[support.indptr[j] : support.indptr[j + 1]]
        a = x[:, s].T @ x[:, s] + np.diag(penalties[s])
        expected = np.linalg.solve(a, x[:, s].T @ x[:, j])
        np.testing.assert_allclose(found[j, s], expected, rtol=1e-3, atol=1e-4)
        assert (np.delete(found[j], s) == 0).all()


def test_an_item_without_neighbours_has_no_weights(rng):
    matrix, support, penalties = problem(rng)
    assert (local_weights(matrix, support, penalties).toarray()[3] == 0).all()


def test_threads_change_no_bit_and_progress_ends(rng):
    given, heard = problem(rng), []
    before = get_num_threads()
    set_num_threads(1)
    one = local_weights(*given, lambda done, total: heard.append((done, total)))
    set_num_threads(before)
    np.testing.assert_array_equal(one.data, local_weights(*given).data)
    assert heard[-1][0] == heard[-1][1]


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 6))
def test_any_world_is_solved_by_the_same_equations(seed, n_users, n_items):
    chance = np.random.default_rng(seed)
    x = chance.integers(-2, 3, (n_users, n_items)).astype(np.float32)
    pattern = chance.random((n_items, n_items)) < 0.6
    np.fill_diagonal(pattern, False)
    penalties = chance.random(n_items, dtype=np.float32) + np.float32(0.5)
    support = sparse.csr_array(pattern.astype(np.float32))
    found = local_weights(sparse.csr_array(x), support, penalties).toarray()
    for j in range(n_items):
        s = np.flatnonzero(pattern[j])
        a = x[:, s].T @ x[:, s] + np.diag(penalties[s])
        np.testing.assert_allclose(
            found[j, s], np.linalg.solve(a, x[:, s].T @ x[:, j]), rtol=1e-3, atol=1e-3
        )


def test_events_of_one_item_do_not_leak_into_the_next():
    """What is noted of each person is wiped between two regressions of a part."""
    x = sparse.csr_array(np.asarray([[1, 1, 0], [0, 1, 1]], np.float32))
    pattern = sparse.csr_array(np.asarray([[0, 1, 0], [0, 0, 1], [1, 0, 0]], np.float32))
    found = local_weights(x, pattern, np.ones(3, np.float32)).toarray()
    expected = [[0, 1 / 3, 0], [0, 0, 1 / 2], [0, 0, 0]]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_support_of_nothing_gives_no_weights():
    nothing = sparse.csr_array((3, 3), dtype=np.float32)
    found = local_weights(sparse.csr_array(np.eye(3, dtype=np.float32)), nothing, np.ones(3, "f4"))
    assert found.shape == (3, 3)
    assert found.nnz == 0
