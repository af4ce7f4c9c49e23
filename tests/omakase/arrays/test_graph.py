"""A hop and the modes, against the dense graph."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from omakase.arrays.graph import NormalizedGraph

WEIGHTS = sparse.csr_array(
    np.asarray([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 1, 0]], dtype=np.float32)
)


def graph_of(
    weights: sparse.csr_array = WEIGHTS, a: float = 0.5, b: float = 0.5
) -> NormalizedGraph:
    return NormalizedGraph.of(
        weights, user_exponent=a, item_exponent=b, rank=3, rng=np.random.default_rng(0)
    )


def dense_hop(weights: sparse.csr_array, a: float, b: float) -> np.ndarray:
    """P of the definition, divided by its largest eigenvalue."""
    x = weights.toarray().astype(np.float64)
    people, items = abs(x).sum(axis=1, keepdims=True), abs(x).sum(axis=0, keepdims=True)
    scaled = x * np.maximum(people, 1) ** -a * np.maximum(items, 1) ** -b
    product = scaled.T @ scaled
    return product / np.linalg.eigvalsh(product)[-1]


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.25, 0.5), (0.0, 0.0), (1.0, 0.3)])
def test_a_hop_is_the_product_with_the_normalised_graph(a, b, rng):
    signal = rng.standard_normal((3, 4)).astype(np.float32)
    expected = signal @ dense_hop(WEIGHTS, a, b)
    graph = graph_of(a=a, b=b)
    np.testing.assert_allclose(graph.hop(signal), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(graph.hop(sparse.csr_array(signal)), expected, rtol=1e-4, atol=1e-5)


def test_symmetric_edges_need_no_further_scaling():
    """With both exponents one half, the largest eigenvalue is 1 by itself."""
    people, items = WEIGHTS.sum(axis=1), np.maximum(WEIGHTS.sum(axis=0), 1)
    edges = WEIGHTS.toarray() / np.sqrt(np.outer(people, items))
    np.testing.assert_allclose(graph_of().edges.toarray(), edges, rtol=1e-4)


def test_modes_are_eigenvectors_of_a_hop():
    graph = graph_of(a=0.25)
    image = graph.hop(np.ascontiguousarray(graph.modes.T))
    np.testing.assert_allclose(image, graph.smoothness[:, None] * graph.modes.T, atol=1e-4)
    assert graph.smoothness[0] == pytest.approx(1)


def test_the_response_scales_each_mode():
    graph = graph_of()
    response = np.asarray([2, 0, -1], dtype=np.float32)
    got = graph.respond(np.ascontiguousarray(graph.modes.T), response)
    np.testing.assert_allclose(got, response[:, None] * graph.modes.T, atol=1e-5)


def test_the_low_pass_takes_the_part_on_the_modes_between_roots_of_degrees():
    graph = graph_of()
    root = np.sqrt(graph.degrees)
    expected = (WEIGHTS.toarray() / root) @ graph.modes @ graph.modes.T * root * 0.3
    np.testing.assert_allclose(graph.low_passed(WEIGHTS, 0.3), expected, atol=1e-5)
    np.testing.assert_allclose(graph.low_passed(WEIGHTS.toarray(), 0.3), expected, atol=1e-5)


def test_an_item_and_a_person_without_edges_send_nothing():
    lonely = sparse.csr_array(np.asarray([[1, 1, 0], [0, 0, 0]], dtype=np.float32))
    graph = graph_of(lonely)
    assert np.isfinite(graph.edges.data).all()
    assert (graph.hop(np.asarray([[0, 0, 1]], dtype=np.float32)) == 0).all()
    assert graph.degrees.tolist() == [1, 1, 1]


def test_a_dislike_is_an_edge_that_turns_the_sign():
    weights = sparse.csr_array(np.asarray([[1, -1]], dtype=np.float32))
    assert graph_of(weights).hop(np.asarray([[1, 0]], dtype=np.float32))[0, 1] < 0


def test_a_graph_without_edges_is_silent():
    graph = graph_of(sparse.csr_array((3, 4), dtype=np.float32))
    assert (graph.hop(np.ones((1, 4), dtype=np.float32)) == 0).all()


def test_arrays_round_trip(rng):
    graph = graph_of()
    again = NormalizedGraph.from_arrays(graph.arrays())
    signal = rng.random((2, 4)).astype(np.float32)
    assert len(again) == 4
    np.testing.assert_array_equal(again.hop(signal), graph.hop(signal))


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_any_graph_agrees_with_its_dense_self(seed, exponent):
    """With people and items that have no edge, and dislikes."""
    chance = np.random.default_rng(seed)
    dense = chance.choice([-1, 0, 0, 0, 1, 3], (7, 5)).astype(np.float32)
    dense[0, 0] = 1
    graph = graph_of(sparse.csr_array(dense), exponent, exponent)
    signal = chance.standard_normal((2, 5)).astype(np.float32)
    edges = graph.edges.toarray().astype(np.float64)
    expected = signal @ edges.T @ edges
    np.testing.assert_allclose(graph.hop(signal), expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(graph.hop(sparse.csr_array(signal)), expected, rtol=1e-3, atol=1e-4)
    assert np.linalg.eigvalsh(edges.T @ edges)[-1] == pytest.approx(1, abs=1e-3)
    ratio = edges[dense != 0] / dense[dense != 0]
    assert (ratio > 0).all()


@given(st.integers(0, 2**32 - 1))
def test_hops_add_up_and_scale(seed):
    """P is linear: what two signals bring together is what each of them brings."""
    chance = np.random.default_rng(seed)
    one, two = chance.standard_normal((2, 1, 4)).astype(np.float32)
    graph = graph_of()
    both = graph.hop(one * 2 - two)
    np.testing.assert_allclose(both, 2 * graph.hop(one) - graph.hop(two), rtol=1e-3, atol=1e-4)


def test_all_modes_together_are_a_hop(rng):
    """With the rank of the catalog, the modes leave nothing of P out."""
    graph = NormalizedGraph.of(WEIGHTS, rank=4, rng=rng)
    signal = rng.standard_normal((3, 4)).astype(np.float32)
    np.testing.assert_allclose(
        graph.respond(signal, graph.smoothness), graph.hop(signal), rtol=1e-3, atol=1e-4
    )


def test_nobody_asks_and_nothing_is_sent():
    graph = graph_of()
    assert graph.hop(sparse.csr_array((0, 4), dtype=np.float32)).shape == (0, 4)
    assert not graph.hop(sparse.csr_array((2, 4), dtype=np.float32)).any()


def test_blocks_of_queries_do_not_mix(rng, monkeypatch):
    signal = sparse.csr_array(rng.random((9, 4)).astype(np.float32))
    graph = graph_of()
    whole = graph.hop(signal)
    monkeypatch.setattr("omakase.arrays.graph.BLOCK_ROWS", 2)
    np.testing.assert_array_equal(graph.hop(signal), whole)
