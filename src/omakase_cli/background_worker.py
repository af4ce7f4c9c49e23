"""Training beside the server: a process that looks for what was asked for over HTTP.

It starts one more process for each run, so that a run that needs all the memory takes neither the
server nor the looking with it, and gives the memory back at its end.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from omakase_cli.boot import start_django
from omakase_cli.console import remark
from omakase_cli.worker import PAUSE_SECONDS, work

FRESH = get_context("spawn")
"""A fork would take the server's open connections along."""

NICE = 10
"""Answers go before training, where both want the same core."""


@contextmanager
def training_beside(wanted: bool) -> Iterator[None]:
    """While the block lasts, runs that wait are done, if `wanted`; one under way ends with it."""
    if not wanted:
        yield
        return
    looking = FRESH.Process(target=look, name="training")
    looking.start()
    try:
        yield
    finally:
        looking.terminate()
        looking.join()


def look() -> None:
    """Do what waits, run by run, as long as the server lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; it ends this one
    ends = Stoppable()
    signal.signal(signal.SIGTERM, ends)
    if hasattr(os, "nice"):
        os.nice(NICE)
    start_django()
    server = parent_process()
    while not ends.heard and (server is None or server.is_alive()):
        if not (is_asked() and done_apart()):
            time.sleep(PAUSE_SECONDS)


class Stoppable:
    """Hears that it is over, and leaves at once.

    Attributes:
        heard: it was said. What is raised in a callback of the interpreter's own goes nowhere.
    """

    def __init__(self) -> None:
        self.heard = False

    def __call__(self, *signal: object) -> None:
        self.heard = True
        sys.exit()


def is_asked() -> bool:
    """Whether a run waits that could be done now; no, while the database is away."""
    from django.db import DatabaseError, connection

    from omakase_service.training.lease import is_free
    from omakase_service.training.selectors import is_run_waiting

    try:
        return is_run_waiting() and is_free()
    except DatabaseError:
        connection.close()
        return False


def done_apart() -> bool:
    """Do one run in a process of its own; whether that came to its end."""
    one = FRESH.Process(target=do_one, name="run", daemon=True)
    one.start()
    one.join()
    if one.exitcode:
        from omakase_service.training.services import end_lost_runs

        remark(f"The training process ended with {one.exitcode}.")
        end_lost_runs()
    return not one.exitcode


def do_one() -> None:
    """The process of one run."""
    start_django()
    work()
