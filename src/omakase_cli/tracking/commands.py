"""`omakase tracking`: list, show, card and send."""

from dataclasses import asdict
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import out, remark, show_json, show_table

AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="see `omakase tracking list`")]


def list_runs(json: AsJson = False) -> None:
    """List runs of training, newest first, with what their best model does.

    Example: `omakase tracking list`
    """
    open_service()
    from omakase_service.tracking.selectors import tracked_runs

    runs = tracked_runs()
    if json:
        show_json([asdict(run) for run in runs])
        return
    rows = [
        (
            run.name,
            run.tags["stage"],
            run.parameters["best"],
            "  ".join(f"{n} {v:.4g}" for n, v in sorted(run.metrics.items()) if "." not in n),
        )
        for run in runs
    ]
    show_table("Runs", ("version", "stage", "best", "measures"), rows)


def show_run(version: Version, json: AsJson = False) -> None:
    """Show a run: parameters, metrics, and the curves of models learnt step by step.

    Example: `omakase tracking show 20261201-030000`
    """
    open_service()
    from omakase_service.tracking.selectors import run_by_name

    run = run_by_name(name=version)
    if json:
        show_json(asdict(run))
        return
    show_table("Parameters", ("name", "value"), sorted(run.parameters.items()))
    show_table("Metrics", ("name", "value"), sorted(run.metrics.items()))
    if run.curves:
        points = [(point.metric, point.step, point.value) for point in run.curves]
        show_table("Curves", ("metric", "step", "value"), points)


def show_card(version: Version) -> None:
    """Show a run's model card, in Markdown.

    Example: `omakase tracking card 20261201-030000`
    """
    open_service()
    from omakase_service.tracking.selectors import run_by_name

    out().print(run_by_name(name=version).card.rstrip())


def send_runs() -> None:
    """Tell MLflow what was trained since, now; a job does it every ten minutes.

    Example: `omakase tracking send`
    """
    open_service()
    from omakase_service.tracking.services import send

    new, changed = send()
    remark(f"{new} runs are new to the tracker, {changed} have changed.")
