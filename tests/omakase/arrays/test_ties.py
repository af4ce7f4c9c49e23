"""Equals are ordered by popularity, and nothing else is touched."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from omakase.arrays.ties import LARGEST, by_count, tie_breaks


def test_more_used_is_higher_and_dislikes_do_not_count():
    matrix = sparse.csr_array(np.asarray([[1.0, 5.0, 0.0, -1.0], [2.0, 0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(tie_breaks(matrix), [LARGEST, LARGEST / 2, 0, 0])


def test_nothing_used_decides_nothing():
    assert tie_breaks(sparse.csr_array((2, 3))).tolist() == [0, 0, 0]


def test_a_real_difference_stays():
    scores = np.asarray([0.5, 0.50001], dtype=np.float32)
    ties = tie_breaks(sparse.csr_array(np.asarray([[1.0, 0.0]])))
    assert (scores + ties).argmax() == 1


@given(arrays(np.float32, (5, 4), elements=st.integers(-2, 2)))
def test_ties_are_in_the_order_of_how_many_chose(table):
    found = tie_breaks(sparse.csr_array(table))
    people = (table > 0).sum(axis=0)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, LARGEST * people / max(people.max(), 1), rtol=1e-6)
    assert found.max() <= np.float32(LARGEST)


def test_an_event_without_weight_is_stored_and_does_not_count():
    """As where a like and a dislike of one person cancel out."""
    stored = sparse.csr_array((np.asarray([0.0, 1.0]), ([0, 0], [0, 1])), shape=(1, 2))
    assert stored.nnz == 2
    np.testing.assert_allclose(tie_breaks(stored), [0, LARGEST])


def test_counts_that_are_known_already_say_the_same():
    table = sparse.csr_array(np.asarray([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]))
    np.testing.assert_array_equal(by_count(np.asarray([2.0, 1.0, 0.0])), tie_breaks(table))
