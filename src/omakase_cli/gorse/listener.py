"""Gorse's port beside the server: a process of its own, which ends with it."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from omakase_cli.addresses import origin_of
from omakase_cli.console import remark
from omakase_cli.fresh_process import end, is_begun_by_living, lean_context
from omakase_cli.prctl import name_process

APPLICATION = "omakase_service.config.gorse_asgi:application"
ServerFactory = Callable[..., Any]
ENDING_SECONDS = 15.0
"""How long requests under way have when the server ends."""

LOOK_SECONDS = 1.0
"""How soon it is noticed that the server was killed."""


@contextmanager
def gorse_beside(host: str, port: int | None, server: ServerFactory) -> Iterator[None]:
    """While the block lasts, Gorse's API is answered on a port, if one is named.

    Args:
        server: makes the web server of an application, ready to serve.
    """
    if port is None:
        yield
        return
    listening = lean_context().Process(target=answer, args=(host, port, server), name="gorse")
    listening.start()
    remark(f"Gorse's API on {origin_of(host, port)}, with X-API-Key")
    try:
        yield
    finally:
        end(listening, ENDING_SECONDS)


def answer(host: str, port: int, server: ServerFactory) -> None:
    """Answer on a port until told to stop, or until the server is gone."""
    name_process("omakase-gorse")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; it ends this one
    from omakase_cli.boot import read_settings, start_django

    start_django()
    web = read_settings().web
    listener = server(APPLICATION, host, port, 1, web)
    threading.Thread(target=_end_with_server, name="gorse-end", daemon=True).start()
    listener.serve()


def _end_with_server() -> None:
    """A server that was killed tells nobody: this process ends itself as if it had."""
    while is_begun_by_living():
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
