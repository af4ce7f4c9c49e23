"""`omakase schedule`: list, set and delete schedules."""

from dataclasses import asdict
from typing import Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table
from omakase_cli.job.commands import AsJson, parse_object

Name = Annotated[str, typer.Argument(metavar="NAME")]


def list_schedules(json: AsJson = False) -> None:
    """List schedules: what is due when, and what became of the last time.

    Example: `omakase schedule list`
    """
    open_service()
    from omakase_service.jobs.services.scheduling import schedules

    cards = schedules()
    if json:
        show_json([asdict(card) for card in cards])
        return
    rows = [
        (
            card.name,
            card.kind,
            card.cron,
            card.time_zone,
            f"{card.next_run:%F %H:%M} UTC" if card.next_run else "off",
            card.note,
        )
        for card in cards
    ]
    show_table("Schedules", ("name", "kind", "cron", "zone", "next", "note"), rows)


def set_schedule(
    name: Name,
    cron: Annotated[
        str | None, typer.Option(help="minute hour day month weekday: '0 3 * * *'")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="of job; by itself the name")] = None,
    parameters: Annotated[str | None, typer.Option(help="a JSON object")] = None,
    time_zone: Annotated[str | None, typer.Option(help="as in Asia/Seoul")] = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off")] = None,
) -> None:
    """Create or change a schedule; what is not named stays.

    Example: `omakase schedule set train --cron '0 3 * * *' --time-zone Asia/Seoul`
    """
    open_service()
    from omakase_service.jobs.services.scheduling import save_schedule

    card = save_schedule(
        name=name,
        cron=cron,
        kind=kind,
        parameters=None if parameters is None else parse_object(parameters),
        time_zone=time_zone,
        enabled=enabled,
    )
    when = f"next at {card.next_run:%F %H:%M} UTC" if card.next_run else "switched off"
    remark(f"Schedule {card.name}: {card.cron} in {card.time_zone}, {when}.")


def remove_schedule(name: Name) -> None:
    """Delete a schedule; one that comes by default is switched off.

    Example: `omakase schedule delete nightly`
    """
    open_service()
    from omakase_service.jobs.services.scheduling import delete_schedule

    delete_schedule(name=name)
    remark(f"Schedule {name} is gone, or switched off.")
