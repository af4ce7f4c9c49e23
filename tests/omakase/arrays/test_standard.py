"""One footing for scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from omakase.arrays.standard import directions, standardised, to_unit
from omakase.types import PAD, Slate


def test_mean_nought_and_deviation_one():
    scores = np.asarray([[1, 2, 3, 4], [10, 20, 30, 40]], np.float32)
    scaled = standardised(scores)
    np.testing.assert_allclose(scaled.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(scaled[0], scaled[1], atol=1e-6)


def test_what_has_no_score_has_no_say():
    scaled = standardised(np.asarray([[1, -np.inf, 3]], np.float32))
    np.testing.assert_allclose(scaled, [[-1, -np.inf, 1]])


def test_equal_scores_say_nothing():
    assert standardised(np.full((1, 3), 7, np.float32)).tolist() == [[0, 0, 0]]


def test_a_row_without_scores_stays_without():
    assert np.isneginf(standardised(np.full((1, 2), -np.inf, np.float32))).all()


def test_no_columns_and_no_rows():
    assert standardised(np.zeros((2, 0), np.float32)).shape == (2, 0)
    assert standardised(np.zeros((0, 2), np.float32)).shape == (0, 2)


def test_scores_to_unit_keep_their_order_and_padding_is_0():
    items = np.asarray([[4, 2, PAD], [1, 0, 3], [PAD, PAD, PAD]], np.int32)
    scores = np.asarray([[3, 1, -np.inf], [7, 7, 7], [-np.inf] * 3], np.float32)
    assert to_unit(Slate(items, scores)).tolist() == [[1, 0, 0], [1, 1, 1], [0, 0, 0]]
    half = to_unit(Slate(items[:1, :2], np.asarray([[3, 3]], np.float32)))
    assert half.tolist() == [[1, 1]]


rows = arrays(np.float32, (2, 6), elements=st.one_of(st.integers(-50, 50), st.just(-np.inf)))


@given(rows, st.floats(0.1, 100), st.floats(-100, 100))
def test_unit_and_origin_do_not_matter(scores, unit, origin):
    moved = (scores * np.float32(unit) + np.float32(origin)).astype(np.float32)
    np.testing.assert_allclose(standardised(moved), standardised(scores), rtol=1e-2, atol=1e-2)


@given(rows)
def test_the_order_stays_and_so_do_gaps(scores):
    scaled = standardised(scores)
    np.testing.assert_array_equal(np.isinf(scaled), np.isinf(scores))
    np.testing.assert_array_equal(
        np.argsort(-scaled, axis=1, kind="stable"), np.argsort(-scores, axis=1, kind="stable")
    )


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_what_cannot_be_compared_is_left_out(odd):
    scaled = standardised(np.asarray([[1, odd, 3]], np.float32))
    np.testing.assert_allclose(scaled, [[-1, -np.inf, 1]])


def test_directions_have_length_one_or_none():
    found = directions(np.asarray([[3, 4], [0, 0], [0, -2]], np.float32))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, 0], [0, -1]], rtol=1e-6)
