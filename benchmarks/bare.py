"""The least a server of this kind can do: Granian answering bytes that were ready before."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.served import PATIENCE_SECONDS, free_port

FILE = "BARE_ANSWER"
"""The environment variable that names the file with the body of the answer."""

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]


def answer(body: bytes) -> Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]:
    """An application that says always the same."""
    length = str(len(body)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    end = {"type": "http.response.body", "body": body}

    async def application(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await receive()
            await send(start)
            await send(end)

    return application


@contextmanager
def bare(body: bytes) -> Iterator[tuple[int, int]]:
    """Port and process of one that answers so, with one worker, until the block ends."""
    port = free_port()
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(body)
        words = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port)]
        words += ["--log-level", "warning", "--no-ws", "benchmarks.bare:application"]
        root = str(Path(__file__).parent.parent)
        environment = {**os.environ, FILE: file.name, "PYTHONPATH": root}
        with subprocess.Popen(words, env=environment) as process:
            try:
                _wait_for(port)
                yield port, process.pid
            finally:
                process.terminate()
                process.wait(PATIENCE_SECONDS)


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("bare Granian did not come up")


application = answer(Path(os.environ[FILE]).read_bytes() if FILE in os.environ else b"")
