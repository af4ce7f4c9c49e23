"""The bridge from ASGI to WSGI, against a WSGI application that says what it was given."""

import asyncio
import threading
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from tests.patience import PATIENCE_SECONDS

from omakase_service.http.wsgi_threads import WsgiThreads, environ_of, headers_of

SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "POST",
    "path": "/api/items/차",
    "query_string": b"a=%20b",
    "headers": [(b"host", b"shop.example"), (b"content-type", b"text/plain")],
    "client": ("1.2.3.4", 5678),
    "server": ("127.0.0.1", 8000),
    "scheme": "http",
    "http_version": "1.1",
}


class Echo:
    """A WSGI application that remembers, and answers with the body it was sent."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}
        self.threads: set[str] = set()
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start: Any) -> "Echo":
        self.seen = environ
        self.threads.add(threading.current_thread().name)
        start("201 Created", [("X-One", "1"), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
        return self

    def __iter__(self) -> Iterable[bytes]:
        return iter((b"got ", self.seen["wsgi.input"].read()))

    def close(self) -> None:
        self.closed += 1


def asked(app: WsgiThreads, *parts: bytes, **more: Any) -> list[Mapping[str, Any]]:
    """What the bridge sends for a request whose body comes in parts."""
    sent: list[Mapping[str, Any]] = []
    left = list(parts) or [b""]

    async def receive() -> Mapping[str, Any]:
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app({**SCOPE, **more}, receive, send))
    return sent


@pytest.fixture
def echo() -> Echo:
    return Echo()


def test_a_request_there_and_an_answer_back(echo):
    start, body = asked(WsgiThreads(echo, 2, 100), b"on", b"e")
    assert (start["type"], start["status"]) == ("http.response.start", 201)
    assert start["headers"] == [(b"x-one", b"1"), (b"set-cookie", b"a"), (b"set-cookie", b"b")]
    assert body == {"type": "http.response.body", "body": b"got one"}
    assert echo.closed == 1


def test_the_request_as_wsgi_writes_it(echo):
    asked(WsgiThreads(echo, 1, 100), b"abc")
    seen = echo.seen
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/api/items/차"
    assert seen["QUERY_STRING"] == "a=%20b"
    assert (seen["REMOTE_ADDR"], seen["SERVER_PORT"]) == ("1.2.3.4", "8000")
    assert (seen["HTTP_HOST"], seen["CONTENT_TYPE"]) == ("shop.example", "text/plain")
    assert (seen["REQUEST_METHOD"], seen["CONTENT_LENGTH"]) == ("POST", "3")


def test_body_beyond_the_limit_is_read_no_further(echo):
    """The application hears of a length over its limit, and refuses."""
    asked(WsgiThreads(echo, 1, most=10), *[b"x" * 6] * 100)
    assert echo.seen["CONTENT_LENGTH"] == "12"


def test_a_false_length_does_not_get_through(echo):
    headers = [(b"content-length", b"9999")]
    asked(WsgiThreads(echo, 1, 100), b"abc", headers=headers)
    assert echo.seen["CONTENT_LENGTH"] == "3"


def test_the_threads_stay(echo):
    app = WsgiThreads(echo, 1, 100)
    for _ in range(5):
        asked(app)
    assert echo.threads == {"http_0"}
    app.close()
    with pytest.raises(RuntimeError):
        asked(app)


def test_an_application_that_fails_is_closed_all_the_same(echo):
    class Broken(Echo):
        def __iter__(self) -> Iterable[bytes]:
            raise ValueError("broken")

    broken = Broken()
    with pytest.raises(ValueError, match="broken"):
        asked(WsgiThreads(broken, 1, 100))
    assert broken.closed == 1


def test_headers_sent_twice_are_joined_and_look_alikes_left_out():
    headers = [
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-forwarded-for", b"1.1.1.1"),
        (b"x-forwarded-for", b"2.2.2.2"),
        (b"x_forwarded_for", b"6.6.6.6"),
    ]
    assert headers_of(headers) == {
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_FORWARDED_FOR": "1.1.1.1,2.2.2.2",
    }


def test_a_socket_file_has_neither_peer_nor_port():
    environ = environ_of({**SCOPE, "client": None, "server": None}, b"", 0)
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"]) == ("", "localhost")


def test_stream_of_events_goes_out_part_by_part_before_it_ends():
    """The application waits for the first part to be out before it makes the second."""
    first_is_out, sent = threading.Event(), []

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/event-stream; charset=utf-8")])
        return parts()

    def parts() -> Iterable[bytes]:
        yield b"one"
        assert first_is_out.wait(PATIENCE_SECONDS)
        yield b"two"

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)
        if message.get("body") == b"one":
            first_is_out.set()

    http = WsgiThreads(application, 1, 100)
    asyncio.run(http(SCOPE, receive, send))
    http.close()
    assert sent[0]["status"] == 200
    bodies = [(each["body"], each.get("more_body", False)) for each in sent[1:]]
    assert bodies == [(b"one", True), (b"two", True), (b"", False)]
