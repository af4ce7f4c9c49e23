"""One footing for scores."""

import numpy as np

from omakase.arrays.standard import standardised, to_unit
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
