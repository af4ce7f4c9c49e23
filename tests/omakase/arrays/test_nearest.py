"""The most alike rows, against all pairs in plain SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import get_num_threads, set_num_threads
from scipy import sparse

from omakase.arrays.nearest import FEW, Measure, most_alike
from omakase.types import PAD


def some_rows(rng: np.random.Generator, n: int, m: int, density: float) -> sparse.csr_array:
    rows = sparse.random_array((n, m), density=density, rng=rng, format="csr", dtype=np.float32)
    rows.data = rng.choice(np.asarray([-1, 1, 2, 3], dtype=np.float32), len(rows.data))
    return rows


def cosine(rows: sparse.csr_array, shrinkage: float = 0.0) -> Measure:
    sizes = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel()).astype(np.float32)
    return Measure(sizes, sizes, shrinkage=shrinkage)


def itself(rows: sparse.csr_array) -> np.ndarray:
    return np.arange(rows.shape[0], dtype=np.int32)


def by_hand(rows: sparse.csr_array, k: int, measure: Measure, threshold: float) -> np.ndarray:
    """Dense likeness of all pairs, all but the best k of each row set to 0."""
    products = (rows @ rows.T).toarray()
    if measure.union:
        sizes = measure.left[:, None] + measure.right - products
    else:
        sizes = measure.left[:, None] * measure.right
    with np.errstate(all="ignore"):
        likeness = np.nan_to_num(products / (sizes + np.float32(measure.shrinkage)))
    np.fill_diagonal(likeness, 0)
    likeness[(likeness < threshold) | (likeness <= 0)] = 0
    kept = np.argsort(-likeness, axis=1, kind="stable")[:, :k]
    best = np.zeros_like(likeness)
    np.put_along_axis(best, kept, np.take_along_axis(likeness, kept, axis=1), axis=1)
    return best


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.02, 0.3, 0.9]),
    st.integers(1, 12),
    st.sampled_from([0.0, 2.5]),
    st.sampled_from([0.0, 0.2]),
)
def test_agrees_with_all_pairs(seed, density, k, shrinkage, threshold):
    rows = some_rows(np.random.default_rng(seed), 25, 15, density)
    measure = cosine(rows, shrinkage)
    near = most_alike(rows, rows.T.tocsr(), k, measure, skip=itself(rows), threshold=threshold)
    # the k-th may be one of two that are equal but for rounding: compare what they weigh
    got, expected = near.toarray(), by_hand(rows, k, measure, threshold)
    np.testing.assert_allclose(np.sort(got), np.sort(expected), rtol=1e-5, atol=1e-6)


def test_jaccard_is_shared_over_all(rng):
    rows = some_rows(rng, 20, 30, 0.3)
    rows.data[:] = 1
    counts = np.diff(rows.indptr).astype(np.float32)
    measure = Measure(counts, counts, union=True)
    near = most_alike(rows, rows.T.tocsr(), 20, measure, skip=itself(rows)).toarray()
    sets = [set(rows.indices[a:b]) for a, b in zip(rows.indptr, rows.indptr[1:], strict=False)]
    for i, mine in enumerate(sets):
        for j, other in enumerate(sets):
            expected = 0.0 if i == j else len(mine & other) / max(1, len(mine | other))
            assert near[i, j] == pytest.approx(expected, abs=1e-6)


def test_nearest_equal_scores_keep_lower_row():
    rows = sparse.csr_array(np.ones((6, 1), dtype=np.float32))
    near = most_alike(rows, rows.T.tocsr(), 2, cosine(rows), skip=itself(rows))
    assert near.indices.tolist() == [1, 2, 0, 2, 0, 1, 0, 1, 0, 1, 0, 1]


def test_few_and_many_additions_give_the_same(rng):
    """Hundreds of nearly empty rows take the sparse path, their double density the other."""
    rows = some_rows(rng, 400, 300, 0.006)
    near = most_alike(rows, rows.T.tocsr(), 5, cosine(rows), skip=itself(rows))
    additions = (abs(rows.sign()) @ abs(rows.sign()).sum(axis=0)).ravel()
    assert (additions * FEW < 400).any()
    assert (additions * FEW >= 400).any() or additions.max() > 0
    expected = by_hand(rows, 5, cosine(rows), 0.0)
    np.testing.assert_allclose(np.sort(near.toarray()), np.sort(expected), rtol=1e-5, atol=1e-6)


def test_others_may_ask_and_find_everyone(rng):
    rows, asking = some_rows(rng, 30, 12, 0.4), some_rows(rng, 4, 12, 0.5)
    measure = Measure(np.ones(4, np.float32), np.ones(30, np.float32))
    nobody = np.full(4, PAD, dtype=np.int32)
    near = most_alike(asking, rows.T.tocsr(), 30, measure, skip=nobody)
    expected = np.maximum((asking @ rows.T).toarray(), 0)
    np.testing.assert_allclose(near.toarray(), expected)


def test_the_threads_do_not_matter(rng):
    rows = some_rows(rng, 300, 40, 0.1)
    before = get_num_threads()
    results = []
    for threads in (1, before):
        set_num_threads(threads)
        results.append(most_alike(rows, rows.T.tocsr(), 7, cosine(rows), skip=itself(rows)))
    set_num_threads(before)
    for part in ("data", "indices", "indptr"):
        first, second = (getattr(result, part) for result in results)
        np.testing.assert_array_equal(first, second)


def test_an_empty_row_has_and_is_no_neighbour():
    rows = sparse.csr_array(np.asarray([[1, 1], [0, 0], [1, 0]], dtype=np.float32))
    near = most_alike(rows, rows.T.tocsr(), 2, cosine(rows), skip=itself(rows)).toarray()
    assert (near[1] == 0).all()
    assert (near[:, 1] == 0).all()
    assert near[0, 2] > 0


def test_nobody_asks():
    rows = sparse.csr_array((0, 3), dtype=np.float32)
    measure = Measure(np.zeros(0, np.float32), np.zeros(2, np.float32))
    columns = sparse.csr_array(np.ones((3, 2), dtype=np.float32))
    near = most_alike(rows, columns, 2, measure, skip=np.zeros(0, np.int32))
    assert near.shape == (0, 2)


def test_k_below_one_is_refused():
    rows = sparse.csr_array(np.ones((2, 1), dtype=np.float32))
    with pytest.raises(ValueError, match="at least 1"):
        most_alike(rows, rows.T.tocsr(), 0, cosine(rows), skip=itself(rows))


@pytest.mark.parametrize("k", [1, 3, 50])
def test_no_more_than_k_and_never_oneself(rng, k):
    rows = some_rows(rng, 40, 10, 0.5)
    near = most_alike(rows, rows.T.tocsr(), k, cosine(rows), skip=itself(rows))
    assert np.diff(near.indptr).max() <= min(k, 39)
    assert not near.diagonal().any()
    assert (near.data > 0).all()
    for start, stop in zip(near.indptr, near.indptr[1:], strict=False):
        assert (np.diff(near.indices[start:stop]) > 0).all()


def test_likeness_is_mutual_before_it_is_cut(rng):
    rows = some_rows(rng, 25, 12, 0.4)
    near = most_alike(rows, rows.T.tocsr(), 25, cosine(rows), skip=itself(rows)).toarray()
    np.testing.assert_allclose(near, near.T, rtol=1e-5)


def test_blocks_of_rows_change_no_bit(rng, monkeypatch):
    rows = some_rows(rng, 50, 20, 0.3)
    whole = most_alike(rows, rows.T.tocsr(), 6, cosine(rows), skip=itself(rows))
    monkeypatch.setattr("omakase.arrays.nearest.BLOCK_ROWS", 3)
    parts = most_alike(rows, rows.T.tocsr(), 6, cosine(rows), skip=itself(rows))
    np.testing.assert_array_equal(whole.toarray(), parts.toarray())


def test_a_sum_that_comes_back_to_zero_on_the_way_is_not_lost():
    """+1 and -1 meet before +3 does: the sparse path notes the row twice, and once it must be."""
    asking = sparse.csr_array(np.asarray([[1, 1, 1]], np.float32))
    others = np.zeros((40, 3), np.float32)
    others[7] = [1, -1, 3]
    columns = sparse.csr_array(others.T.copy())
    ones = Measure(np.ones(1, np.float32), np.ones(40, np.float32))
    near = most_alike(asking, columns, 5, ones, skip=np.asarray([PAD], np.int32))
    assert near.indices.tolist() == [7]
    assert near.data.tolist() == [3]
