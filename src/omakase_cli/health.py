"""`omakase health`"""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import out, remark, show_json, show_table


def health(
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="mend what can be: lost jobs, schedules, what waits on the disk, versions, "
            "figures, digests",
        ),
    ] = False,
    detailed: Annotated[
        bool, typer.Option("--detailed", help="every part with its figures, well or not")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Look at every part, and at what is wrong now, each with the way out.

    Ends with 1 where something is wrong. `omakase doctor` looks at data and settings instead.

    Example: `omakase health --fix`
    """
    open_service()
    from omakase_service.alerts.detectors import findings
    from omakase_service.alerts.inspection import inspections
    from omakase_service.alerts.mending import mend
    from omakase_service.platform.registry import health_parts

    mended = mend() if fix else []
    states = {name: part.check() for name, part in health_parts.items()}
    wrong = [finding for finding in findings() if not finding.name.startswith("health: ")]
    if json:
        report: dict[str, Any] = {
            "parts": states,
            "findings": [asdict(finding) for finding in wrong],
        }
        report |= {"mended": mended} if fix else {}
        report |= (
            {"details": [asdict(inspection) for inspection in inspections()]} if detailed else {}
        )
        show_json(report)
    else:
        for sentence in mended:
            remark(sentence)
        show_table("Parts", ("part", "state"), list(states.items()))
        if detailed:
            rows = [
                (inspection.part, inspection.state, inspection.advice)
                for inspection in inspections()
            ]
            show_table("Details", ("part", "state", "what to do"), rows)
        for each in wrong:
            out().print(f"{each.name}: {each.message}. {each.advice}.")
    if wrong or set(states.values()) != {"ok"}:
        raise typer.Exit(1)
