"""Two machines behind nginx, of which one is lost every ten seconds

Two replicas as two machines have them: each a server with a data folder of its own; what they share
is PostgreSQL, Redis, the secret key and a store of the S3 protocol with the versions. nginx stands
in front with the configuration of `deploy/`, its limits by address taken out, since all load comes
from one. Every ten seconds one of the two, drawn at random, is ended by SIGKILL with all of its
processes and begun again, every other time with an empty data folder, as a machine that is lost
with its disk: it fetches the version from the store.

Clients ask for lists and send events through nginx all the while and repeat nothing: an answer that
is no success is "failed". Pages hold a socket each, come back after a broken line with what they
show, and must show at the end what a list says then. Then a version is trained on one machine, and
"seconds to a new version" is how long the other took to answer with it.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from benchmarks.faults import postgres
from benchmarks.form import Asked, Result, Row, run
from benchmarks.house import House, asking, is_ready, wait_until
from benchmarks.s3_bucket import bucket
from benchmarks.served import free_port
from benchmarks.stream_brokers import redis_streams

SECONDS, KILL_EVERY = 300.0, 10.0
PEOPLE, PAGES, SHOWN = 6, 4, 10
PAUSE_SECONDS = 0.05
QUIET_SECONDS = 5.0
CONFIGURATION = Path(__file__).parent.parent / "deploy" / "nginx" / "nginx.conf"


@dataclass
class Replica:
    """A machine: a data folder and a server in it.

    Attributes:
        house: its own folder and settings.
        port: on which it listens, always the same.
    """

    house: House
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to answer; `is_answering` says when."""
        self.process = self.house.started("serve", "--port", str(self.port), "--workers", "1")

    def kill(self, *, with_disk: bool) -> None:
        """End every process at once; the folder may go, too."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if with_disk:
            shutil.rmtree(self.house.folder / "var", ignore_errors=True)

    def is_answering(self, key: str) -> bool:
        """Whether it is ready."""
        with asking(self.port, key) as client:
            return is_ready(client)


@dataclass
class Load:
    """What clients of the proxy asked and got.

    Attributes:
        address: of the proxy.
        key: that reads and writes.
        sent: ids of events that were acknowledged.
        lists: how many came.
        failed: what was no success, in words.
    """

    address: str
    key: str
    sent: list[str] = field(default_factory=list)
    lists: int = 0
    failed: list[str] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def go_on(self, person: str) -> None:
        """Be one client, until it ends."""
        headers = {"Authorization": f"Bearer {self.key}"}
        number = 0
        with httpx.Client(base_url=self.address, headers=headers, timeout=30) as client:
            while not self.ending.is_set():
                number += 1
                event = {"event_id": f"{person}-{number}", "user_id": person, "type": "view"}
                event["item_id"] = str(1 + number % 200)
                if self._is_answered(client, "/api/events", event):
                    self.sent.append(event["event_id"])
                wish = {"user_id": person, "n": SHOWN}
                self.lists += self._is_answered(client, "/api/recommendations", wish)
                time.sleep(PAUSE_SECONDS)

    def _is_answered(self, client: httpx.Client, path: str, body: object) -> bool:
        try:
            answer = client.post(path, json=body)
        except httpx.TransportError as error:
            self.failed.append(f"{path} {error!r}")
            return False
        if answer.status_code != 200:
            self.failed.append(f"{path} {answer.status_code} {answer.text[:200]}")
        return answer.status_code == 200


@dataclass
class OpenPage:
    """A page of one person, which comes back after a broken line with what it shows.

    Attributes:
        token: that it opens its socket with.
        shown: ids, in order.
        lines: how many sockets it has had.
        changes: messages with a list or a change.
        gaps: changes whose number did not follow.
    """

    address: str
    token: str
    shown: list[str] = field(default_factory=list)
    seq: int = 0
    lines: int = 0
    changes: int = 0
    gaps: int = 0
    ending: threading.Event = field(default_factory=threading.Event)

    def stay(self) -> None:
        """Hold a socket until it ends."""
        while not self.ending.is_set():
            try:
                with connect(
                    f"ws{self.address.removeprefix('http')}/ws/recommendations/?resume=1",
                    subprotocols=["omakase", f"bearer.{self.token}"],  # type: ignore[list-item]
                    open_timeout=20,
                ) as line:
                    self.lines += 1
                    self._hear(line)
            except (OSError, WebSocketException, TimeoutError):
                time.sleep(0.2)

    def _hear(self, line: ClientConnection) -> None:
        while not self.ending.is_set():
            try:
                message = json.loads(line.recv(1.0))
            except TimeoutError:
                continue
            if message["type"] == "connection_established":
                shows = {"seq": self.seq, "items": self.shown} if self.seq else {}
                line.send(json.dumps({"type": "subscribe", "n": SHOWN, **shows}))
            elif "seq" in message:
                self.gaps += message["seq"] != self.seq + 1
                self.seq, self.changes = message["seq"], self.changes + 1
                listed = [each["item_id"] for each in message.get("items", ())]
                self.shown = message.get("order", listed)


def benchmark(asked: Asked) -> Result:
    """One line: all that happened."""
    seconds = 40.0 if asked.quick else SECONDS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="omakase-replicas-")))
        shared = {
            **stack.enter_context(bucket()),
            "OMAKASE_DATABASE_URL": stack.enter_context(postgres(folder / "pg")),
            "OMAKASE_REDIS_URL": stack.enter_context(redis_streams()).settings[
                "OMAKASE_STREAMS__REDIS_URL"
            ],
            "OMAKASE_WEB__SECRET_KEY": "k" * 50,
            "OMAKASE_TRAINING__SCHEDULE": "",
            "OMAKASE_TRAINING__BESIDE_SERVER": "false",
            "OMAKASE_WEB__PROXIES": "1",
        }
        machines = [made(folder / name, shared) for name in ("a", "b")]
        first = machines[0].house
        first.run("data", "import", str(asked.folder("ml-100k")))
        first.run("train", "--models", "ease", "--no-evaluate")
        key = first.key()
        proxy = stack.enter_context(nginx(folder, [each.port for each in machines]))
        for machine in machines:
            machine.start()
            stack.callback(machine.kill, with_disk=False)
        wait_until(lambda: all(m.is_answering(key) for m in machines), "both replicas answer")
        row = measured(machines, proxy, key, seconds, random.Random(asked.seeds[0]))
    return Result([row], [words(row)])


def made(folder: Path, shared: Mapping[str, str]) -> Replica:
    """A machine with nothing on its disk."""
    folder.mkdir()
    return Replica(House(folder, shared), free_port())


def measured(
    machines: list[Replica], proxy: str, key: str, seconds: float, dice: random.Random
) -> Row:
    """Load and pages while machines are lost; what became of them."""
    load = Load(proxy, key)
    people = [f"client{number}" for number in range(PEOPLE)]
    pages = [OpenPage(proxy, token_of(proxy, key, person)) for person in people[:PAGES]]
    works = [partial(load.go_on, person) for person in people]
    endings = [page.ending for page in pages]
    with together([*works, *(page.stay for page in pages)], load.ending, *endings):
        kills, slowest = lose(machines, key, seconds, dice)
        load.ending.set()
        time.sleep(QUIET_SECONDS)
        fresh = [listed(proxy, key, person) for person in people[:PAGES]]
        same = sum(page.shown == now for page, now in zip(pages, fresh, strict=True))
    stored = [event for person in people for event in events_of(proxy, key, person)]
    missing = set(load.sent) - set(stored)
    return {
        "kills": kills,
        "with the disk": kills // 2,
        "lists": load.lists,
        "events acknowledged": len(load.sent),
        "failed": len(load.failed),
        "first failures": load.failed[:3],
        "events lost": len(missing),
        "events doubled": len(stored) - len(set(stored)),
        "sockets opened": sum(page.lines for page in pages),
        "pages right at the end": f"{same} of {len(pages)}",
        "gaps in numbers": sum(page.gaps for page in pages),
        "slowest return s": slowest,
        "seconds to a new version": new_version(machines, key),
    }


def lose(
    machines: list[Replica], key: str, seconds: float, dice: random.Random
) -> tuple[int, float]:
    """Lose one machine every ten seconds; how many were lost, and the slowest return in seconds."""
    end, kills, slowest = time.monotonic() + seconds, 0, 0.0
    while time.monotonic() + KILL_EVERY < end:
        began = time.monotonic()
        lost = dice.choice(machines)
        lost.kill(with_disk=bool(kills % 2))
        lost.start()
        kills += 1
        slowest = max(slowest, wait_until(lambda m=lost: m.is_answering(key), "it is back"))
        time.sleep(max(0.0, KILL_EVERY - (time.monotonic() - began)))
    return kills, slowest


def new_version(machines: list[Replica], key: str) -> float:
    """Seconds from the end of a training on the first machine until the second answers by it."""
    first, second = machines
    first.house.run("train", "--models", "ease", "--no-evaluate", "--force")
    name = first.house.told("index", "status")["version"]

    def has_it() -> bool:
        with asking(second.port, key) as client:
            wish = {"user_id": "1", "n": 3}
            answer = client.post("/api/recommendations", json=wish)
            return answer.json().get("model_version") == name

    return wait_until(has_it, "the second machine answers by the new version")


@contextmanager
def together(works: list[Callable[[], Any]], *ending: threading.Event) -> Iterator[None]:
    """Threads until the block ends."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for event in ending:
            event.set()
        for thread in threads:
            thread.join()


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[str]:
    """The proxy of `deploy/` in front of these ports; its address.

    Raises:
        SystemExit: there is no nginx on this machine.
    """
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        raise SystemExit("no nginx on this machine: apt-get install nginx")
    port, file = free_port(), folder / "nginx.conf"
    lines = CONFIGURATION.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.strip().startswith("limit_req "))
    line = "server app:8000 max_fails=0;"
    text = text.replace(line, " ".join(line.replace("app:8000", f"127.0.0.1:{p}") for p in ports))
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/tmp/", f"{folder}/")
    file.write_text(text, encoding="utf-8")
    words = [program, "-c", str(file), "-g", "daemon off;"]
    with subprocess.Popen(words, stderr=(folder / "nginx.log").open("wb")) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def through(proxy: str, key: str) -> httpx.Client:
    """A client of the proxy."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=proxy, headers=headers, timeout=60)


def token_of(proxy: str, key: str, person: str) -> str:
    """A token of one person."""
    with through(proxy, key) as client:
        return str(client.post("/api/tokens", json={"user_id": person}).json()["token"])


def listed(proxy: str, key: str, person: str) -> list[str]:
    """What a person would be shown now."""
    with through(proxy, key) as client:
        answer = client.post("/api/recommendations", json={"user_id": person, "n": SHOWN})
    return [each["item_id"] for each in answer.json()["items"]]


def events_of(proxy: str, key: str, person: str) -> list[str]:
    """Ids of a person's events, as they are exported."""
    with through(proxy, key) as client:
        answer = client.get(f"/api/users/{person}/export").raise_for_status()
    return [event["event_id"] for event in answer.json()["events"]]


def words(row: Row) -> str:
    """What the figures say."""
    return (
        f"{row['kills']} machines lost, {row['with the disk']} with their disks: {row['failed']} "
        f"of {row['lists'] + row['events acknowledged']:,} requests failed, {row['events lost']} "
        f"of {row['events acknowledged']:,} events lost, {row['events doubled']} doubled; "
        f"{row['pages right at the end']} pages show what a list says; a new version answers on "
        f"the other machine after {row['seconds to a new version']:.1f} s"
    )


if __name__ == "__main__":
    run("replicas", benchmark, __doc__)
