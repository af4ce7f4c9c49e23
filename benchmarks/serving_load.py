"""A served recommendation under load: milliseconds and requests a second, over HTTP on loopback.

MovieLens 100K is imported, EASE trained and served by one process of `omakase serve` with its
defaults. One connection gives the latency, four give the throughput. The load generator runs on the
same machine and takes its part of it. A person's first question reads them from the log; from then
on they are at hand. `uncached` asks for people chosen at random and not to be answered from the
cache; `cached` asks one question again and again; `events` are acknowledged when they are on the
disk.
"""

import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.form import Asked, Result, Row, run

ROOT = Path(__file__).parent.parent
OMAKASE = [sys.executable, "-c", "from omakase_cli.main import main; main()"]
PEOPLE, ITEMS = 943, 1682
Body = Callable[[random.Random], tuple[str, dict[str, object]]]


@dataclass(frozen=True)
class Served:
    """A server that answers, and the key to ask it."""

    port: int
    key: str


def uncached(dice: random.Random) -> tuple[str, dict[str, object]]:
    """Somebody at random, computed anew."""
    asked = {"user_id": str(dice.randint(1, PEOPLE)), "n": 10, "refresh": True}
    return "/api/recommendations", asked


def cached(dice: random.Random) -> tuple[str, dict[str, object]]:
    """The same question as ever."""
    return "/api/recommendations", {"user_id": "1", "n": 10}


def explained(dice: random.Random) -> tuple[str, dict[str, object]]:
    """Somebody at random, with reasons."""
    path, asked = uncached(dice)
    return path, asked | {"explain": True}


def event(dice: random.Random) -> tuple[str, dict[str, object]]:
    """One click."""
    user, item = str(dice.randint(1, PEOPLE)), str(dice.randint(1, ITEMS))
    return "/api/events", {"user_id": user, "item_id": item, "type": "click"}


KINDS: dict[str, Body] = {
    "uncached": uncached,
    "uncached, with reasons": explained,
    "cached": cached,
    "events": event,
}


def benchmark(asked: Asked) -> Result:
    """Latency and throughput of each kind of request."""
    seconds = 2.0 if asked.quick else 10.0
    with (
        tempfile.TemporaryDirectory(prefix="omakase-load-") as folder,
        serving(asked.folder("ml-100k"), Path(folder)) as served,
    ):
        rows = [first_questions(served, seconds)]
        rows += [measured(served, kind, seconds, asked.seeds[0]) for kind in KINDS]
    words = [
        f"{r['request']}: median {r['p50 ms']:.1f} ms, {r['a second']:.0f} a second" for r in rows
    ]
    return Result(rows, words)


def first_questions(served: Served, seconds: float) -> Row:
    """Everybody once, one after another, by one connection."""
    people = iter(range(1, PEOPLE + 1))

    def first(dice: random.Random) -> tuple[str, dict[str, object]]:
        return "/api/recommendations", {"user_id": str(next(people, 1)), "n": 10, "refresh": True}

    KINDS["first"] = first
    taken = load(served, "first", 1, 4 * seconds, 0)[:PEOPLE]
    del KINDS["first"]
    return figures("a person's first question", taken, 1000 * len(taken) / sum(taken))


def measured(served: Served, kind: str, seconds: float, seed: int) -> Row:
    """One kind of request: alone for its latency, four at a time for the throughput."""
    load(served, kind, 1, seconds / 4, seed)  # warm
    alone = load(served, kind, 1, seconds, seed)
    return figures(kind, alone, len(load(served, kind, 4, seconds, seed)) / seconds)


def figures(kind: str, taken: list[float], a_second: float) -> Row:
    """A line of the table, of milliseconds in any order."""
    alone = sorted(taken)
    return {
        "request": kind,
        "p50 ms": statistics.median(alone),
        "p95 ms": alone[int(0.95 * len(alone))],
        "p99 ms": alone[int(0.99 * len(alone))],
        "a second": a_second,
    }


def load(served: Served, kind: str, people: int, seconds: float, seed: int) -> list[float]:
    """Milliseconds of each request that so many connections got answered.

    Raises:
        RuntimeError: one was refused.
    """
    taken: list[list[float]] = [[] for _ in range(people)]
    end = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_ask, args=(served, kind, end, random.Random(seed + n), taken[n]))
        for n in range(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [each for one in taken for each in one]


def _ask(served: Served, kind: str, end: float, dice: random.Random, taken: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    headers = {"Authorization": f"Bearer {served.key}", "Content-Type": "application/json"}
    while time.perf_counter() < end:
        path, body = KINDS[kind](dice)
        started = time.perf_counter()
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read()
        taken.append(1000 * (time.perf_counter() - started))
        if answer.status != 200:
            raise RuntimeError(f"{path} {answer.status} {said[:200]!r}")


@contextmanager
def serving(data: Path, folder: Path) -> Iterator[Served]:
    """The data imported, learnt and served, until the block ends."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OMAKASE_", "DJANGO_"))}
    told = {"OMAKASE_DATA_FOLDER": str(folder / "var"), "PYTHONPATH": str(ROOT / "src")}
    environment = kept | told

    def omakase(*words: str) -> str:
        done = subprocess.run([*OMAKASE, *words], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    omakase("data", "import", str(data))
    omakase("train", "--models", "ease", "--no-evaluate")
    key = json.loads(omakase("key", "create", "load", "--json"))["key"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([*OMAKASE, "serve", "--port", str(port)], env=environment) as server:
        try:
            _wait(port)
            yield Served(port, key)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _wait(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not become ready")


if __name__ == "__main__":
    run("serving_load", benchmark, __doc__)
