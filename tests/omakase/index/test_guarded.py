"""An index whose store goes and comes back, in the words of a store and with a Qdrant over HTTP."""

from collections.abc import Iterator

import numpy as np
import pytest
from tests.omakase.index.qdrant_server import QdrantServer

from omakase.conformance.indexes import bunches, nearest
from omakase.errors import ArtifactError, StoreError
from omakase.index.exact import ExactConfig, ExactIndex
from omakase.index.guarded import GuardedIndex
from omakase.index.qdrant import QdrantConfig, QdrantIndex
from omakase.protocols import Filters, VectorIndex
from omakase.types import PAD


class Store:
    """An exact index while it is there."""

    def __init__(self, vectors) -> None:
        self.index = ExactIndex.build(vectors, ExactConfig(), rng=np.random.default_rng(0))
        self.is_there, self.asked, self.opened = True, 0, 0

    def open(self) -> "Store":
        self.opened += 1
        if not self.is_there:
            raise StoreError("gone")
        return self

    def search(self, vectors, k):
        self.asked += 1
        if not self.is_there:
            raise StoreError("gone")
        return self.index.search(vectors, k)


@pytest.fixture
def vectors(rng):
    return bunches(rng, 30)


@pytest.fixture
def qdrant() -> Iterator[QdrantServer]:
    server = QdrantServer()
    yield server
    server.stop()


def test_it_searches_as_the_index_it_holds(vectors):
    guarded = GuardedIndex(Store(vectors).open)
    assert guarded.search(vectors[:2], 3).items.tolist() == nearest(vectors, vectors[:2], 3)
    assert not guarded.is_away


def test_a_store_that_is_away_is_asked_once_and_then_left_alone(vectors):
    store = Store(vectors)
    guarded = GuardedIndex(store.open)
    store.is_there = False
    for _ in range(3):
        found = guarded.search(vectors[:2], 3)
        assert (found.items == PAD).all()
        assert found.items.shape == found.scores.shape == (2, 3)
        assert (found.scores == -np.inf).all()
    assert (store.asked, guarded.is_away) == (1, True)


def test_it_is_mended_when_somebody_calls_for_it(vectors):
    store = Store(vectors)
    guarded = GuardedIndex(store.open)
    store.is_there = False
    guarded.search(vectors[:1], 1)
    assert not guarded.mend()
    store.is_there = True
    assert guarded.is_away
    assert guarded.mend()
    assert guarded.search(vectors[:2], 3).items.tolist() == nearest(vectors, vectors[:2], 3)
    opened = store.opened
    assert guarded.mend()
    assert store.opened == opened


def test_one_that_is_away_from_the_start_is_no_error_but_a_damaged_one_is(vectors):
    store = Store(vectors)
    store.is_there = False
    assert GuardedIndex(store.open).is_away

    def damaged() -> VectorIndex:
        raise ArtifactError("damaged")

    with pytest.raises(ArtifactError):
        GuardedIndex(damaged)


def test_an_index_that_cannot_look_among_some_looks_among_all(vectors):
    """The source that asks leaves out what is not allowed."""
    guarded = GuardedIndex(Store(vectors).open)
    assert isinstance(guarded, Filters)
    few = np.arange(30) < 3
    found = guarded.search_among(vectors[:1], 5, few).items.tolist()
    assert found == nearest(vectors, vectors[:1], 5)
    exact = Store(vectors).index
    among = GuardedIndex(lambda: exact).search_among(vectors[:1], 5, few).items
    assert set(among.ravel().tolist()) <= {0, 1, 2, PAD}


def test_a_qdrant_server_goes_and_comes_back(qdrant, vectors, rng):
    config = QdrantConfig(url=qdrant.url)
    arrays = QdrantIndex.build(vectors, config, rng=rng)
    saved = {"rows": np.arange(30, dtype=np.int32), "vectors": vectors}
    assert arrays.width == vectors.shape[1]
    guarded = GuardedIndex(lambda: QdrantIndex.from_arrays(saved, config))
    found = guarded.search(vectors[:2], 3).items.tolist()
    assert found == nearest(vectors, vectors[:2], 3)
    qdrant.stop()
    assert (guarded.search(vectors[:2], 3).items == PAD).all()
    assert not guarded.mend()
    qdrant.start()
    assert guarded.mend()
    assert guarded.search(vectors[:2], 3).items.tolist() == found


def test_one_that_comes_back_empty_is_filled_again(qdrant, vectors, rng):
    config = QdrantConfig(url=qdrant.url)
    saved = {"rows": np.arange(30, dtype=np.int32), "vectors": vectors}
    guarded = GuardedIndex(lambda: QdrantIndex.from_arrays(saved, config))
    qdrant.stop(forget=True)
    guarded.search(vectors[:1], 1)
    qdrant.start()
    assert guarded.mend()
    assert guarded.search(vectors[:2], 3).items.tolist() == nearest(vectors, vectors[:2], 3)
