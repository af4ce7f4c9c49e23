import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from omakase_cli.demo import command
from omakase_cli.demo.source import DemoData
from omakase_service.platform.services import use_key
from omakase_service.serving import live_version
from omakase_settings import settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A demo of two tribes and three models, in the place of MovieLens and seven."""
    pairs = [(u, i) for u in range(20) for i in range(12) if (u + i) % 2 == 0]
    lines = [f"u{u:02},i{i:02},5,{1_600_000_000 + 60 * ((u * 7 + i * 5) % 97)}" for u, i in pairs]
    (tmp_path / "ratings.csv").write_text("user,item,rating,time\n" + "\n".join(lines))
    monkeypatch.setattr(command, "obtain", lambda _: DemoData("tribes", tmp_path, "two tribes"))
    monkeypatch.setattr(command, "MODELS", {"ease": {"l2": 1.0}, "item_knn": {}, "user_knn": {}})
    live_version.forget()
    yield
    live_version.forget()
    (settings().data_folder / "demo").unlink(missing_ok=True)


def test_everything_by_one_command(omakase, tmp_path):
    result = omakase("demo", "--no-serve", "--json", tmp_path / "out.json")
    assert result.exit_code == 0
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["winner"] in {"ease", "item_knn", "user_knn"}
    assert {line["model"] for line in found["table"]["models"]} == {"popular", *command.MODELS}
    assert set(found["seconds"]) == {"fetch", "import", "train"}
    assert "Verdict" in result.stdout
    assert "curl " in result.stdout


def test_the_key_that_is_shown_works_and_is_not_in_the_file(omakase, tmp_path):
    shown = omakase("demo", "--no-serve", "--json", tmp_path / "out.json").stdout
    secret = re.search(r"omk_\w+[\w-]+", shown)[0]
    assert use_key(secret=secret).scopes == {"read", "write"}
    assert secret not in (tmp_path / "out.json").read_text()


def test_a_second_demo_ends_the_first_ones_key(omakase):
    first, second = (
        re.search(r"omk_\w+[\w-]+", omakase("demo", "--no-serve").stdout)[0] for _ in range(2)
    )
    assert use_key(secret=first) is None
    assert use_key(secret=second)


def test_it_serves_where_it_said_it_would(omakase, monkeypatch):
    """In a process of its own: one that has trained must not be forked by a server."""
    asked: list[object] = []
    monkeypatch.setattr(command, "require_free", lambda *address: asked.append(address))
    monkeypatch.setattr(command.os, "execv", lambda program, words: asked.append(words))
    monkeypatch.setattr(
        command.subprocess, "run", lambda words, check: SimpleNamespace(returncode=0)
    )
    shown = omakase("demo", "--port", 8123).stdout
    serving = [sys.executable, "-m", "omakase_cli", "serve", "--site", "--port", "8123"]
    assert asked == [("127.0.0.1", 8123), serving]
    assert "http://127.0.0.1:8123/api" in shown
