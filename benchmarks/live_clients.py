"""Open pages at once: from an event to the page that is told

On MovieLens 100K with EASE, one process: 1,000 WebSocket connections, each with the token of a
user and a list of ten that is kept up to date. Within a minute each user likes one film, every
second by HTTP and the others on the page itself; taken is the time from sending the event to the
change of the list that rests on it, the write to the disk included. The client runs on the same
machine. The bar is the 99th percentile within one second. "load before" is the machine's own
measure of what else it was doing.
"""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, load, served

CLIENTS, SECONDS, BAR = 1000, 60.0, 1.0
AT_ONCE = 50
"""Connections that are being opened at a time."""

SETTINGS = {"OMAKASE_LIMITS__USER_PER_MINUTE": "0"}
PATIENCE_SECONDS = 30.0


def benchmark(asked: Asked) -> Result:
    """All clients connected, an event for each, how long until each is told."""
    before = load()
    clients, seconds = (100, 10.0) if asked.quick else (CLIENTS, SECONDS)
    with served(asked.folder("ml-100k"), "ease", SETTINGS) as server:
        opened, taken = asyncio.run(_all(server, clients, seconds, asked.seeds[0]))
    row = {**row_of(clients, seconds, opened, taken), "load before": before}
    words = f"p99 {row['p99 ms']:.0f} ms of {row['told']:,} clients told; the bar is 1,000 ms"
    return Result([row], [words])


def row_of(clients: int, seconds: float, opened: float, taken: Sequence[float]) -> Row:
    """The figures of a run; `taken` in seconds, one a client that was told."""
    median, high, highest = 1000 * np.percentile(taken, [50, 95, 99])
    return {
        "clients": clients,
        "seconds of events": seconds,
        "seconds to connect": opened,
        "told": len(taken),
        "p50 ms": median,
        "p95 ms": high,
        "p99 ms": highest,
        "slowest ms": 1000 * max(taken),
    }


async def _all(
    server: Server, clients: int, seconds: float, seed: int
) -> tuple[float, list[float]]:
    names = [f"visitor-{n}" for n in range(clients)]
    with server.client() as http:
        tokens = [http.post("/api/tokens", json={"user_id": n}).json()["token"] for n in names]
    gate = asyncio.Semaphore(AT_ONCE)
    start = time.perf_counter()
    lines = await asyncio.gather(*(open_client(server, token, gate) for token in tokens))
    opened = time.perf_counter() - start
    rng = random.Random(seed)
    pauses = [rng.uniform(0, seconds) for _ in names]
    async with httpx.AsyncClient(
        base_url=f"http://{server.address}", headers={"Authorization": f"Bearer {server.key}"}
    ) as http:
        told = await asyncio.gather(
            *(
                seconds_to_change(line, http if n % 2 else None, names[n], pauses[n])
                for n, line in enumerate(lines)
            )
        )
    await asyncio.gather(*(line.close() for line in lines))
    return opened, [seconds for seconds in told if seconds is not None]


async def open_client(server: Server, token: str, gate: asyncio.Semaphore) -> ClientConnection:
    """A line that has its first list."""
    async with gate:
        url = f"ws://{server.address}/ws/recommendations/"
        line = await connect(
            url,
            subprotocols=["omakase", f"bearer.{token}"],  # type: ignore[list-item]
            open_timeout=PATIENCE_SECONDS,
            ping_interval=None,
        )
        await _until(line, "initial_recommendations")
        return line


async def seconds_to_change(
    line: ClientConnection, http: httpx.AsyncClient | None, name: str, pause: float
) -> float | None:
    """Seconds from the event to the change; none where it never came."""
    await asyncio.sleep(pause)
    event = {"item_id": "50", "type": "like"}
    start = time.perf_counter()
    if http is None:
        await line.send(json.dumps({"type": "record_interaction", "event": event}))
    else:
        sent = asyncio.create_task(http.post("/api/events", json={**event, "user_id": name}))
    try:
        await _until(line, "recommendations_updated")
    except TimeoutError:
        return None
    taken = time.perf_counter() - start
    if http is not None:
        (await sent).raise_for_status()
    return taken


async def _until(line: ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            told: dict[str, Any] = json.loads(await line.recv())
            if told["type"] == kind:
                return told


if __name__ == "__main__":
    run("live_clients", benchmark, __doc__)
