"""The oracle itself."""

import numpy as np
import pytest

from omakase.index.exact import ExactConfig, ExactIndex
from omakase.protocols import Filters, Mutable
from omakase.types import PAD


@pytest.fixture
def vectors(rng):
    return rng.standard_normal((50, 8)).astype(np.float32)


def built(vectors, rng):
    return ExactIndex.build(vectors, ExactConfig(), rng=rng)


def test_finds_the_largest_products(vectors, rng):
    slate = built(vectors, rng).search(vectors[:3], 5)
    expected = np.argsort(-(vectors[:3] @ vectors.T), axis=1)[:, :5]
    assert slate.items.tolist() == expected.tolist()


def test_blocks_change_nothing(vectors, rng, monkeypatch):
    index = built(vectors, rng)
    whole = index.search(vectors, 5)
    monkeypatch.setattr("omakase.index.exact.BLOCK", 120)  # two questions at a time
    parts = index.search(vectors, 5)
    assert parts.items.tolist() == whole.items.tolist()
    np.testing.assert_allclose(parts.scores, whole.scores, rtol=1e-5)


def test_it_filters_and_changes(vectors, rng):
    assert isinstance(built(vectors, rng), Filters)
    assert isinstance(built(vectors, rng), Mutable)


def test_rows_skipped_by_an_upsert_do_not_exist(vectors, rng):
    index = built(vectors, rng)
    index.upsert(np.asarray([52], np.int32), vectors[:1])
    found = index.search(np.zeros((1, 8), np.float32), 60)
    shown = set(found.items[0].tolist()) - {PAD}
    assert shown == {*range(50), 52}


def test_changes_are_saved(vectors, rng):
    index = built(vectors, rng)
    index.delete(np.asarray([4, 7], np.int32))
    again = ExactIndex.from_arrays(index.arrays(), ExactConfig())
    assert {4, 7}.isdisjoint(again.search(vectors, 50).items.ravel().tolist())


def test_changes_leave_what_was_given_alone(vectors, rng):
    before = vectors.copy()
    vectors.flags.writeable = False
    index = built(vectors, rng)
    index.upsert(np.asarray([1], np.int32), vectors[:1] * 9)
    np.testing.assert_array_equal(vectors, before)
    np.testing.assert_allclose(index.vectors[1], before[0] * 9)


def test_a_row_newer_than_the_filter_is_not_allowed(vectors, rng):
    index = built(vectors, rng)
    index.upsert(np.asarray([50], np.int32), vectors[:1] * 100)
    found = index.search_among(vectors[:1], 50, np.ones(50, dtype=np.bool_))
    assert 50 not in found.items


def test_vectors_that_are_no_numbers_are_refused(vectors, rng):
    vectors[3] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        built(vectors, rng).search(vectors[:1], 2)


def test_a_filter_may_know_of_rows_that_the_index_does_not(vectors, rng):
    """The catalog has grown since the index was built."""
    allowed = np.zeros(80, dtype=np.bool_)
    allowed[[7, 60, 79]] = True
    found = built(vectors, rng).search_among(vectors[:1], 5, allowed)
    assert found.items[0].tolist()[:2] == [7, PAD]
