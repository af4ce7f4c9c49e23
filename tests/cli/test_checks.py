from collections import namedtuple
from pathlib import Path

import pytest
from pydantic import SecretStr

from omakase_cli import checks
from omakase_cli.checks import examine_settings
from omakase_settings import Settings, WebSettings

Usage = namedtuple("Usage", "free")


def codes(settings: Settings) -> set[str]:
    return {finding.code for finding in examine_settings(settings)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var"


def web(**values: object) -> WebSettings:
    return WebSettings(**values)


def test_the_defaults_are_sound(folder):
    assert codes(Settings(data_folder=folder)) == set()


@pytest.mark.parametrize(
    ("secret", "found"),
    [
        ("insecure-development-key-that-is-very-long", {"weak_secret"}),
        ("short", {"weak_secret"}),
        ("7f3e9a1c5b8d2046f1e7a3c9d5b80264", set()),
    ],
)
def test_a_secret_that_can_be_guessed(folder, secret, found):
    assert codes(Settings(data_folder=folder, web=web(secret_key=SecretStr(secret)))) == found


@pytest.mark.parametrize(("host", "found"), [("127.0.0.1", set()), ("10.0.0.1", {"site_open"})])
def test_a_demo_site_that_others_can_reach(folder, host, found):
    own = web(host=host, allowed_hosts=("shop.example",))
    assert codes(Settings(data_folder=folder, web=own, storefront={"open": True})) == found


@pytest.mark.parametrize(("url", "found"), [(None, {"pages_unheard"}), ("redis://x", set())])
def test_several_processes_need_something_to_tell_news_by(folder, url, found):
    assert codes(Settings(data_folder=folder, redis_url=url, web=web(workers=2))) == found


def test_debug_is_a_warning(folder):
    assert codes(Settings(data_folder=folder, web=web(debug=True))) == {"debug"}


@pytest.mark.parametrize(
    ("host", "names", "found"),
    [
        ("0.0.0.0", ("localhost",), {"only_local_names"}),
        ("0.0.0.0", ("localhost", "shop.example.org"), set()),
        ("127.0.0.1", ("localhost",), set()),
        ("localhost", ("localhost",), set()),
        ("box", ("localhost",), {"only_local_names"}),
    ],
)
def test_a_name_that_is_not_answered(folder, host, names, found):
    assert codes(Settings(data_folder=folder, web=web(host=host, allowed_hosts=names))) == found


def test_a_full_disk(folder, monkeypatch):
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: Usage(free=5 * 2**20))
    (finding,) = examine_settings(Settings(data_folder=folder))
    assert finding.code == "disk_full"
    assert "5 MiB" in finding.what


def test_a_folder_that_may_not_be_written(folder, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "touch", refuse)
    assert codes(Settings(data_folder=folder)) == {"not_writable"}


def test_looking_leaves_nothing_behind(folder):
    examine_settings(Settings(data_folder=folder))
    assert list(folder.parent.iterdir()) == []
