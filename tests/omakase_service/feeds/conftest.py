"""A web server of the owner's, with a feed on it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Shop:
    """What the server answers, and what it was asked.

    Attributes:
        body, etag: of the feed; an empty etag is not sent.
        to: where it sends on, if anywhere.
    """

    port: int
    body: bytes = b""
    etag: str = ""
    to: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed?key=secret"


@pytest.fixture
def shop(settings_with) -> Iterator[Shop]:
    settings_with(feeds={"private_addresses": True})
    own = Shop(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own.asked.append(dict(self.headers))
            if own.to:
                self.send_response(302)
                self.send_header("Location", own.to)
                self.end_headers()
                return
            if own.etag and self.headers.get("If-None-Match") == own.etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(200)
            if own.etag:
                self.send_header("ETag", own.etag)
            self.send_header("Content-Length", str(len(own.body)))
            self.end_headers()
            self.wfile.write(own.body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        own.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield own
        server.shutdown()
        thread.join()
