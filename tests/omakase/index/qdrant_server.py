"""What a Qdrant server says over HTTP, as far as the index asks it; behind it, Qdrant's own memory.

No wheel brings the server itself.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qdrant_client import QdrantClient, models


class QdrantServer:
    """Started, stopped and started again at one address; remembers what it held, or forgets it."""

    def __init__(self) -> None:
        self.memory = QdrantClient(":memory:")
        self.searches = 0
        self.server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        handler = type("Bound", (_Handler,), {"outer": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self, *, forget: bool = False) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
        if forget:
            self.memory = QdrantClient(":memory:")

    def answer(self, method: str, path: list[str], body: Any) -> Any:
        """The `result` of a request."""
        match method, path:
            case "GET", ["collections"]:
                return self.memory.get_collections().model_dump()
            case "GET", ["collections", name, "exists"]:
                return {"exists": self.memory.collection_exists(name)}
            case "POST", ["collections", "aliases"]:
                made = [models.CreateAliasOperation(**each) for each in body["actions"]]
                return self.memory.update_collection_aliases(made)
            case "PUT", ["collections", name]:
                shape = models.VectorParams(**body["vectors"])
                return self.memory.create_collection(name, vectors_config=shape)
            case "DELETE", ["collections", name]:
                return self.memory.delete_collection(name)
            case "PUT", ["collections", name, "points"]:
                points = models.Batch(**body["batch"])
                return self.memory.upsert(name, points).model_dump()
            case "POST", ["collections", name, "points", "count"]:
                return self.memory.count(name).model_dump()
            case "POST", ["collections", name, "points", "query", "batch"]:
                self.searches += 1
                asks = [models.QueryRequest(**each) for each in body["searches"]]
                found = self.memory.query_batch_points(name, asks)
                return [each.model_dump() for each in found]
        raise ValueError(f"{method} {'/'.join(path)} is not played")


class _Handler(BaseHTTPRequestHandler):
    outer: QdrantServer
    protocol_version = "HTTP/1.1"
    timeout = 0.5  # an idle line does not outlive its server for long

    def do_GET(self) -> None:
        self.respond("GET")

    def do_PUT(self) -> None:
        self.respond("PUT")

    def do_POST(self) -> None:
        self.respond("POST")

    def do_DELETE(self) -> None:
        self.respond("DELETE")

    def respond(self, method: str) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0].strip("/").split("/")
        try:
            if self.outer.server is None:
                raise ConnectionError("stopped")
            result = self.outer.answer(method, path, json.loads(raw or b"null"))
            status, said = 200, {"result": result, "status": "ok", "time": 0.0}
        except ConnectionError:
            self.close_connection = True
            return
        except ValueError as error:
            status, said = 404, {"status": {"error": str(error)}, "time": 0.0}
        text = json.dumps(said, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *words: object) -> None:
        return None
