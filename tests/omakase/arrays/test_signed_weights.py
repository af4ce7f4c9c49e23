import numpy as np
import pytest
from pydantic import ValidationError
from scipy import sparse

from omakase.arrays.signed_weights import SignedWeights
from omakase.types import PAD, Queries


def asked(history, weights):
    rows = np.asarray(history, np.int32)
    return Queries.of(rows, weights=np.asarray(weights, np.float32))


def test_weights_are_kept_or_made_signs():
    matrix = sparse.csr_array(np.asarray([[2.5, 0, -0.5], [0, 1, 0]], np.float32))
    assert SignedWeights(binarise=False).signed(matrix) is matrix
    assert SignedWeights().signed(matrix).toarray().tolist() == [[1, 0, -1], [0, 1, 0]]


def test_the_matrix_asked_about_is_left_alone():
    matrix = sparse.csr_array(np.asarray([[2.5, -3]], np.float32))
    SignedWeights().signed(matrix)
    assert matrix.toarray().tolist() == [[2.5, -3]]


def test_strengths_of_plain_weights_are_the_weights():
    queries = asked([[PAD, 0, 0, 2]], [[0, 2, -1, 5]])
    assert SignedWeights(binarise=False).strengths(queries, 3) is queries.weights


def test_places_of_one_item_share_its_sign_by_weight():
    """Item 0 weighs 3 - 1 = 2 in all, so its places count 3/2 and -1/2: together 1."""
    queries = asked([[PAD, 0, 2, 0]], [[0, 3, -7, -1]])
    assert SignedWeights().strengths(queries, 3).tolist() == [[0, 1.5, -1, -0.5]]


def test_an_item_whose_events_cancel_counts_nothing():
    queries = asked([[1, 1, 0]], [[2, -2, 4]])
    assert SignedWeights().strengths(queries, 2).tolist() == [[0, 0, 1]]


def test_an_event_without_weight_counts_nothing():
    assert SignedWeights().strengths(asked([[0, 1]], [[0, 9]]), 2).tolist() == [[0, 1]]


@pytest.mark.parametrize("binarise", [True, False])
def test_strengths_add_up_to_the_signed_matrix(binarise, rng):
    """The oracle: what the places of an item count, added up, is the item's entry."""
    knobs, size = SignedWeights(binarise=binarise), 6
    history = rng.integers(-1, size, (20, 9)).astype(np.int32)
    weights = np.where(history == PAD, 0, rng.choice([-2, -1, 0.5, 1, 3], history.shape))
    queries = asked(history, weights)
    added = np.zeros((20, size + 1), np.float32)
    np.add.at(added, (np.arange(20)[:, None], history), knobs.strengths(queries, size))
    expected = knobs.signed(queries.matrix(size)).toarray()
    np.testing.assert_allclose(added[:, :size], expected, atol=1e-6)


def test_a_misspelt_knob_is_refused():
    with pytest.raises(ValidationError, match="binarize"):
        SignedWeights(binarize=True)
