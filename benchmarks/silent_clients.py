"""Five thousand silent connections and five hundred slow ones: known clients are answered

`omakase serve` with its own settings, and a client that asks for lists over a few connections all
the time, as a shop's backend does. Then five thousand connections are opened that never send a
byte, and five hundred that send a byte of a request each second: half of them of its head, half of
a body. Whatever the server closes is opened again at once. "p99 ms" is of the known client,
computed anew each time, "inside" as the server's own header tells it; "health" is the share of
looks at `/health/live`, one each half second over a new connection, that were answered within five
seconds. "load" is what else the machine was doing. Linux only.
"""

import itertools
import json
import resource
import selectors
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from benchmarks.faults import lines
from benchmarks.firing import Fired, fire, request
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, load, served

SILENT, SLOW, QUICK = 5_000, 500, 200
SECONDS, QUICK_SECONDS, LINES = 30.0, 5.0, 4
BAR_MS = 100.0
FILES = 16_384
HEAD = b"POST /api/recommendations HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Padding: "
BODY = HEAD + b"a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"


@dataclass
class Crowd:
    """Connections that want nothing but to be there.

    Attributes:
        many, slow: how many there are, and how many of them send a byte a second.
        opened, closed: connections, in all.
    """

    port: int
    many: int
    slow: int
    opened: int = 0
    closed: int = 0
    ending: threading.Event = field(default_factory=threading.Event)
    full: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        """Keep them all open, until it ends."""
        waiting = list(range(self.many))
        slow: dict[int, socket.socket] = {}
        with selectors.DefaultSelector() as ready:
            while not self.ending.is_set():
                while waiting:
                    number = waiting.pop()
                    line = self._open(number)
                    if line is None:
                        waiting.append(number)
                        break
                    ready.register(line, selectors.EVENT_READ, number)
                    if number < self.slow:
                        slow[number] = line
                if not waiting:
                    self.full.set()
                _drip(slow)
                waiting += self._hang_up(ready, slow)
            for key in list(ready.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]

    def _open(self, number: int) -> socket.socket | None:
        try:
            line = socket.create_connection(("127.0.0.1", self.port), 5)
            if number < self.slow:
                line.sendall(HEAD if number % 2 else BODY)
        except OSError:
            return None
        self.opened += 1
        return line

    def _hang_up(self, ready: selectors.BaseSelector, slow: dict[int, socket.socket]) -> list[int]:
        """Close what the server has closed or answered, within a second; their numbers."""
        gone = []
        end = time.monotonic() + 1.0
        while (left := end - time.monotonic()) > 0 and not self.ending.is_set():
            for key, _ in ready.select(left):
                ready.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
                slow.pop(key.data, None)
                gone.append(key.data)
                self.closed += 1
        return gone


def _drip(slow: dict[int, socket.socket]) -> None:
    """One byte more of each slow request."""
    for line in slow.values():
        with suppress(OSError):
            line.sendall(b"a")


@contextmanager
def crowded(port: int, many: int, slow: int) -> Iterator[Crowd]:
    """So many are there, until the block ends."""
    crowd = Crowd(port, many, slow)
    thread = threading.Thread(target=crowd.go_on)
    thread.start()
    try:
        crowd.full.wait(60)
        yield crowd
    finally:
        crowd.ending.set()
        thread.join()


def benchmark(asked: Asked) -> Result:
    """A line without anybody else, one among the silent, one among all."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))
    silent, slow = (QUICK, QUICK // 4) if asked.quick else (SILENT, SLOW)
    seconds = QUICK_SECONDS if asked.quick else SECONDS
    with tempfile.TemporaryDirectory(prefix="omakase-silent-") as folder:
        ratings = Path(folder) / "ratings.csv"
        ratings.write_text("\n".join(lines()) + "\n")
        with served(ratings, "ease", {"OMAKASE_CACHE__SECONDS": "0"}) as server:
            measured(server, "warm-up", 0, 0, 2.0)
            rows = [
                measured(server, "alone", 0, 0, seconds),
                measured(server, "silent", silent, 0, seconds),
                measured(server, "silent and slow", silent + slow, slow, seconds),
                measured(server, "after them", 0, 0, seconds),
            ]
    return Result(rows, [words(rows)])


def words(rows: list[Row]) -> str:
    """Whether the bar is met."""
    met = all(row["p99 ms"] < BAR_MS and row["health"] == 1 for row in rows[1:3])
    return (
        f"Known clients' p99 among {rows[2]['connections']:,} connections is "
        f"{rows[2]['p99 ms']:.0f} ms, {rows[0]['p99 ms']:.0f} without them (bar {BAR_MS:.0f}); "
        f"health was answered {'always' if rows[2]['health'] == 1 else 'not always'}: "
        f"{'met' if met else 'not met'}."
    )


def measured(server: Server, name: str, many: int, slow: int, seconds: float) -> Row:
    """What a known client sees meanwhile."""
    before = load()
    with crowded(server.port, many, slow) as crowd:
        looks: list[float] = []
        looking = threading.Thread(target=look, args=(server, seconds, looks))
        looking.start()
        fired = fire(server.port, questions(server.key), lines=LINES, seconds=seconds)
        looking.join()
    return {"clients": name, "connections": many, **figures(fired, looks, crowd), "load": before}


def figures(fired: Fired, looks: list[float], crowd: Crowd) -> Row:
    """Times of lists, and of looks at the health."""
    return {
        "lists a second": fired.a_second,
        "p50 ms": float(np.percentile(fired.milliseconds, 50)),
        "p99 ms": float(np.percentile(fired.milliseconds, 99)),
        "p99 ms inside": float(np.percentile(fired.inside, 99)),
        "health": float(np.mean(np.isfinite(looks))),
        "slowest health ms": 1000 * max(looks),
        "closed by the server": crowd.closed,
    }


def look(server: Server, seconds: float, looks: list[float]) -> None:
    """Look at the health each half second; seconds that each took, infinite where none came."""
    end = time.monotonic() + seconds
    while (begun := time.monotonic()) < end:
        try:
            answer = httpx.get(f"http://{server.address}/health/live", timeout=5)
            good = answer.status_code == 200
        except httpx.TransportError:
            good = False
        looks.append(time.monotonic() - begun if good else float("inf"))
        time.sleep(0.5)


def questions(key: str) -> Iterator[bytes]:
    """Lists of everybody in turn, none of them kept."""
    headers = {"Authorization": f"Bearer {key}"}
    for n in itertools.count():
        body = json.dumps({"user_id": str(n % 40 + 1), "n": 10, "refresh": True}).encode()
        yield request("/api/recommendations", body, headers)


if __name__ == "__main__":
    run("silent_clients", benchmark, __doc__)
