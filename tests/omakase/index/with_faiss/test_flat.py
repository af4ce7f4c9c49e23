"""Brute force by FAISS is brute force."""

from omakase.conformance.indexes import bunches, nearest
from omakase.index.with_faiss.flat import FaissFlat, FlatConfig


def test_finds_all_of_the_nearest(rng):
    vectors, probes = bunches(rng), bunches(rng, 30)
    found = FaissFlat.build(vectors, FlatConfig(), rng=rng).search(probes, 20)
    assert found.items.tolist() == nearest(vectors, probes, 20)
