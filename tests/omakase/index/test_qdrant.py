"""Vectors in Qdrant, embedded."""

import numpy as np
import pytest
from pydantic import ValidationError

from omakase.conformance.indexes import bunches, nearest
from omakase.errors import CapabilityError
from omakase.index import qdrant
from omakase.index.qdrant import Config, QdrantIndex


def collections(index):
    return [c.name for c in index.client.get_collections().collections]


def test_batches_arrive_whole(rng):
    vectors = bunches(rng, 103)
    index = QdrantIndex.build(vectors, Config(batch=10), rng=rng)
    np.testing.assert_allclose(index.arrays()["vectors"], vectors, rtol=1e-6)
    assert index.arrays()["rows"].tolist() == list(range(103))


def test_a_folder_is_kept_and_the_alias_moves(tmp_path, rng):
    config = Config(path=str(tmp_path / "q"), collection="films")
    first = QdrantIndex.build(bunches(rng, 20), config, rng=rng)
    first.client.close()
    vectors = bunches(rng, 30)
    second = QdrantIndex.build(vectors, config, rng=rng)
    assert len(collections(second)) == 1
    assert second.search(vectors[:2], 3).items.tolist() == nearest(vectors, vectors[:2], 3)
    second.client.close()


def test_a_store_that_is_there_is_used_as_it_is(tmp_path, rng):
    config = Config(path=str(tmp_path / "q"))
    index = QdrantIndex.build(bunches(rng, 30), config, rng=rng)
    arrays = index.arrays()
    index.upsert(np.asarray([2], np.int32), np.full((1, 16), 99, np.float32))
    index.client.close()
    again = QdrantIndex.from_arrays(arrays, config)
    assert again.search(np.ones((1, 16), np.float32), 1).items.tolist() == [[2]]
    again.client.close()


def test_an_upload_that_lost_vectors_is_not_switched_to(rng, monkeypatch):
    monkeypatch.setattr(qdrant, "_send", lambda *_: None)
    with pytest.raises(CapabilityError, match="0 of 9 vectors arrived"):
        QdrantIndex.build(bunches(rng, 9), Config(), rng=rng)


@pytest.mark.parametrize("collection", ["", "a/b", "a b"])
def test_a_collection_has_a_plain_name(collection):
    with pytest.raises(ValidationError):
        Config(collection=collection)


def test_deleting_nothing_is_no_request(rng):
    index = QdrantIndex.build(bunches(rng, 9), Config(), rng=rng)
    index.delete(np.zeros(0, np.int32))
    assert len(index.arrays()["rows"]) == 9
