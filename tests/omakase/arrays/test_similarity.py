"""What makes rows alike, on tables sized for the eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError
from scipy import sparse

from omakase.arrays.similarity import Similarity, Weigher

TABLE = np.asarray([[5, 3, 0, 1], [4, 0, 0, 1], [1, 1, 0, 5]], dtype=np.float32)
ROWS = sparse.csr_array(TABLE)


def weighed(knobs: Similarity, rows: sparse.csr_array = ROWS) -> np.ndarray:
    return Weigher.fitted(ROWS, knobs).weigh(rows).toarray()


def test_plain_cosine_keeps_rows_as_they_are():
    np.testing.assert_array_equal(weighed(Similarity()), TABLE)


def test_pearson_takes_the_mean_of_the_row_away():
    expected = [[2, 0, 0, -2], [1.5, 0, 0, -1.5], [1 - 7 / 3, 1 - 7 / 3, 0, 5 - 7 / 3]]
    np.testing.assert_allclose(weighed(Similarity(similarity="pearson")), expected, rtol=1e-6)


def test_adjusted_cosine_takes_the_mean_of_the_column_away():
    means = np.asarray([10 / 3, 2, 0, 7 / 3])
    expected = np.where(TABLE > 0, TABLE - means, 0)
    got = weighed(Similarity(similarity="adjusted_cosine"))
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_jaccard_knows_only_chosen_and_not_chosen():
    rows = sparse.csr_array(np.asarray([[3, 0, -2, 1]], dtype=np.float32))
    got = weighed(Similarity(similarity="jaccard", weighting="tfidf"), rows)
    assert got.tolist() == [[1, 0, 0, 1]]


def test_tfidf_is_root_times_rarity():
    rarity = np.log(3 / np.asarray([3, 2, 1, 3]))
    expected = np.sqrt(TABLE) * rarity
    np.testing.assert_allclose(weighed(Similarity(weighting="tfidf")), expected, atol=1e-6)


def test_bm25_is_its_formula():
    knobs = Similarity(weighting="bm25", bm25_k1=1.5, bm25_b=0.5)
    lengths = TABLE.sum(axis=1, keepdims=True) / TABLE.sum(axis=1).mean()
    rarity = np.log(3 / np.asarray([3, 2, 1, 3]))
    expected = rarity * TABLE * 2.5 / (1.5 * (0.5 + 0.5 * lengths) + TABLE)
    np.testing.assert_allclose(weighed(knobs), expected, atol=1e-6)


@pytest.mark.parametrize("weighting", ["tfidf", "bm25"])
def test_a_dislike_stays_negative(weighting):
    rows = sparse.csr_array(np.asarray([[0, -2, 0, 0]], dtype=np.float32))
    assert weighed(Similarity(weighting=weighting), rows)[0, 1] < 0


def test_sizes_share_the_square_of_the_norm():
    knobs = Similarity(alpha=0.3)
    weigher = Weigher.fitted(ROWS, knobs)
    measure = weigher.measure(ROWS, weigher.size(ROWS, 1 - knobs.alpha))
    squares = (TABLE**2).sum(axis=1)
    np.testing.assert_allclose(measure.left, squares**0.3, rtol=1e-6)
    np.testing.assert_allclose(measure.left * measure.right, squares, rtol=1e-6)
    assert not measure.union


def test_sizes_of_jaccard_are_counts():
    weigher = Weigher.fitted(ROWS, Similarity(similarity="jaccard", alpha=0.2, shrinkage=3))
    rows = weigher.weigh(ROWS)
    measure = weigher.measure(rows, weigher.size(rows, 0.8))
    assert measure.left.tolist() == measure.right.tolist() == [3, 2, 3]
    assert measure.union
    assert measure.shrinkage == 3


def test_the_rows_given_are_left_alone():
    before = ROWS.copy()
    weighed(Similarity(similarity="pearson", weighting="bm25"))
    np.testing.assert_array_equal(ROWS.toarray(), before.toarray())


def test_arrays_round_trip():
    knobs = Similarity(similarity="adjusted_cosine", weighting="bm25")
    weigher = Weigher.fitted(ROWS, knobs)
    again = Weigher.from_arrays(weigher.arrays(), knobs)
    np.testing.assert_array_equal(again.weigh(ROWS).toarray(), weigher.weigh(ROWS).toarray())


def test_an_empty_matrix_weighs_nothing():
    empty = sparse.csr_array((2, 3), dtype=np.float32)
    weigher = Weigher.fitted(empty, Similarity(weighting="bm25"))
    assert weigher.weigh(empty).nnz == 0


def test_an_unknown_similarity_is_an_error():
    with pytest.raises(ValidationError, match="similarity"):
        Similarity(similarity="cosinus")


def slow_bm25(table, k1, b):
    """By the book, entry by entry."""
    rows = len(table)
    mean = table.sum() / rows
    out = np.zeros(table.shape)
    for r, c in np.ndindex(table.shape):
        if table[r, c]:
            rarity = np.log(rows / (table[:, c] > 0).sum())
            patience = k1 * (1 - b + b * table[r].sum() / mean)
            out[r, c] = table[r, c] * (k1 + 1) / (patience + table[r, c]) * rarity
    return out


tables = arrays(np.float32, (4, 3), elements=st.integers(0, 5)).filter(lambda t: t.sum() > 0)


@given(tables, st.floats(0.2, 3), st.floats(0, 1))
def test_bm25_of_any_table(table, k1, b):
    rows = sparse.csr_array(table)
    knobs = Similarity(weighting="bm25", bm25_k1=k1, bm25_b=b)
    found = Weigher.fitted(rows, knobs).weigh(rows).toarray()
    np.testing.assert_allclose(found, slow_bm25(table, k1, b), rtol=1e-4, atol=1e-5)


@given(tables, st.sampled_from(["cosine", "adjusted_cosine", "pearson", "jaccard"]))
def test_the_likeness_of_a_row_to_itself_is_one(table, similarity):
    """Where it has any size at all, and whatever the share of the asking side."""
    rows = sparse.csr_array(table)
    weigher = Weigher.fitted(rows, Similarity(similarity=similarity, alpha=0.3))
    seen = weigher.weigh(rows)
    measure = weigher.measure(seen, weigher.size(seen, 0.7))
    own = np.asarray(seen.multiply(seen).sum(axis=1)).ravel()
    size = measure.left + measure.right - own if measure.union else measure.left * measure.right
    np.testing.assert_allclose(size[own > 1e-6], own[own > 1e-6], rtol=1e-4)


@given(tables)
def test_centred_rows_and_columns_have_no_mean(table):
    rows = sparse.csr_array(table)
    centred = Weigher.fitted(rows, Similarity(similarity="pearson")).weigh(rows)
    np.testing.assert_allclose(centred.sum(axis=1), 0, atol=1e-4)
    adjusted = Weigher.fitted(rows, Similarity(similarity="adjusted_cosine")).weigh(rows)
    np.testing.assert_allclose(adjusted.sum(axis=0), 0, atol=1e-4)


def test_what_everybody_has_tells_nothing_apart():
    """Its rarity is the log of one."""
    everywhere = sparse.csr_array(np.asarray([[1, 1], [1, 0], [1, 0]], np.float32))
    for weighting in ("tfidf", "bm25"):
        found = Weigher.fitted(everywhere, Similarity(weighting=weighting)).weigh(everywhere)
        assert not found.toarray()[:, 0].any()
        assert found.toarray()[0, 1] > 0
