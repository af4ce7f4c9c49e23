"""`omakase worker`"""

import time
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.screen import remark, steps


def worker(
    once: Annotated[bool, typer.Option("--once", help="do what waits, and end")] = False,
    pause: Annotated[float, typer.Option(min=0.1, help="seconds between looks")] = 2.0,
) -> None:
    """Do the training that was asked for over HTTP (`POST /api/models/retrain`).

    Any number may run; each run is done by one.

    Example: `omakase worker`
    """
    open_service()
    while True:
        done = work()
        if once and not done:
            return
        if not done:
            time.sleep(pause)


def work() -> bool:
    """Do one waiting run; whether there was one."""
    from omakase_service.training.selectors import run_numbered
    from omakase_service.training.services import claim_run, execute_run

    run_id = claim_run()
    if run_id is None:
        return False
    with steps() as hear:
        execute_run(run_id=run_id, progress=hear)
    run = run_numbered(run_id=run_id)
    remark(f"Run {run_id} {run.state.value}: {run.version or run.error or 'stopped'}.")
    return True
