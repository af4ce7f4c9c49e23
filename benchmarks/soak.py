"""Ten minutes of everything at once: memory stays flat, nothing fails

MovieLens 1M with EASE, one process of `omakase serve` and no other. A hundred requests a second:
four in ten ask for the list of one of a hundred people again and again, three for anybody's, made
anew, three bring an event of one of these. Twenty open pages are told of their people's events,
and are left and opened again all the while. Before, people's lists are asked for once, for a minute
at most, so that what the process keeps of people is there. Every answer must be a 200, no page may
be told of an error. Memory is that of all processes of the server: all of it, and what is not of
files, which the system takes back when it likes (the arrays of the models, the database). The bar
is that from the end of the first fifth to the last fifth it does not grow by more than 5 %.
"""

import asyncio
import json
import random
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.firing import Fired, fire, request
from benchmarks.form import Asked, Result, Row, run
from benchmarks.plots import save_curves
from benchmarks.served import Server, load, served
from benchmarks.tree import memory, processor_seconds

SECONDS, QUICK_SECONDS = 600.0, 20.0
A_SECOND = 100
PAGES, LINES = 20, 8
KNOWN, PEOPLE, ITEMS = 100, 6040, 3952
PAGE_SECONDS = 15.0
SAMPLES = 120
BAR = 0.05
SETTINGS = {"OMAKASE_LIMITS__USER_PER_MINUTE": "0"}


@dataclass
class Watched:
    """What was seen of a run.

    Attributes:
        curve: (seconds since the start, MB in memory, MB of these not of files).
        told: messages that pages got, by their type.
        opened: pages, each time they were.
    """

    curve: list[tuple[float, float, float]] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    opened: int = 0
    errors: list[str] = field(default_factory=list)


def benchmark(asked: Asked) -> Result:
    """One long mixed load on one server."""
    before = load()
    seconds = QUICK_SECONDS if asked.quick else SECONDS
    with served(asked.folder("ml-1m"), "ease", SETTINGS) as server:
        fired, watched, busy = soaked(server, seconds, asked.seeds[0])
    row = row_of(fired, watched, busy) | {"load before": before}
    if not asked.quick:
        lines = {
            "all": [(at / 60, whole) for at, whole, _ in watched.curve],
            "not of files": [(at / 60, alone) for at, _, alone in watched.curve],
        }
        save_curves("soak", {"One server, 100 requests a second": lines}, "minutes", "MB")
    kept = "kept" if row["growth"] <= BAR and not row["errors"] else "missed"
    words = [
        f"memory grew by {100 * row['growth']:.1f} %, {row['errors']} errors: the bar of 5 % and "
        f"none is {kept}",
        "![Memory](plots/soak.svg)",
    ]
    return Result([row, *curve_rows(watched.curve)], words)


def soaked(server: Server, seconds: float, seed: int) -> tuple[Fired, Watched, float]:
    """The load, what was seen, and how many seconds of a processor the server took."""
    warm(server, seconds / 10)
    watched, over = Watched(), threading.Event()
    pages = threading.Thread(target=lambda: asyncio.run(all_pages(server, watched, over)))
    samples = threading.Thread(target=sample, args=(server.pid, seconds, watched, over))
    busy = processor_seconds(server.pid)
    pages.start()
    samples.start()
    try:
        requests = paced(mixed(server.key, random.Random(seed)), A_SECOND)
        fired = fire(server.port, requests, lines=LINES, seconds=seconds)
    finally:
        over.set()
        pages.join()
        samples.join()
    return fired, watched, processor_seconds(server.pid) - busy


def warm(server: Server, most_seconds: float) -> None:
    """Each person's list once, so that what is kept of each is there; not longer than this."""
    headers = {"Authorization": f"Bearer {server.key}"}
    bodies = ({"user_id": str(n), "n": 10, "refresh": True} for n in range(1, PEOPLE + 1))
    asked = (request("/api/recommendations", json.dumps(b).encode(), headers) for b in bodies)
    fire(server.port, cycle(asked), lines=LINES, seconds=most_seconds)


def row_of(fired: Fired, watched: Watched, busy: float) -> dict[str, float | int | str]:
    """The figures of a run."""
    taken = sorted(fired.milliseconds)
    start, end = ends([whole for _, whole, _ in watched.curve])
    own_start, own_end = ends([alone for _, _, alone in watched.curve])
    return {
        "data": "the run",
        "minutes": fired.seconds / 60,
        "requests": len(taken),
        "p50 ms": taken[len(taken) // 2],
        "p99 ms": taken[int(0.99 * len(taken))],
        "messages to pages": sum(watched.told.values()),
        "pages opened": watched.opened,
        "errors": len(watched.errors) + watched.told.get("error", 0),
        "MB after warm-up": start,
        "MB at the end": end,
        "growth": end / start - 1,
        "growth, not of files": own_end / own_start - 1,
        "share of a processor": busy / fired.seconds,
    }


def ends(curve: Sequence[float]) -> tuple[float, float]:
    """Medians of the second tenth after the first fifth's end, and of the last fifth."""
    fifth, tenth = max(1, len(curve) // 5), max(1, len(curve) // 10)
    return statistics.median(curve[fifth : fifth + tenth]), statistics.median(curve[-fifth:])


def curve_rows(curve: Sequence[tuple[float, float, float]]) -> list[Row]:
    """Ten points of the curve for the table."""
    step = max(1, len(curve) // 10)
    return [
        {"data": "memory", "minutes": at / 60, "MB": whole, "MB not of files": alone}
        for at, whole, alone in curve[::step]
    ]


def mixed(key: str, dice: random.Random) -> Iterator[bytes]:
    """Requests as the page's words say."""
    headers = {"Authorization": f"Bearer {key}"}
    while True:
        path, body = one(dice)
        yield request(path, json.dumps(body).encode(), headers)


def one(dice: random.Random) -> tuple[str, dict[str, object]]:
    """Path and body of one request."""
    kind, known = dice.random(), str(dice.randint(1, KNOWN))
    if kind < 0.4:
        return "/api/recommendations", {"user_id": known, "n": 10}
    if kind < 0.7:
        user = str(dice.randint(1, PEOPLE))
        return "/api/recommendations", {"user_id": user, "n": 10, "refresh": True}
    item = str(dice.randint(1, ITEMS))
    return "/api/events", {"user_id": known, "item_id": item, "type": "click"}


def paced(requests: Iterator[bytes], a_second: int) -> Iterator[bytes]:
    """The same, no more than so many a second."""
    due = time.perf_counter()
    for each in requests:
        due = max(due + 1 / a_second, time.perf_counter() - 1)
        time.sleep(max(0.0, due - time.perf_counter()))
        yield each


def sample(pid: int, seconds: float, watched: Watched, over: threading.Event) -> None:
    """Look at the memory again and again."""
    start = time.perf_counter()
    while not over.wait(seconds / SAMPLES):
        watched.curve.append((time.perf_counter() - start, *memory(pid)))


async def all_pages(server: Server, watched: Watched, over: threading.Event) -> None:
    """Open pages, until it is over."""
    await asyncio.gather(*(pages_of(server, str(n), watched, over) for n in range(1, PAGES + 1)))


async def pages_of(server: Server, user: str, watched: Watched, over: threading.Event) -> None:
    """One person's page, left and opened again."""
    with server.client() as http:
        token = http.post("/api/tokens", json={"user_id": user}).json()["token"]
    address = f"ws://{server.address}/ws/recommendations/"
    await asyncio.sleep(PAGE_SECONDS * int(user) / PAGES)
    while not over.is_set():
        try:
            async with connect(
                address, additional_headers={"Authorization": f"Bearer {token}"}
            ) as line:
                watched.opened += 1
                await listen(line, watched)
        except (OSError, ConnectionClosed) as error:
            watched.errors.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(1)


async def listen(line: object, watched: Watched) -> None:
    """Count what a page is told, for a while."""
    end = time.perf_counter() + PAGE_SECONDS
    while (left := end - time.perf_counter()) > 0:
        try:
            told = json.loads(await asyncio.wait_for(line.recv(), left))
        except TimeoutError:
            return
        watched.told[told["type"]] = watched.told.get(told["type"], 0) + 1


if __name__ == "__main__":
    run("soak", benchmark, __doc__)
