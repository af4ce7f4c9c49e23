"""Processes that begin others: afresh, or as forks that share what is imported; and their end."""

import gc
import os
import sys
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from omakase.errors import ConfigError, OmakaseError
from omakase_cli.boot import start_django

FRESH = get_context("spawn")
"""A fork would take open connections along, and whatever was imported."""

THREADS = Path("/proc/self/task")
"""One entry a thread, those of libraries among them. Linux only."""


def share_imports() -> None:
    """Import the service here, where the processes that begin later are forks of this one.

    What a fork does not write to is in memory once for all of them.
    """
    if may_fork():
        start_django()
        gc.freeze()  # the collector would write to each object


def lean_context() -> SpawnContext | ForkContext:
    """How a process begins another that is to hold little memory: by a fork where it may."""
    return get_context("fork") if may_fork() else FRESH


def may_fork() -> bool:
    """Whether nothing is open here that a fork must not take along: a thread or a connection."""
    if not THREADS.is_dir() or len(list(THREADS.iterdir())) > 1:
        return False
    database = sys.modules.get("django.db")
    begun = database.connections.all(initialized_only=True) if database is not None else ()
    return all(connection.connection is None for connection in begun)


def is_begun_by_living() -> bool:
    """Whether the process that began this one still runs.

    By its number: the server's workers keep open what `multiprocessing` would look at.
    """
    server = parent_process()
    return server is None or (server.is_alive() and os.getppid() == server.pid)


def end(process: BaseProcess, seconds: float) -> None:
    """Ask a process to end, and end it when it has not within its time."""
    process.terminate()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()


def run_apart(work: Callable[[], object]) -> None:
    """Call a function of a module in a process of its own, and wait for its end.

    Raises:
        ConfigError: what the function refused, in its words.
        SystemExit: the process ended otherwise; it said why itself.
    """
    context = lean_context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_attempt, args=(work, sender))
    process.start()
    sender.close()  # so that the end of the process is the end of the pipe
    try:
        refusal = receiver.recv()
    except EOFError:
        refusal = ""
    process.join()
    if refusal:
        raise ConfigError(refusal)
    if process.exitcode:
        raise SystemExit(process.exitcode)


def _attempt(work: Callable[[], object], sender: Any) -> None:
    try:
        work()
    except OmakaseError as error:
        sender.send(str(error))
