"""Vectors in Qdrant, embedded."""

import sys

import numpy as np
import pytest
from httpx import ConnectError, Headers
from pydantic import ValidationError
from qdrant_client import models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from omakase.conformance.indexes import bunches, nearest
from omakase.errors import CapabilityError, StoreError
from omakase.index import qdrant
from omakase.index.qdrant import QdrantConfig, QdrantIndex
from omakase.upload import UploadPlan


def collections(index):
    return [c.name for c in index.client.get_collections().collections]


def test_batches_arrive_whole(rng):
    vectors = bunches(rng, 103)
    index = QdrantIndex.build(vectors, QdrantConfig(sending=UploadPlan(first=10, most=20)), rng=rng)
    np.testing.assert_allclose(index.arrays()["vectors"], vectors, rtol=1e-6)
    assert index.arrays()["rows"].tolist() == list(range(103))


def test_a_folder_is_kept_and_the_alias_moves(tmp_path, rng):
    config = QdrantConfig(path=str(tmp_path / "q"), collection="films")
    first = QdrantIndex.build(bunches(rng, 20), config, rng=rng)
    first.client.close()
    vectors = bunches(rng, 30)
    second = QdrantIndex.build(vectors, config, rng=rng)
    assert len(collections(second)) == 1
    assert second.search(vectors[:2], 3).items.tolist() == nearest(vectors, vectors[:2], 3)
    second.client.close()


def test_a_store_that_is_there_is_used_as_it_is(tmp_path, rng):
    config = QdrantConfig(path=str(tmp_path / "q"))
    index = QdrantIndex.build(bunches(rng, 30), config, rng=rng)
    arrays = index.arrays()
    index.upsert(np.asarray([2], np.int32), np.full((1, 16), 99, np.float32))
    index.client.close()
    again = QdrantIndex.from_arrays(arrays, config)
    assert again.search(np.ones((1, 16), np.float32), 1).items.tolist() == [[2]]
    again.client.close()


def test_an_upload_that_lost_vectors_is_not_switched_to(tmp_path, rng, monkeypatch):
    config = QdrantConfig(path=str(tmp_path / "q"))
    before = bunches(rng, 12)
    index = QdrantIndex.build(before, config, rng=rng)
    monkeypatch.setattr(qdrant, "put_points", lambda *_: None)
    with pytest.raises(StoreError, match="0 of 9 vectors arrived"):
        QdrantIndex.upload_rows(index.client, config, np.arange(9, dtype=np.int32), bunches(rng, 9))
    assert index.search(before[:2], 3).items.tolist() == nearest(before, before[:2], 3)
    index.client.close()


def broken_after(batches, monkeypatch):
    """The process dies when so many batches have arrived."""
    real, count = qdrant.put_points, [0]

    def put(*args):
        if count[0] == batches:
            raise KeyboardInterrupt
        count[0] += 1
        real(*args)

    monkeypatch.setattr(qdrant, "put_points", put)


def test_a_broken_upload_is_taken_up_where_it_stopped(tmp_path, rng, monkeypatch):
    config = QdrantConfig(path=str(tmp_path / "q"), sending=UploadPlan(first=10, least=10, most=10))
    old, new = bunches(rng, 30), bunches(rng, 60)
    index = QdrantIndex.build(old, config, rng=rng)
    rows = np.arange(60, dtype=np.int32)
    with monkeypatch.context() as patch:
        broken_after(3, patch)
        with pytest.raises(KeyboardInterrupt):
            QdrantIndex.upload_rows(index.client, config, rows, new)
    assert index.search(old[:2], 3).items.tolist() == nearest(old, old[:2], 3)
    sent = []
    real = qdrant.put_points
    monkeypatch.setattr(qdrant, "put_points", lambda *args: (sent.extend(args[2]), real(*args)))
    again = QdrantIndex.upload_rows(index.client, config, rows, new)
    assert sent == list(range(20, 60))  # the last batch before the break is sent again
    assert again.search(new[:2], 3).items.tolist() == nearest(new, new[:2], 3)
    assert len(collections(again)) == 1
    index.client.close()


@pytest.mark.parametrize(
    "error",
    [
        ResponseHandlingException(OSError("gone")),
        UnexpectedResponse(503, "busy", b"", Headers()),
        ConnectError("gone"),
    ],
)
def test_a_store_that_stumbles_is_asked_again(rng, monkeypatch, error):
    real, count = qdrant.put_points, [0]

    def put(*args):
        count[0] += 1
        if count[0] == 2:
            raise error
        real(*args)

    monkeypatch.setattr(qdrant, "put_points", put)
    vectors = bunches(rng, 50)
    plan = UploadPlan(first=20, least=20, most=20, pause_seconds=0)
    index = QdrantIndex.build(vectors, QdrantConfig(sending=plan), rng=rng)
    assert len(index.arrays()["rows"]) == 50


def test_what_is_refused_is_not_sent_again(rng, monkeypatch):
    refusal = UnexpectedResponse(400, "bad", b"", Headers())

    def put(*_):
        raise refusal

    monkeypatch.setattr(qdrant, "put_points", put)
    with pytest.raises(UnexpectedResponse):
        QdrantIndex.build(bunches(rng, 5), QdrantConfig(), rng=rng)


def test_what_broken_uploads_left_is_cleared_and_others_are_not(rng):
    index = QdrantIndex.build(bunches(rng, 5), QdrantConfig(collection="films"), rng=rng)
    shape = models.VectorParams(size=2, distance=models.Distance.DOT)
    for name in ("films-0123456789ab", "films-of-others"):
        index.client.create_collection(name, vectors_config=shape)
    QdrantIndex.upload_rows(
        index.client, index.config, np.arange(4, dtype=np.int32), bunches(rng, 4)
    )
    left = [name for name in collections(index) if "0123456789ab" in name or "others" in name]
    assert left == ["films-of-others"]


@pytest.mark.parametrize("collection", ["", "a/b", "a b"])
def test_a_collection_has_a_plain_name(collection):
    with pytest.raises(ValidationError):
        QdrantConfig(collection=collection)


def test_deleting_nothing_is_no_request(rng):
    index = QdrantIndex.build(bunches(rng, 9), QdrantConfig(), rng=rng)
    index.delete(np.zeros(0, np.int32))
    assert len(index.arrays()["rows"]) == 9


def test_without_the_extra_it_is_said_what_to_install(rng, monkeypatch):
    monkeypatch.setitem(sys.modules, "qdrant_client", None)
    with pytest.raises(CapabilityError, match=r"omakase-recsys\[qdrant\]"):
        QdrantIndex.build(bunches(rng, 3), QdrantConfig(), rng=rng)


@pytest.mark.parametrize(
    ("knobs", "asked"),
    [
        ({}, {"args": (":memory:",)}),
        ({"path": "/somewhere"}, {"path": "/somewhere"}),
        (
            {"url": "http://host:6333", "path": "/ignored", "timeout_seconds": 7},
            {"url": "http://host:6333", "timeout": 7, "check_compatibility": False},
        ),
    ],
    ids=["memory", "folder", "server"],
)
def test_a_server_comes_before_a_folder_and_a_folder_before_memory(monkeypatch, knobs, asked):
    def client(*args, **told):
        return {**({"args": args} if args else {}), **told}

    monkeypatch.setattr("qdrant_client.QdrantClient", client)
    assert qdrant.connect(QdrantConfig(**knobs)) == asked


def test_what_is_saved_is_read_page_by_page(rng):
    """A page holds ten thousand points; the last one is short."""
    index = QdrantIndex.build(rng.random((9, 2)).astype(np.float32), QdrantConfig(), rng=rng)
    scroll, pages = index.client.scroll, []

    def in_fours(collection, *, limit, offset, with_vectors):
        pages.append(limit)
        return scroll(collection, limit=4, offset=offset, with_vectors=with_vectors)

    index.client.scroll = in_fours
    assert index.arrays()["rows"].tolist() == list(range(9))
    assert len(pages) == 3


def test_a_store_that_was_lost_is_filled_again(tmp_path, rng):
    vectors = bunches(rng, 20)
    arrays = QdrantIndex.build(vectors, QdrantConfig(), rng=rng).arrays()
    again = QdrantIndex.from_arrays(arrays, QdrantConfig(path=str(tmp_path / "fresh")))
    assert again.search(vectors[:2], 3).items.tolist() == nearest(vectors, vectors[:2], 3)
    again.client.close()


def test_who_searches_a_server_waits_less_than_who_sends(monkeypatch):
    monkeypatch.setattr("qdrant_client.QdrantClient", lambda *args, **told: told)
    config = QdrantConfig(url="http://host:6333", search_seconds=1)
    assert qdrant.search_client("sender", config)["timeout"] == 1
    assert qdrant.search_client("sender", QdrantConfig(path="/somewhere")) == "sender"


def test_a_server_that_is_not_there_is_a_store_error(rng):
    config = QdrantConfig(url="http://127.0.0.1:1")
    arrays = {"rows": np.arange(3, dtype=np.int32), "vectors": bunches(rng, 3)}
    with pytest.raises(StoreError, match="Qdrant"):
        QdrantIndex.from_arrays(arrays, config)
    with pytest.raises(StoreError, match="Qdrant"):
        QdrantIndex.build(arrays["vectors"], config, rng=rng)


def test_a_folder_that_another_has_open_is_answered_for_from_memory(tmp_path, rng):
    config = QdrantConfig(path=str(tmp_path / "vectors"))
    vectors = bunches(rng, 9)
    owner = QdrantIndex.build(vectors, config, rng=rng)
    second = QdrantIndex.from_arrays(owner.arrays(), config)
    assert (
        second.search(vectors[:3], 2).items.tolist() == owner.search(vectors[:3], 2).items.tolist()
    )
    owner.close()
    third = QdrantIndex.from_arrays(second.arrays(), config)
    assert third.count() == 9 and third.config == config


def test_a_place_of_its_own_is_called_after_a_label_and_dropped(tmp_path, rng):
    config = QdrantConfig(path=str(tmp_path / "vectors"))
    own = QdrantIndex.renamed(config, "v20260304101500")
    QdrantIndex.build(bunches(rng, 9), own, rng=rng).close()
    assert [p.name for p in tmp_path.iterdir()] == ["vectors-v20260304101500"]
    QdrantIndex.drop(own)
    assert not list(tmp_path.iterdir())
    server = QdrantIndex.renamed(QdrantConfig(url="http://nowhere"), "v20260304101500")
    assert server.collection == "items-v20260304101500"


@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 1.0])
def test_search_among_within_the_process_agrees_with_brute_force(rng, monkeypatch, few, share):
    monkeypatch.setattr(qdrant, "FEW", few)
    vectors = bunches(rng, 200)
    index = QdrantIndex.build(vectors, QdrantConfig(), rng=rng)
    allowed = rng.random(200) < share
    found = index.search_among(vectors[:7], 5, allowed)
    rows = np.flatnonzero(allowed)
    expected = [
        [rows[at] for at in order[: min(5, len(rows))]]
        for order in np.argsort(-(vectors[:7] @ vectors[rows].T), axis=1, kind="stable")
    ]
    assert [[item for item in items if item >= 0] for items in found.items.tolist()] == expected
