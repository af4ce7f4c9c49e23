"""`omakase worker`"""

import time
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
    while True:
        done = work()
        if once and not done:
            return
        if not done:
            time.sleep(pause)


def work(*, heavy: bool | None = None) -> bool:
    """Do one job that waits; whether there was one whose key was free.

    Args:
        heavy: those that need a process of their own, or the others; None: any.
    """
    from omakase_service.jobs.selectors import job_numbered
    from omakase_service.jobs.services.scheduling import tick
    from omakase_service.jobs.services.worker import is_job_ready, recover_lost, run_next

    recover_lost()
    tick()
    if not is_job_ready(heavy=heavy):
        return False
    with steps() as hear:
        job_id = run_next(hear, heavy=heavy)
    if job_id is None:
        return False
    job = job_numbered(job_id=job_id)
    outcome = job.note or ", ".join(f"{name} {value}" for name, value in job.result.items())
    remark(f"Job {job_id} ({job.kind}) {job.state.value}{f': {outcome}' if outcome else ''}.")
    return True
