import asyncio

from benchmarks.bare import answer, bare
from benchmarks.firing import fire, request


def test_it_says_always_the_same_and_only_over_http():
    sent = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"whatever"}

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(answer(b"ready")({"type": "http"}, receive, send))
    assert [message.get("body", message.get("status")) for message in sent] == [200, b"ready"]
    assert (b"content-length", b"5") in sent[0]["headers"]
    asyncio.run(answer(b"ready")({"type": "lifespan"}, receive, send))
    assert len(sent) == 2


def test_granian_serves_it():
    asked = iter([request("/x", b"{}", {})])
    with bare(b"x" * 500) as (port, pid):
        fired = fire(port, asked, lines=1, seconds=0)
        assert pid > 0
    assert len(fired.milliseconds) == 1
    assert 500 < fired.size < 1000
