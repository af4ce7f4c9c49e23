"""The faults of a storm: each happens to a house under load, and is over when it returns.

What a fault takes away (a database, room on the disk, the true time) it gives back; that all goes
on then is the server's own affair. Deletions, erasures and imports are sent again until they are
acknowledged, as events are, and what they promise is remembered.
"""

import os
import random
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.storm import kill
from benchmarks.storm_house import ITEMS, PEOPLE, StormHouse
from benchmarks.storm_people import CLICKED_ITEMS, Crowd
from benchmarks.tree import processes

OUTAGE = (0.5, 4.0)
"""Seconds that something is away, at least and at most."""

STOP_SECONDS = 30.0
"""Whoever stops services kills what has not ended by then."""

SILENT, SLOW = 400, 100
IMPORTED_EVENTS, ERASED_EVENTS = 400, 20
CLOCK_HOURS = (-2, -1, 1, 2)
PATIENCE_SECONDS = 120.0
SHELF_PREFIX = "omakase:shelf:"


@dataclass
class Storm:
    """What a fault happens to.

    Attributes:
        dice: draws where and for how long.
        number: of the fault, in names of what it makes.
        behind: threads and commands that go on beside the next faults.
    """

    house: StormHouse
    crowd: Crowd
    dice: random.Random
    number: int = 0
    behind: list[threading.Thread] = field(default_factory=list)

    def pause(self) -> None:
        """As long as something is away."""
        time.sleep(self.dice.uniform(*OUTAGE))

    def beside(self, work: Callable[[int], None]) -> None:
        """Let something go on beside the next faults; what never comes to its end is wrong."""

        def attempt(number: int) -> None:
            try:
                work(number)
            except RuntimeError as error:
                self.crowd.promises.wrong.append(str(error))

        thread = threading.Thread(target=attempt, args=(self.number,))
        thread.start()
        self.behind.append(thread)
        self.pause()

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Send a request until it is answered and not refused.

        Raises:
            RuntimeError: it never is.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        with self.crowd.client() as client:
            while time.monotonic() < end:
                with suppress(httpx.TransportError):
                    answer = client.request(method, path, json=body)
                    if answer.status_code != 503:
                        return answer
                time.sleep(0.2)
        raise RuntimeError(f"{method} {path} was never answered")


def kill_worker(storm: Storm) -> None:
    """A process that answers dies."""
    if found := storm.house.workers():
        kill(storm.dice.choice(found))


def kill_learner(storm: Storm) -> None:
    """The process that does jobs dies, where one is there."""
    assert storm.house.server is not None
    spared = {storm.house.server.pid, *storm.house.workers()}
    for process in set(processes(storm.house.server.pid)) - spared:
        kill(process)


def kill_tree(storm: Storm) -> None:
    """Every process of the server dies, and it is begun again."""
    storm.house.kill_tree()
    storm.house.start()


def stop_in_order(storm: Storm) -> None:
    """The server is ended as at an upgrade, and begun again."""
    seconds = storm.house.stop()
    if seconds > STOP_SECONDS:
        storm.crowd.promises.wrong.append(f"it took {seconds:.0f} s to stop")
    storm.house.start()


def stop_database(storm: Storm) -> None:
    """PostgreSQL is away."""
    storm.house.postgres.stop()
    storm.pause()
    with suppress(AssertionError):  # it looks once before the server says that it is ready
        storm.house.postgres.start()


def lock_database(storm: Storm) -> None:
    """Somebody else holds SQLite's lock, as a copy or a repair does."""
    with sqlite3.connect(storm.house.data / "omakase.sqlite3", timeout=30) as line:
        line.isolation_level = None
        line.execute("BEGIN EXCLUSIVE")
        storm.pause()
        line.execute("ROLLBACK")
    line.close()


def stop_redis(storm: Storm) -> None:
    """Redis is away, and has forgotten everything when it is back."""
    assert storm.house.redis is not None
    storm.house.redis.stop()
    storm.pause()
    storm.house.redis.start()


def stop_vectors(storm: Storm) -> None:
    """The version with an index in the vector store is live, and the store is away."""
    assert storm.house.qdrant is not None
    storm.ask("POST", f"/api/models/{storm.house.first_version}/promote?force=true")
    storm.pause()
    storm.house.qdrant.stop()
    storm.pause()
    storm.house.qdrant.start()


def fill_disk(storm: Storm) -> None:
    """The data folder's disk has no byte left, and then it has room again."""
    filler = storm.house.data / "filler"
    file = os.open(filler, os.O_CREAT | os.O_WRONLY)
    try:
        for size in (2**20, 2**12, 1):
            with suppress(OSError):
                while os.write(file, bytes(size)):
                    pass
        storm.pause()
    finally:
        os.close(file)
        filler.unlink()


def open_silent_lines(storm: Storm) -> None:
    """Clients connect and say nothing."""
    with _lines(storm.house.port, SILENT, b""):
        storm.pause()


def open_slow_lines(storm: Storm) -> None:
    """Clients send a request a byte at a time."""
    head = b"POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Padding: "
    with _lines(storm.house.port, SLOW, head) as lines:
        end = time.monotonic() + storm.dice.uniform(*OUTAGE)
        while time.monotonic() < end:
            for line in lines:
                with suppress(OSError):
                    line.sendall(b"a")
            time.sleep(0.3)


def send_bad_bodies(storm: Storm) -> None:
    """Bodies that are no JSON, not text, far too deep, too long, or of another shape."""
    deep = b"[" * 100_000
    long = b'{"user_id": "' + b"a" * 2**22 + b'"}'
    shapes = (b"", b"\xff\xfe\x00", deep, long, b"{}", b'{"user_id": 1e999}', b"null", b'"a"')
    with storm.crowd.client() as client:
        for path in ("/api/events", "/api/recommendations", "/api/items", "/api/chat"):
            for shape in shapes:
                with suppress(httpx.TransportError):
                    answer = client.post(
                        path, content=shape, headers={"Content-Type": "application/json"}
                    )
                    if answer.status_code >= 500 and answer.status_code != 503:
                        storm.crowd.promises.wrong.append(f"{path} {answer.status_code}")


def move_clock(storm: Storm) -> None:
    """The server's clock jumps by hours, and back."""
    storm.house.move_clock(3_600 * storm.dice.choice(CLOCK_HOURS))
    storm.pause()
    storm.house.move_clock(0)


def damage_journals(storm: Storm) -> None:
    """The server dies in the middle of a frame, and a file of somebody else lies beside."""
    storm.house.kill_tree()
    folder = storm.house.data / "journal"
    folder.mkdir(exist_ok=True)
    for file in [each for each in folder.iterdir() if each.is_file()]:
        with file.open("ab") as end:
            end.write(storm.dice.randbytes(200))
    (folder / f"{storm.number}-foreign").write_bytes(storm.dice.randbytes(2_000))
    storm.house.start()


def damage_version(storm: Storm) -> None:
    """A byte of the live version turns while a worker begins; an owner puts the file back."""
    live = storm.ask("GET", "/api/models").json()["live"]
    folder = storm.house.data / "versions" / str(live) / "models"
    files = sorted(each for each in folder.rglob("*.npy") if each.stat().st_size > 200)
    if not files:
        return
    file = storm.dice.choice(files)
    before = file.read_bytes()
    at = storm.dice.randrange(150, len(before))
    # A new file: one that is mapped is not changed under who reads it.
    _replace(file, before[:at] + bytes([before[at] ^ 255]) + before[at + 1 :])
    kill_worker(storm)
    storm.pause()
    _replace(file, before)


def damage_shelf(storm: Storm) -> None:
    """What is at hand of people turns to noise."""
    if storm.house.redis is not None:
        import redis

        with redis.Redis.from_url(storm.house.redis.url) as line:
            for key in line.scan_iter(f"{SHELF_PREFIX}*", 500):
                with suppress(redis.RedisError):
                    if line.type(key) == b"string":
                        line.set(key, storm.dice.randbytes(100))
        return
    storm.house.kill_tree()
    file = storm.house.data / "online.sqlite3"
    if file.exists():
        content = bytearray(file.read_bytes())
        for _ in range(20):
            content[storm.dice.randrange(len(content))] ^= 255
        file.write_bytes(content)
    storm.house.start()


def train(storm: Storm) -> None:
    """A new version is trained, and answers from then on."""

    def work(number: int) -> None:
        models = {"ials": {"factors": 8 + number % 8, "iterations": 3}}
        parameters = {"models": models, "evaluate": False, "promote": "always"}
        storm.ask("POST", "/api/jobs", {"kind": "train", "parameters": parameters})

    storm.beside(work)


def promote(storm: Storm) -> None:
    """Another version answers."""
    answer = storm.ask("GET", "/api/models")
    names = [each["name"] for each in answer.json()["versions"]]
    if names:
        storm.ask("POST", f"/api/models/{storm.dice.choice(names)}/promote?force=true")


def import_file(storm: Storm) -> None:
    """A file is imported beside the server, until the command says that it is done."""

    def work(number: int) -> None:
        file = storm.house.folder / f"import-{number}.jsonl"
        rows = [
            (f"i{number}.{n % 10}", n * 7 % CLICKED_ITEMS + 1, n) for n in range(IMPORTED_EVENTS)
        ]
        file.write_text("".join(_row(*row) for row in rows))
        for _ in range(20):
            with suppress(SystemExit):
                storm.house.house.run("data", "import", str(file))
                storm.crowd.promises.imported |= Counter(person for person, *_ in rows)
                return
            time.sleep(1)
        raise RuntimeError(f"{file.name} was never imported")

    storm.beside(work)


def erase_person(storm: Storm) -> None:
    """Somebody comes, looks around, and wants to be forgotten."""

    def work(number: int) -> None:
        person = f"e{number}"
        with storm.crowd.client() as client:
            for n in range(ERASED_EVENTS):
                storm.crowd.write_event(client, person, f"{person}-{n}", str(n + 1))
        storm.ask("POST", "/api/recommendations", {"user_id": person, "n": 3})
        answer = storm.ask("DELETE", f"/api/users/{person}")
        if answer.status_code in (200, 204, 404):
            storm.crowd.promises.acknowledged.pop(person, None)
            storm.crowd.promises.erased.add(person)
        else:
            storm.crowd.promises.wrong.append(f"erasure: {answer.status_code} {answer.text[:200]}")

    storm.beside(work)


def delete_item(storm: Storm) -> None:
    """An item that nobody clicks leaves the catalog."""
    left = {str(n) for n in range(CLICKED_ITEMS + 1, ITEMS + 1)} - storm.crowd.promises.deleted
    if len(left) < ITEMS // 4:
        return
    item = storm.dice.choice(sorted(left))
    answer = storm.ask("DELETE", f"/api/items/{item}")
    if answer.status_code in (200, 204):
        storm.crowd.promises.deleted.add(item)
    late = {"user_id": str(1 + storm.number % PEOPLE), "item_id": item, "type": "view"}
    storm.ask("POST", "/api/events", late)


FAULTS: Mapping[str, Callable[[Storm], None]] = {
    "worker killed": kill_worker,
    "learner killed": kill_learner,
    "tree killed": kill_tree,
    "stopped in order": stop_in_order,
    "database away": stop_database,
    "database locked": lock_database,
    "Redis away": stop_redis,
    "vector store away": stop_vectors,
    "disk full": fill_disk,
    "silent clients": open_silent_lines,
    "slow clients": open_slow_lines,
    "bad bodies": send_bad_bodies,
    "clock moved": move_clock,
    "journals damaged": damage_journals,
    "version damaged": damage_version,
    "shelf damaged": damage_shelf,
    "training": train,
    "promotion": promote,
    "import": import_file,
    "erasure": erase_person,
    "deletion": delete_item,
}


def kinds(house: StormHouse) -> list[str]:
    """The faults that can happen to a house."""
    needs = {
        "database away": house.postgres is not None,
        "database locked": house.postgres is None,
        "Redis away": house.redis is not None,
        "vector store away": house.qdrant is not None,
        "disk full": house.can_fill,
        "clock moved": house.moved_clock is not None,
    }
    return [name for name in FAULTS if needs.get(name, True)]


@contextmanager
def _lines(port: int, many: int, head: bytes) -> Iterator[list[socket.socket]]:
    """So many connections, each with the beginning of a request, until the block ends."""
    lines = []
    for _ in range(many):
        with suppress(OSError):
            line = socket.create_connection(("127.0.0.1", port), 5)
            line.sendall(head)
            lines.append(line)
    try:
        yield lines
    finally:
        for line in lines:
            line.close()


def _replace(file: Path, content: bytes) -> None:
    beside = file.with_suffix(".storm")
    beside.write_bytes(content)
    beside.replace(file)


def _row(person: str, item: int, seconds: int) -> str:
    moment = int(time.time()) - 3_600 - 60 * seconds
    return (
        f'{{"user_id": "{person}", "item_id": "{item}", "type": "view", "timestamp": {moment}}}\n'
    )
