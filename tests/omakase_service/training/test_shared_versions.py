"""Versions that several machines answer with, in a real store of the S3 protocol."""

import shutil

import pytest
from tests.s3_server import BUCKET, CREDENTIALS, S3Server

from omakase.errors import StoreError
from omakase_service.serving import live_version
from omakase_service.training import shared_versions
from omakase_service.training.models import ModelVersion
from omakase_service.training.services import train
from omakase_service.training.versions import promote_version, tidy, versions_folder

pytestmark = pytest.mark.django_db
PREFIX = "versions/"


@pytest.fixture(scope="module")
def server():
    running = S3Server()
    yield running
    running.stop()


@pytest.fixture
def shared(tribes, server, monkeypatch, settings_with):
    """The tribes' events, and a store for versions."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    server.empty()

    def use(**more):
        rules = {"url": f"s3://{BUCKET}/{PREFIX}", "endpoint": server.endpoint}
        return settings_with(versions={**rules, **more}, training={"keep_versions": 1})

    use()
    return use


def trained_name() -> str:
    return train(models={"ease": {"l2": 1.0}}, evaluate=False).name


def names_in(server: S3Server) -> set[str]:
    return {key.removeprefix(PREFIX).partition("/")[0] for key in server.object_keys()}


def as_another_machine() -> None:
    """Lose what this machine has on its disk and in its memory; the table stays."""
    shutil.rmtree(versions_folder())
    live_version.forget()


def test_version_that_one_machine_trained_answers_on_another(shared, server, post):
    version = trained_name()
    assert names_in(server) == {version}
    before = post("/api/recommendations", {"user_id": "u0", "n": 3}).json()["items"]
    as_another_machine()
    after = post("/api/recommendations", {"user_id": "u0", "n": 3}).json()["items"]
    assert [each["item_id"] for each in after] == [each["item_id"] for each in before]
    assert (versions_folder() / version).is_dir()


def test_machine_goes_on_with_what_it_has_while_the_store_is_away(shared, server, post):
    trained_name()
    assert post("/api/recommendations", {"n": 3}).status_code == 200
    first = live_version.now().live.name
    second = trained_name()
    shutil.rmtree(versions_folder() / second)
    shared(endpoint="http://127.0.0.1:9")
    live_version.refresh()
    assert live_version.now().live.name == first
    assert post("/api/recommendations", {"n": 3}).status_code == 200
    shared()
    live_version.refresh()
    assert live_version.now().live.name == second


def test_version_is_in_no_table_where_the_store_does_not_take_it(shared):
    shared(endpoint="http://127.0.0.1:9")
    with pytest.raises(StoreError):
        trained_name()
    assert not ModelVersion.objects.exists()
    assert not list(versions_folder().iterdir())


def test_tidying_deletes_old_versions_everywhere_though_this_machine_lacks_them(shared, server):
    first, second = trained_name(), trained_name()
    as_another_machine()
    third = trained_name()
    promote_version(name=third, force=True)
    tidy()
    assert names_in(server) == {second, third}
    assert set(ModelVersion.objects.values_list("name", flat=True)) == {second, third}
    assert first not in names_in(server)


def test_fetched_version_leaves_a_machine_when_the_table_forgot_it(shared):
    version = trained_name()
    as_another_machine()
    shared_versions.fetch_version(name=version)
    other = versions_folder() / "made-here"
    other.mkdir()
    shared_versions.delete_fetched(keep=[])
    assert [path.name for path in versions_folder().iterdir()] == ["made-here"]


def test_shared_folder_is_where_every_machine_reads(tribes, settings_with, tmp_path, post):
    settings_with(versions={"folder": tmp_path / "mounted"})
    version = trained_name()
    assert (tmp_path / "mounted" / version).is_dir()
    assert post("/api/recommendations", {"n": 3}).status_code == 200
