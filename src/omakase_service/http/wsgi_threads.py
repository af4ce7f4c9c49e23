"""HTTP by Django's own WSGI handler in a few threads, behind a server that speaks ASGI.

Django's ASGI handler starts a thread for each request of synchronous code, with a new connection to
the database in it. Here the threads stay, and their connections with them.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from sys import stderr
from typing import Any

from omakase_service.http.admission import read_body
from omakase_service.http.contracts import Receive, Scope, Send
from omakase_service.platform.path_ids import path_of

EVENTS = b"text/event-stream"


@dataclass
class StartResponse:
    """What an application said before its body."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def is_stream(self) -> bool:
        """Whether the body is a stream of events."""
        return any(k == b"content-type" and v.startswith(EVENTS) for k, v in self.headers)

    def message(self) -> dict[str, Any]:
        """The same as ASGI says it."""
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}

    def __call__(self, status: str, headers: list[tuple[str, str]], error: object = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]


class WsgiThreads:
    """An ASGI application for HTTP, made of a WSGI one.

    Args:
        application: the WSGI one; answers are sent whole, but for streams of events
            (text/event-stream), of which each part goes out as soon as it is there.
        threads: requests that are answered at a time; the others wait for their turn.
        most: bytes of a body. Of a longer one no more is read, and the application, which is told
            the length, refuses it.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int, most: int):
        self._application, self._most = application, most
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body, length = await read_body(receive, self._most)
        environ = environ_of(scope, body, length)
        loop = asyncio.get_running_loop()

        def pass_on(message: Mapping[str, Any]) -> None:
            asyncio.run_coroutine_threadsafe(_sent(send, message), loop).result()

        answer = await loop.run_in_executor(self.pool, self._answer, environ, pass_on)
        if answer is not None:
            await send(answer[0].message())
            await send({"type": "http.response.body", "body": answer[1]})

    def close(self) -> None:
        """Return when the last request that was begun is answered."""
        self.pool.shutdown()

    def _answer(
        self, environ: dict[str, Any], pass_on: Callable[[Mapping[str, Any]], None]
    ) -> tuple[StartResponse, bytes] | None:
        """What to send; None where it was sent as a stream."""
        started = StartResponse()
        chunks = self._application(environ, started)
        try:
            if not started.is_stream:
                return started, b"".join(chunks)
            pass_on(started.message())
            for chunk in chunks:
                pass_on({"type": "http.response.body", "body": chunk, "more_body": True})
            pass_on({"type": "http.response.body", "body": b""})
            return None
        finally:
            if hasattr(chunks, "close"):
                chunks.close()  # Django ends its request here


async def _sent(send: Send, message: Mapping[str, Any]) -> None:
    """Send; as a coroutine of Python's own, whatever the server's is."""
    await send(message)


def environ_of(scope: Scope, body: bytes, length: int) -> dict[str, Any]:
    """A request as WSGI writes it (PEP 3333): text is bytes, read as Latin-1."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path_of(scope["path"], scope.get("raw_path")).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    return environ | headers_of(scope["headers"]) | {"CONTENT_LENGTH": str(length)}


def headers_of(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by their WSGI names; those sent twice are joined.

    A name with an underscore is left out: it would pass for the one with a hyphen, which a proxy
    in front may have checked.
    """
    found: dict[str, str] = {}
    for name, value in headers:
        if b"_" in name:
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = value.decode("latin-1")
        between = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{between}{text}" if key in found else text
    return found
