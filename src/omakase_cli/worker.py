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
    """Do the training that was asked for over HTTP (`POST /api/models/retrain`).

    `omakase serve` does it too, unless the setting training.beside_server is off. Any number may
    run; one of them trains at a time.

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
    """Do one waiting run; whether there was one, and nobody else was training."""
    from omakase_service.training.selectors import is_run_waiting, run_numbered
    from omakase_service.training.services import do_next_run, end_lost_runs

    end_lost_runs()
    if not is_run_waiting():
        return False
    with steps() as hear:
        run_id = do_next_run(hear)
    if run_id is None:
        return False
    run = run_numbered(run_id=run_id)
    remark(f"Run {run_id} {run.state.value}: {run.version or run.error or 'stopped'}.")
    return True
