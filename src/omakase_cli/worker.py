"""`omakase worker`"""

import time
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, steps

PAUSE_SECONDS = 2.0


def worker(
    once: Annotated[bool, typer.Option("--once", help="do what waits, and end")] = False,
    pause: Annotated[float, typer.Option(min=0.1, help="seconds between looks")] = PAUSE_SECONDS,
) -> None:
    """Do the jobs that wait, and those that schedules make due.

    `omakase serve` does them too, unless the setting training.beside_server is off. Any number may
    run, on any machine; of jobs with the same key one is done at a time.

    Example: `omakase worker`
    """
    open_service()
    prepare_schedules()
    with nullcontext() if once else listed_worker():  # one that ends soon is no machine to list
        while True:
            look_after()
            done = work()
            if once and not done:
                return
            if not done:
                time.sleep(pause)


def listed_worker() -> AbstractContextManager[None]:
    """This process is one of the house's while the block lasts."""
    from omakase_service.cluster.contracts import NodeRole
    from omakase_service.cluster.services import heart_beating

    return heart_beating(NodeRole.WORKER)


def work(*, heavy: bool | None = None, quiet: bool = False) -> bool:
    """Do one job that waits; whether there was one whose key was free.

    Args:
        heavy: those that need a process of their own, or the others; None: any.
        quiet: tell of what failed alone; all of it stands in `omakase job list`.
    """
    from omakase_service.jobs.contracts import JobState
    from omakase_service.jobs.selectors import job_by_id
    from omakase_service.jobs.services.worker import run_next
    from omakase_service.platform.contracts import nobody

    with nullcontext(nobody) if quiet else steps() as hear:
        job_id = run_next(hear, heavy=heavy)
    if job_id is None:
        return False
    job = job_by_id(job_id=job_id)
    if not quiet or job.state is JobState.FAILED:
        outcome = job.note or ", ".join(f"{name} {value}" for name, value in job.result.items())
        remark(f"Job {job_id} ({job.kind}) {job.state.value}{f': {outcome}' if outcome else ''}.")
    return True


def prepare_schedules() -> None:
    """See that the schedules of handlers and settings have their rows; once for each worker."""
    from omakase_service.jobs.services.scheduling import ensure_defaults

    ensure_defaults()


def look_after() -> None:
    """Begin anew what was lost, and enqueue what is due."""
    from omakase_service.jobs.services.scheduling import tick
    from omakase_service.jobs.services.worker import recover_lost

    recover_lost()
    tick()
