"""What all FAISS indexes share."""

import numpy as np
import pytest

from omakase.index.with_faiss.searching import FaissIndex, Packed, flat, seed_of
from omakase.types import PAD, Config


@pytest.fixture
def vectors(rng):
    return rng.standard_normal((40, 6)).astype(np.float32)


def test_products_and_rows(vectors):
    found = FaissIndex(flat(vectors), Config()).search(vectors[:2], 3)
    products = vectors[:2] @ vectors.T
    assert found.items.tolist() == np.argsort(-products, axis=1)[:, :3].tolist()
    np.testing.assert_allclose(found.scores, -np.sort(-products, axis=1)[:, :3], rtol=1e-5)


def test_ties_come_by_row():
    found = FaissIndex(flat(np.ones((5, 2), np.float32)), Config()).search(
        np.ones((1, 2), np.float32), 5
    )
    assert found.items.tolist() == [[0, 1, 2, 3, 4]]


def test_questions_of_another_type_are_converted(vectors):
    found = FaissIndex(flat(vectors), Config()).search(vectors[:2].astype(np.float64), 3)
    assert found.scores.dtype == np.float32


def test_fewer_allowed_than_asked_leaves_padding(vectors):
    allowed = np.zeros(40, dtype=np.bool_)
    allowed[[3, 9]] = True
    found = FaissIndex(flat(vectors), Config()).search_among(vectors[:1], 4, allowed)
    assert set(found.items[0, :2].tolist()) == {3, 9}
    assert found.items[0, 2:].tolist() == [PAD, PAD]
    assert np.isneginf(found.scores[0, 2:]).all()


def test_saved_as_bytes(vectors):
    index = FaissIndex(flat(vectors), Config())
    raw = index.arrays()["faiss"]
    assert raw.dtype == np.uint8
    again = FaissIndex.from_arrays({"faiss": raw}, Config())
    assert again.search(vectors, 4).lists() == index.search(vectors, 4).lists()


def test_seeds_come_from_the_generator():
    first, second = (seed_of(np.random.default_rng(s)) for s in (1, 2))
    assert first == seed_of(np.random.default_rng(1)) != second


def test_a_mask_that_cannot_change_is_packed_once():
    packed, mask = Packed(), np.arange(20) % 4 == 0
    assert packed.of(mask) is not packed.of(mask), "it may have been written to"
    mask.flags.writeable = False
    first = packed.of(mask)
    assert packed.of(mask) is first and first.share == 0.25
    assert np.unpackbits(first.bits, count=20, bitorder="little").tolist() == mask.tolist()
    other = np.arange(20) % 2 == 0
    bits = packed.of(other).bits
    assert np.unpackbits(bits, count=20, bitorder="little").tolist() == other.tolist()
    assert packed.of(mask) is first


@pytest.mark.parametrize("least", [0, 11, 30, 39])
@pytest.mark.parametrize("k", [1, 5, 9])
def test_many_or_few_allowed_are_found_alike(vectors, least, k):
    """With most allowed the filter comes after the search, with few allowed before it."""
    probes = vectors[:6] + 1
    allowed = np.random.default_rng(least).permutation(40) >= least
    found = FaissIndex(flat(vectors), Config()).search_among(probes, k, allowed)
    products = np.where(allowed, probes @ vectors.T, -np.inf)
    expected = np.argsort(-products, axis=1)[:, :k]
    known = np.take_along_axis(allowed[None].repeat(6, 0), expected, 1)
    assert found.items.tolist() == np.where(known, expected, PAD).tolist()


def test_a_filter_that_hides_the_best_is_asked_again():
    """Half may pass, but none of the nearest."""
    line = np.arange(40, dtype=np.float32)[:, None]
    found = FaissIndex(flat(line), Config()).search_among(line[:1] + 1, 4, np.arange(40) < 20)
    assert found.items.tolist() == [[19, 18, 17, 16]]


def test_the_filter_of_one_request_is_not_that_of_the_next(vectors):
    index = FaissIndex(flat(vectors), Config())
    for start in (0, 20):
        allowed = (np.arange(40) >= start) & (np.arange(40) < start + 20)
        allowed.flags.writeable = False
        found = index.search_among(vectors[:3], 5, allowed).items
        assert ((found >= start) & (found < start + 20)).all()
