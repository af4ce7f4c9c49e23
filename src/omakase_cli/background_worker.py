"""Jobs beside the server: a process that does what waits and what schedules make due.

It does light jobs itself and starts one more process for each heavy one (a training), so that one
that needs all the memory takes neither the server nor this process with it, and gives the memory
back at its end.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess

from omakase_cli.boot import start_django
from omakase_cli.console import remark
from omakase_cli.worker import PAUSE_SECONDS, look_after, prepare_schedules, work

FRESH = get_context("spawn")
"""A fork would take the server's open connections along."""

NICE = 10
"""Answers go before training, where both want the same core."""


@contextmanager
def training_beside(wanted: bool) -> Iterator[None]:
    """While the block lasts, jobs that wait are done, if `wanted`; one under way ends with it."""
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
    """Do what waits, job by job, as long as the server lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; it ends this one
    if hasattr(os, "nice"):
        os.nice(NICE)
    start_django()  # takes seconds on a busy machine; there is nothing to end in order yet
    ends = Stoppable()
    signal.signal(signal.SIGTERM, ends)
    server = parent_process()
    heavy: BaseProcess | None = None
    prepared = False
    while not ends.heard and (server is None or server.is_alive()):
        prepared = prepared or unless_away(prepare)
        heavy = begin_heavy(heavy)
        if not unless_away(work_lightly):
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


def begin_heavy(running: "BaseProcess | None") -> "BaseProcess | None":
    """The process of the heavy job under way; a new one where none is and one waits."""
    if running is not None and running.is_alive():
        return running
    if running is not None and running.exitcode:
        remark(f"The process of a job ended with {running.exitcode}.")
    if not unless_away(is_heavy_ready):
        return None
    process = FRESH.Process(target=do_one, name="job", daemon=True)
    process.start()
    return process


def unless_away(ask: Callable[[], bool]) -> bool:
    """What is asked of the database; no, while it is away."""
    from django.db import DatabaseError, connection

    try:
        return ask()
    except DatabaseError:
        connection.close()
        return False


def prepare() -> bool:
    """See that the schedules have their rows."""
    prepare_schedules()
    return True


def is_heavy_ready() -> bool:
    """Whether a heavy job waits that could be begun now."""
    from omakase_service.jobs.services.worker import is_job_ready

    return is_job_ready(heavy=True)


def work_lightly() -> bool:
    """Look after all jobs, and do one light one here; whether there was one."""
    look_after()
    return work(heavy=False, quiet=True)


def do_one() -> None:
    """The process of one heavy job."""
    start_django()
    work(heavy=True)
