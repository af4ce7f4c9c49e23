"""Versions: whole, checked, lazily read, pruned."""

import json
import os
import shutil
from datetime import timedelta

import numpy as np
import pytest
from tests.omakase.artifacts.written import DATA, NOW, Page, made

from omakase.artifacts.manifest import FILE, Window
from omakase.artifacts.version import ITEMS, VersionPart
from omakase.errors import ArtifactError, UnknownName
from omakase.registry import INDEXES


def test_a_version_holds_all_that_was_given(store):
    version = made(store)
    assert version.name == "20260102-030405"
    assert version.models == ("ease", "popular")
    assert version.indexes == ("near",)
    assert version.pipelines == {"default": {"k": 5}}
    assert version.manifest.metrics == {"recall@10": 0.25}
    assert version.manifest.window == Window.of(DATA)
    assert version.ids == DATA.ids
    assert version.n_items == 12


def test_an_unknown_version_is_refused(store):
    made(store, name="first")
    with pytest.raises(UnknownName, match="did you mean 'first'"):
        store.open("firts")


@pytest.mark.parametrize("name", ["../first", "/tmp", "a/b", ".hidden"])
def test_a_version_has_a_plain_name(store, name):
    with pytest.raises(ArtifactError, match="cannot be the name"):
        made(store, name=name)
    with pytest.raises(ArtifactError, match="cannot be the name"):
        store.open(name)


def test_a_taken_name_is_refused(store):
    made(store, name="first")
    with pytest.raises(ArtifactError, match="already there"):
        made(store, name="first")


def test_two_versions_of_one_second_have_two_names(store):
    assert [made(store).name, made(store).name] == ["20260102-030405", "20260102-030405-2"]


def test_items_must_be_those_of_the_id_map(store):
    with pytest.raises(ValueError, match="one row an item row"):
        made(store, items=DATA.items.reverse())


def test_latest_is_the_newest_by_time_not_by_name(store):
    made(store, NOW + timedelta(days=1), name="a")
    made(store, NOW, name="b")
    assert store.names() == ("b", "a")
    assert store.latest().name == "a"


def test_an_empty_store_has_no_latest(store):
    assert store.latest() is None
    assert store.names() == ()


def test_a_version_without_a_readable_manifest_is_never_the_latest(store):
    made(store, NOW, name="good")
    made(store, NOW + timedelta(days=1), name="bad")
    (store.folder / "bad" / FILE).write_text("{")
    assert store.names() == ("bad", "good")
    assert store.latest().name == "good"


@pytest.mark.parametrize("part", ["models/ease", "indexes/near", "ids", ITEMS])
def test_a_missing_part_is_named(store, part):
    folder = made(store).folder
    gone = folder / part
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    with pytest.raises(ArtifactError, match="missing"):
        store.open(folder.name)


@pytest.mark.parametrize("part", ["models/extra", "notes.txt", "indexes/other"])
def test_a_part_too_many_is_named(store, part):
    folder = made(store).folder
    (folder / part).mkdir()
    with pytest.raises(ArtifactError, match="not part of what was saved"):
        store.open(folder.name)


def test_a_damaged_snapshot_of_items_is_refused(store):
    folder = made(store).folder
    raw = bytearray((folder / ITEMS).read_bytes())
    raw[10] ^= 1
    (folder / ITEMS).write_bytes(raw)
    with pytest.raises(ArtifactError, match=r"items\.parquet: damaged"):
        store.open(folder.name)


def test_a_failed_creation_leaves_no_version(store):
    class Odd:
        def arrays(self):
            return {"names": np.asarray(["a"])}

    with pytest.raises(ArtifactError, match="plain numbers"):
        made(store, models={"odd": VersionPart(Odd(), "ease", Page())})
    assert store.names() == ()


def test_pruning_keeps_the_newest_and_the_protected(store):
    for day in range(4):
        made(store, NOW + timedelta(days=day), name=f"v{day}")
    assert store.prune(2, protect={"v0"}) == ("v1",)
    assert store.names() == ("v0", "v2", "v3")
    assert store.prune(0) == ("v0", "v2", "v3")


def test_leftovers_of_dead_writers_are_no_versions_and_are_swept(store):
    made(store, name="v")
    left = store.folder / ".unfinished-v-12345678"
    left.mkdir()
    os.utime(left, (0, 0))
    assert store.names() == ("v",)
    assert store.sweep(NOW) == 1
    assert not left.exists()


def test_the_manifest_of_a_version_is_plain_json(store):
    fields = json.loads((made(store).folder / FILE).read_text())
    assert fields["kind"] == "version"
    assert set(fields["files"]) == {
        "ids/manifest.json",
        "items.parquet",
        "indexes/near/manifest.json",
        "models/ease/manifest.json",
        "models/popular/manifest.json",
    }


def through(version, **more):
    config = INDEXES["faiss_flat"].config_type()
    vectors = np.random.default_rng(1).standard_normal((12, 3)).astype(np.float32)
    index = INDEXES["faiss_flat"].build(vectors, config, rng=np.random.default_rng(0))
    part = VersionPart(index, "faiss_flat", config, {"recall": 0.9})
    later = NOW + timedelta(days=1)
    return {"part": part, "pipelines": {"default": Page(k=7)}, "created": later, **more}


def test_a_further_version_has_all_of_the_first_and_an_index(store):
    first = made(store)
    second = store.with_index(first, "new", **through(first))
    assert second.name != first.name and second.indexes == ("near", "new")
    assert first.indexes == ("near",)
    assert second.models == first.models and second.pipelines["default"]["k"] == 7
    assert second.manifest.window == first.manifest.window
    assert second.part_manifest("indexes", "new").metrics == {"recall": 0.9}
    opened = store.open(second.name, verify="full")
    vectors = np.eye(3, dtype=np.float32)
    found = opened.index("new").search(vectors, 4).items
    np.testing.assert_array_equal(found, opened.index("near").search(vectors, 4).items)
    assert opened.items.equals(first.items)


def test_an_index_of_the_same_name_gives_way(store):
    first = made(store)
    second = store.with_index(first, "near", **through(first))
    assert second.indexes == ("near",)
    assert second.part_manifest("indexes", "near").name == "faiss_flat"
    assert first.part_manifest("indexes", "near").name == "exact"
    assert first.index("near").search(np.eye(3, dtype=np.float32), 2).items.shape == (3, 2)


def test_the_first_may_go_and_the_further_stays(store):
    first = made(store)
    second = store.with_index(first, "new", **through(first))
    store.prune(1)
    assert store.names() == (second.name,)
    assert store.open(second.name, verify="full").model("ease") is not None


def test_disk_without_links_gets_copies(store, monkeypatch):
    def refuses(*paths):
        raise OSError("no links here")

    first = made(store)
    monkeypatch.setattr(os, "link", refuses)
    second = store.with_index(first, "new", **through(first))
    assert store.open(second.name, verify="full").indexes == ("near", "new")
