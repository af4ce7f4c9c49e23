"""A client of Gorse's port, without a port."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from omakase_service.gorse.api import application
from omakase_service.gorse.lists import _popular
from omakase_service.gorse.selectors import _items_by_category
from omakase_service.platform.services import create_key


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def kept_connection() -> Iterator[None]:
    """The connection of the test's transaction stays open at the end of a request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@dataclass
class GorseClient:
    """Asks with a key; bodies are JSON unless they are bytes."""

    key: str

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        path, _, query = path.partition("?")
        sent = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": BytesIO(sent),
            "CONTENT_LENGTH": str(len(sent)),
            "HTTP_X_API_KEY": self.key,
            **({} if body is None else {"CONTENT_TYPE": "application/json"}),
            **headers,
        }
        answer = Answer(0, {}, b"")

        def start(status: str, given: list[tuple[str, str]]) -> None:
            answer.status, answer.headers = int(status.split()[0]), dict(given)

        with kept_connection():
            answer.body = b"".join(application()(environ, start))
        return answer


@pytest.fixture
def client_with(db: None) -> Callable[..., GorseClient]:
    """Makes a client with a key of some scopes."""
    _items_by_category.cache_clear()  # the catalog of another test had the same revision
    _popular.cache_clear()

    def make(*scopes: str) -> GorseClient:
        return GorseClient(create_key(name="gorse", scopes=scopes).secret)

    return make


@pytest.fixture
def gorse(client_with: Callable[..., GorseClient], settings_with: Any) -> GorseClient:
    """A client that reads and writes."""
    settings_with()
    return client_with("read", "write")


@pytest.fixture
def admin(gorse: GorseClient, client_with: Callable[..., GorseClient]) -> GorseClient:
    """A client that may do everything."""
    return client_with("read", "write", "admin")


@dataclass
class OwnersServer:
    """The owner's Gorse, as a real server: keeps what it is asked, and answers what it is given.

    Attributes:
        body, status: of every answer.
        location: where every answer points, but for those at that place.
        asked: method, path with query, headers and body of each request, in order.
    """

    body: bytes = b"[]"
    status: int = 200
    location: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        length = int(handler.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = (handler.command, handler.path, headers, handler.rfile.read(length))
        self.asked.append(request)
        is_elsewhere = self.location and not handler.path.startswith(self.location)
        handler.send_response(302 if is_elsewhere else self.status)
        if is_elsewhere:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", str(len(self.body)))
        handler.end_headers()
        handler.wfile.write(self.body)


@pytest.fixture
def owners_server() -> Iterator[OwnersServer]:
    """A real server in the place of the owner's Gorse."""
    owner = OwnersServer()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def answer(self) -> None:
            owner.answer(self)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    owner.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield owner
    server.shutdown()
    server.server_close()
    thread.join()
