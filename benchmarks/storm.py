"""People who click and ask all the time, whatever falls over, and what they were told.

A client whose request was cut off or refused sends the same event again, by its id, until it is
acknowledged; that is what ids are for.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import httpx

PAUSE_SECONDS = 0.01
ITEMS = 20
"""That are clicked, of many more: there is always something left to recommend."""

OTHERS = b"omakase-"
"""Begins the names of processes beside those that answer."""


@dataclass
class Traffic:
    """What a few people do and hear.

    Attributes:
        address: of the server, http://host:port.
        key: that reads and writes.
        name: what the ids of these people and their events begin with.
        acknowledged: ids of the events that the server said it has.
        again: how often one was sent anew.
        answered: when a list came, in seconds of `time.monotonic`.
        requests: ids of the requests that were answered.
        wrong: answers that no client should get, in words.
    """

    address: str
    key: str
    name: str
    acknowledged: list[str] = field(default_factory=list)
    again: int = 0
    answered: list[float] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def silence(self) -> float:
        """The longest time in which nobody was answered, in seconds."""
        moments = sorted(self.answered)
        return max((b - a for a, b in pairwise(moments)), default=0.0)

    def people(self, many: int) -> list[str]:
        """Their names."""
        return [f"{self.name}{n}" for n in range(many)]

    def go_on(self, person: str) -> None:
        """Be one of them, until it ends."""
        headers = {"Authorization": f"Bearer {self.key}"}
        n = 0
        with httpx.Client(base_url=self.address, headers=headers, timeout=30) as client:
            while not self.ending.is_set():
                n += 1
                self._click(client, person, n)
                self._ask(client, person, n)
                time.sleep(PAUSE_SECONDS)

    def _click(self, client: httpx.Client, person: str, n: int) -> None:
        event = {
            "event_id": f"{person}-{n}",
            "user_id": person,
            "item_id": str(n % ITEMS + 1),
            "type": "view",
        }
        while True:
            answer = self._sent(client, "/api/events", event)
            if answer is not None and answer.status_code == 200:
                self.acknowledged.append(event["event_id"])
                return
            if self.ending.is_set():
                return
            self.again += 1
            time.sleep(PAUSE_SECONDS)

    def _ask(self, client: httpx.Client, person: str, n: int) -> None:
        asked = {"user_id": person, "n": 3}
        name = f"{person}-ask-{n}"
        answer = self._sent(client, "/api/recommendations", asked, {"X-Request-ID": name})
        if answer is not None and answer.status_code == 200:
            self.answered.append(time.monotonic())
            self.requests.append(name)
            if len(answer.json()["items"]) != 3:
                self.wrong.append(f"{name}: {answer.text[:200]}")

    def _sent(
        self, client: httpx.Client, path: str, body: object, headers: dict[str, str] | None = None
    ) -> httpx.Response | None:
        """The answer; none where the worker died that was about to give it."""
        try:
            answer = client.post(path, json=body, headers=headers)
        except httpx.TransportError:
            return None
        if answer.status_code != 200:
            self.wrong.append(f"{path} {answer.status_code} {answer.text[:200]}")
        return answer


@contextmanager
def under(traffic: Traffic, people: int = 3) -> Iterator[Traffic]:
    """So many people go on until the block ends."""
    threads = [threading.Thread(target=traffic.go_on, args=(p,)) for p in traffic.people(people)]
    for thread in threads:
        thread.start()
    try:
        yield traffic
    finally:
        traffic.ending.set()
        for thread in threads:
            thread.join()


def stored(traffic: Traffic, people: int = 3) -> list[str]:
    """Ids of these people's events as the server tells them to who exports their data.

    Of whom the server knows nothing, none is stored.
    """
    with httpx.Client(
        base_url=traffic.address, headers={"Authorization": f"Bearer {traffic.key}"}, timeout=60
    ) as client:
        answers = [client.get(f"/api/users/{p}/export") for p in traffic.people(people)]
    known = [each.raise_for_status() for each in answers if each.status_code != 404]
    return [event["event_id"] for answer in known for event in answer.json()["events"]]


def workers(parent: int) -> list[int]:
    """The processes that answer, begun by this one; Linux only."""
    tasks = Path(f"/proc/{parent}/task").iterdir()
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    return sorted(
        int(child)
        for child in children
        if b"serve" in _read(child, "cmdline") and not _read(child, "comm").startswith(OTHERS)
    )


def answering(parent: int, port: int, key: str) -> set[int]:
    """Workers that answer a request for a list, of some that come at once; Linux only.

    Which one has a connection is told by the socket's number, which the system shows.
    """
    heard: set[int] = set()
    with ExitStack() as lines:
        address, headers = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {key}"}
        for _ in range(8):
            client = lines.enter_context(httpx.Client(base_url=address, headers=headers))
            answer = client.post("/api/recommendations", json={"user_id": "nobody"}, timeout=30)
            stream = answer.extensions["network_stream"]
            own = stream.get_extra_info("client_addr")[1]
            if answer.status_code == 200:
                heard |= {worker for worker in workers(parent) if _serves(worker, port, own)}
    return heard


def _serves(worker: int, port: int, client: int) -> bool:
    """Whether a process has the connection between these two ports of this machine."""
    ends = f":{port:04X}", f":{client:04X}"
    sockets = {f"socket:[{row[9]}]" for row in tcp_rows() if _ends(row) == ends}
    for file in Path(f"/proc/{worker}/fd").iterdir():
        with suppress(OSError):
            if str(file.readlink()) in sockets:
                return True
    return False


def tcp_rows() -> list[list[str]]:
    """What the system says of each line over IPv4, as proc(5) has it; Linux only."""
    return [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]


def _ends(row: list[str]) -> tuple[str, str]:
    return row[1][8:], row[2][8:]


def kill(worker: int) -> bool:
    """End a process at once, as a lack of memory does; whether it was still there."""
    try:
        os.kill(worker, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _read(process: str, file: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{file}").read_bytes()
    except OSError:
        return b""
