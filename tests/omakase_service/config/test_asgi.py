"""The one door for HTTP, WebSocket, start and stop."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from omakase_service.config import asgi
from omakase_service.platform import notifications


def conversation(scope: dict[str, Any], *messages: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    sent: list[Mapping[str, Any]] = []
    waiting = list(messages)

    async def receive() -> Mapping[str, Any]:
        return waiting.pop(0)

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(asgi.application(scope, receive, send))
    return sent


@pytest.mark.django_db
def test_http_is_answered_by_django():
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/health/live",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    start, body = conversation(scope, {"type": "http.request", "body": b""})
    assert (start["status"], body["body"]) == (200, b'{"status": "ok"}')
    assert b"x-request-id" in dict(start["headers"])


def test_a_websocket_at_another_address_is_not_opened():
    sent = conversation({"type": "websocket", "path": "/ws/other/", "headers": []})
    assert sent == [{"type": "websocket.close", "code": 4404}]


def test_start_and_stop(monkeypatch):
    closed = []
    monkeypatch.setattr(asgi.http, "close", lambda: closed.append("http"))
    monkeypatch.setattr(asgi, "threads", lambda: Pool(closed))
    monkeypatch.setattr(asgi.live_version, "follow", lambda: closed.append("follows"))
    monkeypatch.setattr(asgi.live_version, "unfollow", lambda: closed.append("no more"))
    scope = {"type": "lifespan"}
    sent = conversation(scope, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    assert [m["type"] for m in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert closed == ["follows", "http", "pages", "no more"]
    assert notifications.bound_loop is None


def test_pages_are_left_before_the_server_hears_that_it_stops(monkeypatch):
    first: list[object] = []
    monkeypatch.setattr(asgi, "before_stop", first.append)
    monkeypatch.setattr(asgi.live_version, "follow", lambda: None)
    monkeypatch.setattr(asgi.http, "close", lambda: None)
    monkeypatch.setattr(asgi, "threads", lambda: Pool([]))
    conversation({"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    assert first == [asgi.leave_pages]


class Pool:
    def __init__(self, closed: list[str]) -> None:
        self.closed = closed

    def shutdown(self) -> None:
        self.closed.append("pages")
