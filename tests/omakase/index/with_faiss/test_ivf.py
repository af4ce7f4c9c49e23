"""Lists, plain and compressed."""

import faiss
import numpy as np
import pytest

from omakase.conformance.indexes import bunches, nearest
from omakase.index.with_faiss.ivf import (
    FaissIvf,
    FaissProduct,
    FaissScalar,
    IvfConfig,
    ProductConfig,
    _lists,
)

EVERY = ((FaissIvf, IvfConfig), (FaissScalar, IvfConfig), (FaissProduct, ProductConfig))


def recall(index, vectors, probes):
    found = index.search(probes, 10).items.tolist()
    hits = [len(set(f) & set(e)) for f, e in zip(found, nearest(vectors, probes, 10), strict=True)]
    return sum(hits) / (10 * len(probes))


def test_all_lists_searched_find_all(rng):
    vectors, probes = bunches(rng, 2000), bunches(rng, 30)
    index = FaissIvf.build(vectors, IvfConfig(lists=20, probes=20), rng=rng)
    assert recall(index, vectors, probes) == 1


def test_more_probes_find_more(rng):
    vectors, probes = rng.standard_normal((2, 4000, 16)).astype(np.float32)
    few, more = (
        recall(
            FaissIvf.build(vectors, IvfConfig(lists=50, probes=p), rng=rng), vectors, probes[:50]
        )
        for p in (1, 25)
    )
    assert few < 0.7 < more


@pytest.mark.parametrize(
    ("size", "wanted", "lists"),
    [(0, 0, 0), (38, 9, 0), (4000, 0, 102), (10**6, 0, 4000), (10**6, 100, 100)],
)
def test_lists_for_so_many(size, wanted, lists):
    assert _lists(size, wanted) == lists


@pytest.mark.parametrize(("cls", "config"), EVERY)
def test_a_small_catalog_is_kept_flat(rng, cls, config):
    vectors = bunches(rng, 30)
    index = cls.build(vectors, config(), rng=rng)
    assert isinstance(faiss.downcast_index(index.native.index), faiss.IndexFlat)
    assert recall(index, vectors, vectors[:5]) == 1


def test_compression_saves_memory(rng):
    vectors = rng.standard_normal((3000, 32)).astype(np.float32)
    configs = (IvfConfig(lists=5), IvfConfig(lists=5), ProductConfig(lists=5, bytes=4))
    plain, scalar, product = (
        len(cls.build(vectors, config, rng=rng).arrays()["faiss"])
        for (cls, _), config in zip(EVERY, configs, strict=True)
    )
    assert plain > 3 * scalar
    assert scalar > 1.5 * product


@pytest.mark.parametrize(("width", "size"), [(16, 16), (48, 24), (7, 7), (37, 1)])
def test_bytes_divide_the_width(rng, width, size):
    vectors = rng.standard_normal((400, width)).astype(np.float32)
    index = FaissProduct.build(vectors, ProductConfig(bytes=32), rng=rng)
    assert size == index.native.pq.M


@pytest.mark.parametrize(("cls", "config"), EVERY)
def test_a_loaded_index_can_be_changed(rng, cls, config):
    vectors = bunches(rng)
    index = cls.from_arrays(cls.build(vectors, config(), rng=rng).arrays(), config())
    index.delete(np.arange(0, 600, 2, dtype=np.int32))
    found = index.search(vectors[:20], 10).items
    assert (found % 2 == 1).all()


@pytest.mark.parametrize(("cls", "config"), EVERY)
def test_a_small_catalog_keeps_its_rows_when_some_go_and_others_come(rng, cls, config):
    """FAISS numbers plain vectors anew after a removal: row 5 would answer for row 6."""
    vectors = np.eye(8, dtype=np.float32)
    index = cls.build(vectors, config(), rng=rng)
    index.delete(np.asarray([2, 5], np.int32))
    index.upsert(np.asarray([20], np.int32), 2 * vectors[5:6])
    found = index.search(vectors, 1).items[:, 0]
    assert found[[0, 1, 3, 4, 6, 7]].tolist() == [0, 1, 3, 4, 6, 7]
    assert found[5] == 20
    assert 2 not in index.search(vectors, 8).items


def test_centres_may_be_found_from_a_part_of_the_vectors(rng):
    vectors = bunches(rng, 4000)
    index = FaissIvf.build(vectors, IvfConfig(lists=50, probes=50, learnt_from=2), rng=rng)
    assert index.native.cp.max_points_per_centroid == 2
    assert recall(index, vectors, vectors[:20]) == 1
