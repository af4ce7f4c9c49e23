"""Range, freshness and surprise on tables for the eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from omakase.evaluate import beyond
from omakase.types import PAD

ITEMS = np.asarray([[0, 1], [2, PAD], [PAD, PAD]], dtype=np.int32)


def test_coverage_counts_what_was_shown():
    assert beyond.coverage(np.asarray([3, 0, 1, 0])) == 0.5


def test_gini_is_zero_when_even_and_high_when_one_takes_all():
    assert beyond.gini(np.asarray([2, 2, 2, 2])) == pytest.approx(0)
    assert beyond.gini(np.asarray([0, 0, 0, 8])) == pytest.approx(0.75)
    assert beyond.gini(np.asarray([0, 0])) == 0


@given(arrays(np.int64, 6, elements=st.integers(0, 50)))
def test_gini_is_the_mean_gap_over_twice_the_mean(exposure):
    gaps = np.abs(exposure[:, None] - exposure[None]).mean()
    expected = gaps / (2 * exposure.mean()) if exposure.sum() else 0
    assert beyond.gini(exposure) == pytest.approx(expected)


def test_information_is_in_bits():
    assert beyond.information(np.asarray([4, 1, 0]), 4).tolist() == [0, 2, 3]


def test_novelty_is_the_mean_of_the_places_that_hold_something():
    bits = np.asarray([1.0, 3.0, 5.0])
    assert beyond.novelty(ITEMS, bits).tolist() == [2, 5, 0]


def test_diversity_of_equals_is_zero_and_of_strangers_one():
    vectors = np.asarray([[1, 0], [1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    lists = np.asarray([[0, 1, PAD], [0, 2, PAD], [0, 3, PAD], [0, 1, 2]], dtype=np.int32)
    found = beyond.intra_list_diversity(lists, vectors)
    np.testing.assert_allclose(found, [0, 1, 2, 2 / 3], atol=1e-6)
    np.testing.assert_allclose(beyond.intra_list_diversity(ITEMS, vectors)[1:], 0)


def test_company_keeps_the_cosines_of_the_columns(rng):
    used = sparse.csr_array((rng.random((400, 12)) < 0.3).astype(np.float32))
    dense = used.toarray()
    unit = dense / np.linalg.norm(dense, axis=0)
    vectors = beyond.company(used, dimensions=20_000)
    np.testing.assert_allclose(vectors @ vectors.T, unit.T @ unit, atol=0.04)


def test_company_of_an_unused_item_is_zero():
    used = sparse.csr_array(np.asarray([[1.0, 0.0], [1.0, 0.0]]))
    assert (beyond.company(used)[1] == 0).all()


def test_unexpectedness_is_the_share_that_is_more_popular():
    assert beyond.unexpectedness(np.asarray([9, 1, 5, 5])).tolist() == [0, 0.75, 0.25, 0.25]


def test_serendipity_rewards_right_and_unexpected_only():
    hits = np.asarray([[True, True], [False, False]])
    items = np.asarray([[0, 1], [2, PAD]], dtype=np.int32)
    unexpected = np.asarray([0.0, 0.5, 1.0])
    assert beyond.serendipity(hits, items, unexpected).tolist() == [0.25, 0]
