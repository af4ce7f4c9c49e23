"""Jobs beside the server: a process that does what waits and what schedules make due.

It does none itself. One more process does the light jobs that wait, and another one each heavy one
(a training), so that a job that needs all the memory takes neither the server nor this process with
it, and all of them give their memory back at their end.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from omakase_cli.boot import start_django
from omakase_cli.console import remark
from omakase_cli.fresh_process import FRESH, end, is_begun_by_living, lean_context
from omakase_cli.prctl import name_process
from omakase_cli.worker import PAUSE_SECONDS, listed_worker, look_after, prepare_schedules, work

ENDING_SECONDS, JOB_ENDING_SECONDS = 10.0, 3.0
"""How long what ends in order may take; then it is ended all the same. Jobs begin anew later."""

NICE = 10
"""Answers go before training, where both want the same core."""


@contextmanager
def training_beside(wanted: bool) -> Iterator[None]:
    """While the block lasts, jobs that wait are done, if `wanted`; one under way ends with it."""
    if not wanted:
        yield
        return
    looking = lean_context().Process(target=look, name="training")
    looking.start()
    try:
        yield
    finally:
        end(looking, ENDING_SECONDS)


def look() -> None:
    """Do what waits, job by job, as long as the server lives."""
    name_process("omakase-jobs")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; it ends this one
    if hasattr(os, "nice"):
        os.nice(NICE)
    start_django()  # takes seconds on a busy machine; there is nothing to end in order yet
    ends = Stoppable()
    signal.signal(signal.SIGTERM, ends)
    heavy: BaseProcess | None = None
    light: BaseProcess | None = None
    prepared = False
    with listed_worker():
        try:
            while not ends.heard and is_begun_by_living():
                prepared = prepared or unless_away(prepare)
                unless_away(upkeep)
                heavy = begin(heavy, is_heavy_ready, do_heavy)
                light = begin(light, is_light_ready, do_light)
                time.sleep(PAUSE_SECONDS)
        finally:
            for job in (heavy, light):
                if job is not None:
                    end(job, JOB_ENDING_SECONDS)


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


def begin(
    running: "BaseProcess | None", is_ready: Callable[[], bool], do: Callable[[], None]
) -> "BaseProcess | None":
    """The process of the jobs under way; a new one where none is and one waits."""
    if running is not None and running.is_alive():
        return running
    if running is not None and running.exitcode:
        remark(f"The process of a job ended with {running.exitcode}.")
    if not unless_away(is_ready):
        return None
    process = FRESH.Process(target=do, name="job", daemon=True)
    process.start()
    return process


def unless_away(ask: Callable[[], bool]) -> bool:
    """What is asked of the database; no, while it is away."""
    from django.db import DatabaseError

    from omakase_service.platform.database import connection

    try:
        return ask()
    except DatabaseError:
        connection.close()
        return False


def prepare() -> bool:
    """See that the schedules have their rows."""
    prepare_schedules()
    return True


def upkeep() -> bool:
    """Begin anew what was lost, and enqueue what is due."""
    look_after()
    return True


def is_heavy_ready() -> bool:
    """Whether a heavy job waits that could be begun now."""
    from omakase_service.jobs.services.worker import is_job_ready

    return is_job_ready(heavy=True)


def is_light_ready() -> bool:
    """Likewise a light one."""
    from omakase_service.jobs.services.worker import is_job_ready

    return is_job_ready(heavy=False)


def do_heavy() -> None:
    """The process of one heavy job."""
    start_django()
    work(heavy=True)


def do_light() -> None:
    """The process of the light jobs that wait."""
    start_django()
    while work(heavy=False, quiet=True):
        pass
