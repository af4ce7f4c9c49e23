import asyncio
import json
import time

import pytest
from benchmarks import live_clients
from benchmarks.live_clients import row_of
from benchmarks.served import Server, free_port
from tests.patience import PATIENCE_SECONDS
from websockets.asyncio.server import ServerConnection, serve


def test_the_row_of_a_run_is_in_milliseconds():
    row = row_of(4, 60.0, 1.5, [0.1, 0.2, 0.3, 0.4])
    assert (row["clients"], row["told"]) == (4, 4)
    assert row["p50 ms"] == pytest.approx(250)
    assert row["slowest ms"] == pytest.approx(400)
    assert row["p95 ms"] <= row["p99 ms"] <= row["slowest ms"]


def test_a_client_is_told_of_its_own_event():
    """Against a server that answers every event after a tenth of a second."""

    async def page(line: ServerConnection) -> None:
        assert line.request is not None
        assert "bearer.t" in line.request.headers["Sec-WebSocket-Protocol"]
        await line.send('{"type": "connection_established"}')
        await line.send('{"type": "initial_recommendations"}')
        async for sent in line:
            assert json.loads(sent)["event"]["item_id"] == "50"
            await line.send('{"type": "interaction_recorded"}')
            await asyncio.sleep(0.1)
            await line.send('{"type": "recommendations_updated"}')

    async def scene() -> float | None:
        port = free_port()
        async with serve(page, "127.0.0.1", port, subprotocols=["omakase"]):
            server = Server(f"127.0.0.1:{port}", "key")
            line = await live_clients.open_client(server, "t", asyncio.Semaphore(1))
            taken = await live_clients.seconds_to_change(line, None, "ada", 0.0)
            await line.close()
            return taken

    begun = time.perf_counter()
    taken = asyncio.run(scene())
    assert taken is not None and 0.1 <= taken < time.perf_counter() - begun


def test_a_client_that_is_never_told_is_not_counted(monkeypatch):
    monkeypatch.setattr(live_clients, "PATIENCE_SECONDS", 0.05)

    class Silent:
        async def send(self, _: str) -> None:
            return None

        async def recv(self) -> str:
            await asyncio.sleep(PATIENCE_SECONDS)
            return ""

    assert asyncio.run(live_clients.seconds_to_change(Silent(), None, "ada", 0.0)) is None
