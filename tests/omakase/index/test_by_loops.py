"""Indexes in memory, against a dictionary of vectors that is sorted anew each time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from omakase.index import exact
from omakase.index.exact import ExactIndex
from omakase.index.with_faiss import flat, ivf
from omakase.types import PAD

WIDTH = 3
quick = settings(max_examples=40, deadline=None)
whole = st.integers(-4, 4)  # products of small whole numbers are exact, so ties are ties
catalogs = arrays(np.float32, st.tuples(st.integers(1, 9), st.just(WIDTH)), elements=whole)
probes = arrays(np.float32, st.tuples(st.integers(0, 3), st.just(WIDTH)), elements=whole)


def made(vectors):
    return ExactIndex.build(vectors, exact.ExactConfig(), rng=np.random.default_rng(0))


def slow(known, asked, k):
    """The best rows for each question, ties by row."""
    return [
        sorted(known, key=lambda row, q=question: (-float(known[row] @ q), row))[:k]
        for question in asked
    ]


def rows(slate):
    return [[int(i) for i in line if i != PAD] for line in slate.items]


@quick
@given(catalogs, probes, st.integers(1, 12))
def test_search_is_sorting(vectors, asked, k):
    found = made(vectors).search(asked, k)
    assert rows(found) == slow(dict(enumerate(vectors)), asked, k)
    for line, scores, question in zip(found.items, found.scores, asked, strict=True):
        kept = line != PAD
        np.testing.assert_allclose(scores[kept], vectors[line[kept]] @ question)
        assert np.isneginf(scores[~kept]).all()


@quick
@given(catalogs, probes, st.integers(1, 12), st.data())
def test_a_filter_is_a_smaller_catalog(vectors, asked, k, draw):
    allowed = draw.draw(arrays(np.bool_, len(vectors)))
    known = {row: vectors[row] for row in np.flatnonzero(allowed).tolist()}
    assert rows(made(vectors).search_among(asked, k, allowed)) == slow(known, asked, k)


changes = st.lists(
    st.tuples(st.booleans(), st.sets(st.integers(0, 12), max_size=4), st.integers(0, 99)),
    max_size=6,
)


@quick
@given(catalogs, changes)
def test_any_run_of_changes_leaves_what_a_dictionary_would_hold(vectors, told):
    index, known = made(vectors), dict(enumerate(vectors))
    for puts, named, seed in told:
        places = np.asarray(sorted(named), dtype=np.int32)
        if puts:
            fresh = np.random.default_rng(seed).integers(-4, 5, (len(places), WIDTH))
            index.upsert(places, fresh.astype(np.float32))
            known |= dict(zip(places.tolist(), fresh.astype(np.float32), strict=True))
        else:
            index.delete(places)
            known = {row: vector for row, vector in known.items() if row not in named}
    asked = np.asarray([[1, -2, 3], [0, 0, 0]], dtype=np.float32)
    assert rows(index.search(asked, 20)) == slow(known, asked, 20)
    again = ExactIndex.from_arrays(index.arrays(), exact.ExactConfig())
    assert again.search(asked, 20).lists() == index.search(asked, 20).lists()


def test_rows_that_never_were_may_be_deleted():
    index = made(np.ones((2, WIDTH), np.float32))
    index.delete(np.asarray([-5, PAD, 2, 99], np.int32))
    assert rows(index.search(np.ones((1, WIDTH), np.float32), 5)) == [[0, 1]]


def test_a_read_only_map_is_searched_and_grown_beside(tmp_path, rng):
    vectors = rng.standard_normal((20, WIDTH)).astype(np.float32)
    np.save(tmp_path / "v.npy", vectors)
    mapped = np.load(tmp_path / "v.npy", mmap_mode="r")
    index = ExactIndex.from_arrays({"vectors": mapped, "gone": np.zeros(0, np.int32)}, None)
    assert rows(index.search(vectors[:3], 4)) == slow(dict(enumerate(vectors)), vectors[:3], 4)
    index.upsert(np.asarray([3], np.int32), np.full((1, WIDTH), 50, np.float32))
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy"), vectors)


def test_an_index_of_nothing_finds_nothing():
    found = made(np.zeros((0, WIDTH), np.float32)).search(np.ones((2, WIDTH), np.float32), 4)
    assert found.lists() == [[], []]


@pytest.mark.parametrize(
    ("cls", "config"),
    [(flat.FaissFlat, flat.FlatConfig()), (ivf.FaissIvf, ivf.IvfConfig(lists=3, probes=3))],
)
def test_faiss_agrees_with_brute_force(cls, config, rng):
    vectors = rng.standard_normal((150, 8)).astype(np.float32)
    built = cls.build(vectors, config, rng=rng)
    allowed = rng.random(150) < 0.4
    oracle = made(vectors)
    assert rows(built.search(vectors[:9], 7)) == rows(oracle.search(vectors[:9], 7))
    among = built.search_among(vectors[:9], 7, allowed)
    assert rows(among) == rows(oracle.search_among(vectors[:9], 7, allowed))
    again = cls.from_arrays(built.arrays(), config)
    assert again.search(vectors[:9], 7).lists() == built.search(vectors[:9], 7).lists()
    assert len(built.search(vectors[:0], 7)) == 0
