"""`omakase retention`"""

from dataclasses import asdict
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table, steps


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="count alone, remove nothing")] = False,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Remove what the settings keep no longer, and say what it was; a job does it every night.

    Example: `omakase retention --dry-run`
    """
    open_service()
    from omakase_service.jobs.services.worker import alone
    from omakase_service.retention.services import prune

    with steps() as hear, alone("retention"):
        reports = prune(dry_run=dry_run, hears=lambda step: hear(0, 0, step))
    if json:
        show_json([asdict(report) for report in reports])
        return
    verb = "would go" if dry_run else "went"
    rows = [
        (
            report.kind,
            f"{report.days:g} days" if report.days else "for ever",
            report.removed,
            report.needed,
        )
        for report in reports
    ]
    show_table("Retention", ("what", "kept", verb, "older, still needed"), rows)
    if any(report.needed for report in reports):
        remark("What is needed still waits for training, a roll-up or an outbox to read it.")
