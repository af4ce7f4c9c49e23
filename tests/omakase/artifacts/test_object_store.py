"""Versions in a store of the S3 protocol: a real server, another machine's folder."""

import builtins
from collections.abc import Iterator

import numpy as np
import pytest
from tests.omakase.artifacts.written import made
from tests.s3_server import BUCKET, CREDENTIALS, S3Server

from omakase.artifacts.object_store import ObjectStore
from omakase.errors import ArtifactError, CapabilityError, ConfigError, StoreError, UnknownName
from omakase.registry import version_store


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    running = S3Server()
    yield running
    running.stop()


@pytest.fixture
def remote(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    server.empty()
    return ObjectStore(f"s3://{BUCKET}/house/versions", server.endpoint)


@pytest.fixture
def version(store):
    return made(store)


def test_push_and_pull_give_the_same_version_on_another_machine(remote, version, tmp_path):
    assert remote.push(version.folder) > 0
    assert remote.names() == (version.name,)
    other = tmp_path / "other"
    remote.pull(version.name, other / version.name)
    found = version_store(other).open(version.name, verify="full")
    assert found.ids.digest() == version.ids.digest()
    for name in version.models:
        before, after = version.model(name).arrays(), found.model(name).arrays()
        assert all(np.array_equal(before[key], after[key]) for key in before)


def test_push_sends_the_manifest_last_so_that_no_half_is_listed(remote, version, server):
    remote.push(version.folder)
    server.client.delete_object(Bucket=BUCKET, Key=f"house/versions/{version.name}/manifest.json")
    assert remote.names() == ()
    with pytest.raises(UnknownName):
        remote.pull(version.name, version.folder.parent / "x")


def test_pull_of_damaged_objects_leaves_nothing_behind(remote, version, server, tmp_path):
    remote.push(version.folder)
    key = next(key for key in server.object_keys() if key.endswith(".npy") and "/models/" in key)
    content = server.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    flipped = content[:-1] + bytes([content[-1] ^ 1])
    server.client.put_object(Bucket=BUCKET, Key=key, Body=flipped)
    with pytest.raises(ArtifactError, match="damaged"):
        remote.pull(version.name, tmp_path / "other" / version.name)
    assert not list((tmp_path / "other").iterdir())


def test_pull_refuses_objects_that_lie_outside_of_the_version(remote, version, server, tmp_path):
    remote.push(version.folder)
    key = f"house/versions/{version.name}/../../../escaped"
    server.client.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    with pytest.raises(ArtifactError, match="no path within a version"):
        remote.pull(version.name, tmp_path / "other" / version.name)
    assert not (tmp_path / "escaped").exists()


def test_delete_removes_one_version_and_no_other(remote, store):
    first, second = made(store, name="a"), made(store, name="ab")
    remote.push(first.folder)
    remote.push(second.folder)
    remote.delete("a")
    remote.delete("a")
    assert remote.names() == ("ab",)


@pytest.mark.parametrize("url", ["", "models", "http://x/y", "s3://", "s3:///prefix"])
def test_object_store_of_no_place_is_refused(url):
    with pytest.raises(ConfigError, match="s3://bucket/prefix"):
        ObjectStore(url)


def test_store_that_is_away_is_said_and_no_secret_is(remote, version, tmp_path):
    away = ObjectStore(remote.url, "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="nothing could be fetched") as caught:
        away.pull(version.name, tmp_path / "other")
    assert "test" not in str(caught.value).replace(str(tmp_path), "")


def test_missing_package_is_said_with_its_extra(monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object):
        if name.startswith("boto"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CapabilityError, match=r"omakase-recsys\[s3\]"):
        ObjectStore("s3://models").names()
