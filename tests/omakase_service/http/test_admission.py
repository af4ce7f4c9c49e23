"""Who is let in: so many at a time, within a time for the body, and health always."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from omakase_service.http.admission import LARGE_BODY_BYTES, Admission

SCOPE: dict[str, Any] = {"type": "http", "method": "GET", "path": "/api/popular"}


class Conversation:
    """A client that says what it is given, then nothing more."""

    def __init__(self, *said: Mapping[str, Any]) -> None:
        self.said, self.sent = list(said), []

    async def receive(self) -> Mapping[str, Any]:
        if not self.said:
            await asyncio.Event().wait()
        return self.said.pop(0)

    async def send(self, message: Mapping[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def problem(self) -> dict[str, Any]:
        return json.loads(self.sent[1]["body"])


async def reading(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers when the whole body has come."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


WHOLE = {"type": "http.request", "body": b"{}", "more_body": False}
PART = {"type": "http.request", "body": b"{", "more_body": True}


def test_admission_beyond_the_limit_refuses_at_once_and_answers_health():
    admission = Admission(reading, most=1, body_seconds=60)
    busy, late, live, after = Conversation(PART), Conversation(), Conversation(), None
    after = Conversation(WHOLE)

    async def scene() -> None:
        under_way = asyncio.ensure_future(admission(SCOPE, busy.receive, busy.send))
        await asyncio.sleep(0)
        await admission(SCOPE, late.receive, late.send)
        await admission({**SCOPE, "path": "/health/live"}, live.receive, live.send)
        under_way.cancel()
        await asyncio.gather(under_way, return_exceptions=True)
        await admission(SCOPE, after.receive, after.send)

    asyncio.run(scene())
    assert (late.status, late.problem["code"]) == (503, "overloaded")
    assert (b"retry-after", b"5") in late.sent[0]["headers"]
    assert (live.status, live.sent[1]["body"]) == (200, b'{"status": "ok"}')
    assert (after.status, admission.under_way) == (204, 0)


def test_admission_body_that_does_not_come_is_refused():
    admission = Admission(reading, most=9, body_seconds=0)
    slow = Conversation(PART)
    asyncio.run(admission(SCOPE, slow.receive, slow.send))
    assert (slow.status, slow.problem["code"], admission.under_way) == (408, "request_timeout", 0)


async def count_given_back(*messages: Mapping[str, Any], wait: bool) -> int:
    loop, done, given_back = asyncio.get_running_loop(), asyncio.Event(), []

    def give_back() -> None:
        given_back.append(1)
        loop.call_soon_threadsafe(done.set)

    admission = Admission(reading, most=9, body_seconds=60, give_back=give_back, rest_seconds=0)
    for message in messages:
        client = Conversation(message)
        await admission(SCOPE, client.receive, client.send)
    if wait:
        await done.wait()
    await loop.shutdown_default_executor()
    return len(given_back)


def test_admission_after_large_bodies_gives_memory_back_once():
    large = {"type": "http.request", "body": bytes(LARGE_BODY_BYTES), "more_body": False}
    assert asyncio.run(count_given_back(large, large, wait=True)) == 1
    assert asyncio.run(count_given_back(WHOLE, wait=False)) == 0
