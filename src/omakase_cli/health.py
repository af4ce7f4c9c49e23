"""`omakase health`"""

from dataclasses import asdict
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import out, remark, show_json, show_table


def health(
    fix: Annotated[
        bool, typer.Option("--fix", help="mend what can be mended: lost jobs, figures, journal")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Look at every part, and at what is wrong now, each with the way out.

    Ends with 1 where something is wrong. `omakase doctor` looks at data and settings instead.

    Example: `omakase health --fix`
    """
    open_service()
    from omakase_service.alerts.detectors import findings
    from omakase_service.platform.registry import health_parts

    if fix:
        mend()
    states = {name: part.check() for name, part in health_parts.items()}
    wrong = [each for each in findings() if not each.name.startswith("health: ")]
    if json:
        show_json({"parts": states, "findings": [asdict(each) for each in wrong]})
    else:
        show_table("Parts", ("part", "state"), list(states.items()))
        for each in wrong:
            out().print(f"{each.name}: {each.message}. {each.advice}.")
    if wrong or set(states.values()) != {"ok"}:
        raise typer.Exit(1)


def mend() -> None:
    """Begin lost jobs anew, store what waits in the journal, and count figures anew."""
    from omakase_service.events.ingest import journal, replay
    from omakase_service.jobs.services.worker import recover_lost, run_now

    recover_lost()
    if journal().waiting():
        replay()
        remark("Events that waited in the journal are stored.")
    run_now(kind="roll_up")
