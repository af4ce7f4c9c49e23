"""A few columns at a time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from omakase.arrays.gather import (
    dots_at,
    masked_at,
    paths_at,
    sums_at,
    values_at,
)
from omakase.types import PAD


def test_dots_are_those_of_the_full_product(rng):
    queries = rng.standard_normal((3, 4)).astype(np.float32)
    items = rng.standard_normal((9, 4)).astype(np.float32)
    rows = np.asarray([[8, 0], [2, 2], [5, 1]], dtype=np.int32)
    full = np.take_along_axis(queries @ items.T, rows, axis=1)
    np.testing.assert_allclose(dots_at(queries, items, rows), full, rtol=1e-5)


def test_padding_is_minus_infinity(rng):
    vectors = rng.standard_normal((2, 4)).astype(np.float32)
    rows = np.asarray([[1, PAD], [PAD, 0]], dtype=np.int32)
    found = dots_at(vectors, vectors, rows)
    assert np.isneginf(found[[0, 1], [1, 0]]).all()
    assert np.isfinite(found[[0, 1], [0, 1]]).all()


def test_masking_reaches_the_last_axis():
    rows = np.asarray([[0, PAD]], dtype=np.int32)
    masked = masked_at(np.ones((1, 2, 3), dtype=np.float32), rows, 0.0)
    assert masked[0].tolist() == [[1, 1, 1], [0, 0, 0]]


def test_an_item_that_is_there_twice_shares_its_value_by_weight():
    history = np.asarray([[PAD, 3, 1, 3]], dtype=np.int32)
    weights = np.asarray([[0, 1, 1, 3]], dtype=np.float32)
    matrix = sparse.csr_array(([10.0, 8.0], ([0, 0], [1, 3])), shape=(1, 5))
    assert values_at(matrix, history, weights).tolist() == [[0, 2, 10, 6]]


def test_weights_that_cancel_out_have_no_value():
    history = np.asarray([[3, 3]], dtype=np.int32)
    weights = np.asarray([[1, -1]], dtype=np.float32)
    matrix = sparse.csr_array(([0.0], ([0], [3])), shape=(1, 5))
    assert values_at(matrix, history, weights).tolist() == [[0, 0]]


def test_an_empty_history_has_no_value():
    nobody = np.full((1, 2), PAD, dtype=np.int32)
    found = values_at(sparse.csr_array((1, 5)), nobody, np.zeros((1, 2), dtype=np.float32))
    assert found.tolist() == [[0, 0]]


def test_paths_are_added_up_over_the_history():
    rng = np.random.default_rng(4)
    weights = rng.standard_normal((6, 6)).astype(np.float32)
    history = np.asarray([[PAD, 1, 5], [2, 2, 0]], np.int32)
    values = np.asarray([[9, 2, -1], [0.5, 1, 3]], np.float32)
    rows = np.asarray([[0, PAD], [3, 2]], np.int32)
    found = paths_at(weights, history, values, rows)
    expected = [
        [2 * weights[1, 0] - weights[5, 0], -np.inf],
        [1.5 * weights[2, i] + 3 * weights[0, i] for i in (3, 2)],
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert found.dtype == np.float32


@given(st.integers(0, 2**32 - 1), st.integers(0, 4), st.integers(0, 5), st.integers(1, 4))
def test_dots_are_told_one_by_one(seed, batch, asked, width):
    chance = np.random.default_rng(seed)
    queries = chance.integers(-3, 4, (batch, width)).astype(np.float32)
    items = chance.integers(-3, 4, (6, width)).astype(np.float32)
    rows = chance.integers(-1, 6, (batch, asked)).astype(np.int32)
    found = dots_at(queries, items, rows)
    assert found.shape == (batch, asked)
    for b, c in np.ndindex(batch, asked):
        expected = -np.inf if rows[b, c] == PAD else float(queries[b] @ items[rows[b, c]])
        assert found[b, c] == expected


def test_padding_hides_even_what_is_no_number():
    """The vector of row 0 stands in for padding while it is computed; it must not show."""
    items = np.asarray([[np.nan], [2.0]], np.float32)
    found = dots_at(np.ones((1, 1), np.float32), items, np.asarray([[PAD, 1]], np.int32))
    assert found.tolist() == [[-np.inf, 2.0]]


@given(st.integers(0, 2**32 - 1))
def test_the_places_of_an_item_add_up_to_its_value(seed):
    chance = np.random.default_rng(seed)
    history = chance.integers(-1, 5, (3, 7)).astype(np.int32)
    weights = (chance.integers(1, 5, (3, 7)) * (history != PAD)).astype(np.float32)
    values = chance.standard_normal((3, 5)) * np.stack(
        [np.isin(np.arange(5), row) for row in history]
    )
    shared = values_at(sparse.csr_array(values), history, weights)
    for b, item in np.ndindex(3, 5):
        places = history[b] == item
        assert np.isclose(shared[b, places].sum(), values[b, item], atol=1e-5)
        if places.any():
            ratio = shared[b, places] / weights[b, places]
            np.testing.assert_allclose(ratio, ratio[0], rtol=1e-5)
    assert not shared[history == PAD].any()


@given(st.integers(0, 4), st.integers(0, 5), st.integers(0, 50))
def test_sums_are_those_of_the_full_product(size, kinds, seed):
    rng = np.random.default_rng(seed)
    left = sparse.random_array((size, 9), density=0.4, rng=rng, format="csr")
    table = sparse.random_array((9, kinds), density=0.5, rng=rng, format="csr")
    expected = left.toarray() @ table.toarray()
    np.testing.assert_allclose(sums_at(left, table), expected, atol=1e-12)
    marks = sparse.csr_array(left > 0.5)
    expected = (left.toarray() > 0.5).astype(float) @ table.toarray()
    np.testing.assert_allclose(sums_at(marks, table), expected, atol=1e-12)


@given(st.integers(0, 3), st.integers(0, 50))
def test_rows_add_up_to_the_product_whatever_the_width_of_indices(size, seed):
    rng = np.random.default_rng(seed)
    left = sparse.random_array((size, 9), density=0.4, rng=rng, format="csr", dtype=np.float32)
    table = sparse.random_array((9, 5), density=0.5, rng=rng, format="csr", dtype=np.float32)
    left.indices, left.indptr = left.indices.astype(np.int64), left.indptr.astype(np.int64)
    found = sums_at(left, table, np.float32)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, left.toarray() @ table.toarray(), atol=1e-6)
