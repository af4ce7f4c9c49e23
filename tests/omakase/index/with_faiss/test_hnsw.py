"""A graph of neighbours."""

import faiss
import numpy as np

from omakase.conformance.indexes import bunches, nearest
from omakase.index.with_faiss.hnsw import FaissHnsw, HnswConfig


def test_finds_nearly_all(rng):
    vectors, probes = bunches(rng, 3000), bunches(rng, 40)
    found = FaissHnsw.build(vectors, HnswConfig(), rng=rng).search(probes, 10).items.tolist()
    expected = nearest(vectors, probes, 10)
    hits = [len(set(f) & set(e)) for f, e in zip(found, expected, strict=True)]
    assert sum(hits) / 400 > 0.9


def test_more_than_the_search_depth_may_be_asked(rng):
    vectors = bunches(rng, 500)
    index = FaissHnsw.build(vectors, HnswConfig(search_depth=5), rng=rng)
    assert (index.search(vectors[:3], 100).items >= 0).all()


def test_threads_are_given_back(rng):
    before = faiss.omp_get_max_threads()
    FaissHnsw.build(bunches(rng), HnswConfig(), rng=rng)
    assert faiss.omp_get_max_threads() == before


def test_the_same_graph_on_any_number_of_threads(rng):
    vectors = bunches(rng, 2000)
    before = faiss.omp_get_max_threads()
    graphs = []
    for threads in (1, 4):
        faiss.omp_set_num_threads(threads)
        graphs.append(FaissHnsw.build(vectors, HnswConfig(), rng=rng).arrays()["faiss"])
    faiss.omp_set_num_threads(before)
    np.testing.assert_array_equal(*graphs)
