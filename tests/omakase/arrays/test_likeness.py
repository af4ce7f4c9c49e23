"""What makes rows alike, on tables sized for the eye."""

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import sparse

from omakase.arrays.likeness import Likeness, Weigher

TABLE = np.asarray([[5, 3, 0, 1], [4, 0, 0, 1], [1, 1, 0, 5]], dtype=np.float32)
ROWS = sparse.csr_array(TABLE)


def weighed(knobs: Likeness, rows: sparse.csr_array = ROWS) -> np.ndarray:
    return Weigher.fitted(ROWS, knobs).weigh(rows).toarray()


def test_plain_cosine_keeps_rows_as_they_are():
    np.testing.assert_array_equal(weighed(Likeness()), TABLE)


def test_pearson_takes_the_mean_of_the_row_away():
    expected = [[2, 0, 0, -2], [1.5, 0, 0, -1.5], [1 - 7 / 3, 1 - 7 / 3, 0, 5 - 7 / 3]]
    np.testing.assert_allclose(weighed(Likeness(similarity="pearson")), expected, rtol=1e-6)


def test_adjusted_cosine_takes_the_mean_of_the_column_away():
    means = np.asarray([10 / 3, 2, 0, 7 / 3])
    expected = np.where(TABLE > 0, TABLE - means, 0)
    got = weighed(Likeness(similarity="adjusted_cosine"))
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_jaccard_knows_only_chosen_and_not_chosen():
    rows = sparse.csr_array(np.asarray([[3, 0, -2, 1]], dtype=np.float32))
    got = weighed(Likeness(similarity="jaccard", weighting="tfidf"), rows)
    assert got.tolist() == [[1, 0, 0, 1]]


def test_tfidf_is_root_times_rarity():
    rarity = np.log(3 / np.asarray([3, 2, 1, 3]))
    expected = np.sqrt(TABLE) * rarity
    np.testing.assert_allclose(weighed(Likeness(weighting="tfidf")), expected, atol=1e-6)


def test_bm25_is_its_formula():
    knobs = Likeness(weighting="bm25", bm25_k1=1.5, bm25_b=0.5)
    lengths = TABLE.sum(axis=1, keepdims=True) / TABLE.sum(axis=1).mean()
    rarity = np.log(3 / np.asarray([3, 2, 1, 3]))
    expected = rarity * TABLE * 2.5 / (1.5 * (0.5 + 0.5 * lengths) + TABLE)
    np.testing.assert_allclose(weighed(knobs), expected, atol=1e-6)


@pytest.mark.parametrize("weighting", ["tfidf", "bm25"])
def test_a_dislike_stays_negative(weighting):
    rows = sparse.csr_array(np.asarray([[0, -2, 0, 0]], dtype=np.float32))
    assert weighed(Likeness(weighting=weighting), rows)[0, 1] < 0


def test_sizes_share_the_square_of_the_norm():
    knobs = Likeness(alpha=0.3)
    weigher = Weigher.fitted(ROWS, knobs)
    measure = weigher.measure(ROWS, weigher.size(ROWS, 1 - knobs.alpha))
    squares = (TABLE**2).sum(axis=1)
    np.testing.assert_allclose(measure.left, squares**0.3, rtol=1e-6)
    np.testing.assert_allclose(measure.left * measure.right, squares, rtol=1e-6)
    assert not measure.union


def test_sizes_of_jaccard_are_counts():
    weigher = Weigher.fitted(ROWS, Likeness(similarity="jaccard", alpha=0.2, shrinkage=3))
    rows = weigher.weigh(ROWS)
    measure = weigher.measure(rows, weigher.size(rows, 0.8))
    assert measure.left.tolist() == measure.right.tolist() == [3, 2, 3]
    assert measure.union
    assert measure.shrinkage == 3


def test_the_rows_given_are_left_alone():
    before = ROWS.copy()
    weighed(Likeness(similarity="pearson", weighting="bm25"))
    np.testing.assert_array_equal(ROWS.toarray(), before.toarray())


def test_arrays_round_trip():
    knobs = Likeness(similarity="adjusted_cosine", weighting="bm25")
    weigher = Weigher.fitted(ROWS, knobs)
    again = Weigher.from_arrays(weigher.arrays(), knobs)
    np.testing.assert_array_equal(again.weigh(ROWS).toarray(), weigher.weigh(ROWS).toarray())


def test_an_empty_matrix_weighs_nothing():
    empty = sparse.csr_array((2, 3), dtype=np.float32)
    weigher = Weigher.fitted(empty, Likeness(weighting="bm25"))
    assert weigher.weigh(empty).nnz == 0


def test_an_unknown_similarity_is_an_error():
    with pytest.raises(ValidationError, match="similarity"):
        Likeness(similarity="cosinus")
