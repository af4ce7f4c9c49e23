"""What a history adds up to through sparse weights, against the dense product."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from omakase.arrays.links import Links
from omakase.types import PAD

N = 9


def world(seed: int) -> tuple[np.ndarray, Links, np.ndarray, np.ndarray]:
    """Dense weights, the links of them, histories with pads and duplicates, strengths."""
    rng = np.random.default_rng(seed)
    dense = rng.normal(size=(N, N)).astype(np.float32) * (rng.random((N, N)) < 0.4)
    history = rng.integers(PAD, N, (4, 6)).astype(np.int32)
    strengths = rng.normal(size=history.shape).astype(np.float32) * (history != PAD)
    return dense, Links.of(sparse.csr_array(dense)), history, strengths


def summed(dense: np.ndarray, history: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    scores = np.zeros((len(history), N))
    for b, row in enumerate(history):
        for item, strength in zip(row, strengths[b], strict=True):
            if item != PAD:
                scores[b] += strength * dense[item]
    return scores


@given(st.integers(0, 1000))
def test_spread_is_the_product(seed):
    dense, links, history, strengths = world(seed)
    expected = summed(dense, history, strengths)
    np.testing.assert_allclose(links.spread(history, strengths), expected, rtol=1e-4, atol=1e-5)


@given(st.integers(0, 1000))
def test_reaching_is_spread_at_some_places(seed):
    dense, links, history, strengths = world(seed)
    items = np.tile(np.asarray([8, PAD, 0, 3], dtype=np.int32), (4, 1))
    some = links.reaching(history, strengths, items)
    expected = summed(dense, history, strengths)[:, [8, 0, 3]]
    assert np.isneginf(some[:, 1]).all()
    np.testing.assert_allclose(some[:, [0, 2, 3]], expected, rtol=1e-4, atol=1e-5)


@given(st.integers(0, 1000))
def test_between_is_each_weight(seed):
    dense, links, history, _ = world(seed)
    items = np.tile(np.arange(N, dtype=np.int32), (4, 1))
    parts = links.between(history, items)
    expected = np.where(history[:, None, :] == PAD, 0, dense.T[:, history].transpose(1, 0, 2))
    np.testing.assert_array_equal(parts, expected)


@pytest.mark.parametrize("stranger", [PAD, N, N + 100])
def test_an_item_without_a_row_adds_nothing(stranger):
    _, links, _, _ = world(1)
    history = np.asarray([[stranger]], dtype=np.int32)
    one = np.ones((1, 1), dtype=np.float32)
    some = np.asarray([[0, 1]], dtype=np.int32)
    assert (links.spread(history, one) == 0).all()
    assert (links.reaching(history, one, some) == 0).all()
    assert (links.between(history, some) == 0).all()


def test_arrays_round_trip_and_may_be_read_only():
    _, links, history, strengths = world(2)
    arrays = {name: array.copy() for name, array in links.arrays().items()}
    for array in arrays.values():
        array.flags.writeable = False
    again = Links.from_arrays(arrays)
    assert len(again) == N
    expected = links.spread(history, strengths)
    np.testing.assert_array_equal(again.spread(history, strengths), expected)


@given(st.integers(0, 1000))
def test_links_are_the_matrix_and_nothing_else(seed):
    dense, links, _, _ = world(seed)
    everyone = np.arange(N, dtype=np.int32)[:, None]
    ones = np.ones((N, 1), np.float32)
    np.testing.assert_array_equal(links.spread(everyone, ones), dense)
    assert len(links.weights) == np.count_nonzero(dense)
    for row in range(N):
        reached = links.items[links.starts[row] : links.starts[row + 1]]
        assert (np.diff(reached) > 0).all()


def test_links_of_a_matrix_out_of_order_are_found():
    """Halving needs ascending columns; a matrix may come with others."""
    matrix = sparse.csr_array(
        (np.asarray([1, 2, 3], np.float32), np.asarray([2, 0, 1]), np.asarray([0, 3, 3, 3])),
        shape=(3, 3),
    )
    found = Links.of(matrix).between(np.asarray([[0]], np.int32), np.asarray([[0, 1, 2]], np.int32))
    assert found.ravel().tolist() == [2, 3, 1]
    assert matrix.indices.tolist() == [2, 0, 1]


def test_links_of_nothing_lead_nowhere():
    none = Links.of(sparse.csr_array((4, 4), dtype=np.float32))
    history, ones = np.asarray([[0, 3]], np.int32), np.ones((1, 2), np.float32)
    assert not none.spread(history, ones).any()
    assert none.reaching(history, ones, np.asarray([[2, PAD]], np.int32)).tolist() == [[0, -np.inf]]
