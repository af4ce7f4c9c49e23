"""`omakase events quarantine`, `quarantines`, `release` and `suspects`"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table

if TYPE_CHECKING:
    from omakase_service.events.quarantine_contracts import EventSelection, QuarantineCard

AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
Names = list[str] | None


def quarantine(
    user: Annotated[Names, typer.Option(help="of this user; may be repeated")] = None,
    session: Annotated[Names, typer.Option(help="or of this session; may be repeated")] = None,
    item: Annotated[Names, typer.Option(help="about this item; may be repeated")] = None,
    since: Annotated[str | None, typer.Option(help="of this time or later, with its zone")] = None,
    until: Annotated[str | None, typer.Option(help="before this time, with its zone")] = None,
    more_than: Annotated[
        int | None, typer.Option(help="only of people with more events than this in that span")
    ] = None,
    reason: Annotated[str, typer.Option(help="why, for who looks at it later")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="count alone, move nothing")] = False,
    json: AsJson = False,
) -> None:
    """Put events aside: popularity, profiles and training know them no more, and nothing is lost.

    What is named must all hold. Models that learnt of the events know them until the next
    `omakase train`; `omakase events release` brings the events back.

    Example: `omakase events quarantine --since 2026-12-01T00:00Z --more-than 1000`
    """
    open_service()
    from omakase_service.events import quarantine as service

    selection = selection_of(
        user_ids=user or [],
        session_ids=session or [],
        item_ids=item or [],
        since=since,
        until=until,
        more_than=more_than,
    )
    if dry_run:
        number = service.count_chosen(selection)
        if json:
            show_json({"events": number})
        else:
            remark(f"{number:,} events would be put aside.")
        return
    card = service.quarantine(selection=selection, reason=reason, author="terminal")
    if json:
        show_json(asdict(card))
        return
    remark(
        f"{card.events:,} events are aside as quarantine {card.number}. Models know them until the "
        f"next `omakase train`; `omakase events release {card.number}` brings them back."
    )


def selection_of(**fields: Any) -> "EventSelection":
    """What the options name.

    Raises:
        ConfigError: nothing, or a time that cannot be read.
    """
    from pydantic import ValidationError

    from omakase.errors import ConfigError
    from omakase_service.events.quarantine_contracts import EventSelection

    fields_set = {name: value for name, value in fields.items() if value not in (None, [])}
    try:
        return EventSelection(**fields_set)
    except ValidationError as error:
        words = [
            f"{''.join(f'--{option}: '.replace('_', '-') for option in each['loc'][:1])}"
            f"{each['msg'].removeprefix('Value error, ')}"
            for each in error.errors()
        ]
        raise ConfigError("; ".join(words)) from None


def release(
    number: Annotated[int, typer.Argument(help="of `omakase events quarantines`")],
    json: AsJson = False,
) -> None:
    """Bring events that were put aside back into the log; the next training learns them again.

    Example: `omakase events release 3`
    """
    open_service()
    from omakase_service.events.quarantine import release as bring_back

    card = bring_back(number=number)
    if json:
        show_json(asdict(card))
        return
    remark(f"{card.events:,} events of quarantine {card.number} are back in the log.")


def list_quarantines(json: AsJson = False) -> None:
    """What is put aside, why, and by which number it is released.

    Example: `omakase events quarantines`
    """
    open_service()
    from omakase_service.events.quarantine import quarantines

    cards = quarantines()
    if json:
        show_json([asdict(card) for card in cards])
        return
    columns = ("quarantine", "since", "events", "state", "by", "reason")
    show_table("", columns, [cells(card) for card in cards])


def cells(card: "QuarantineCard") -> tuple[object, ...]:
    """One line of the table."""
    state = f"released {card.released:%Y-%m-%d %H:%M}" if card.released else "aside"
    created = f"{card.created:%Y-%m-%d %H:%M}"
    return card.number, created, card.events, state, card.author, card.reason


def list_suspects(
    more_than: Annotated[
        int | None, typer.Option(help="events within the last day; by itself the alert's limit")
    ] = None,
    json: AsJson = False,
) -> None:
    """Who did more within the last day than people do, the busiest first.

    Example: `omakase events suspects --more-than 500`
    """
    open_service()
    from omakase_service.events.anomalies import busy_people
    from omakase_settings import settings

    most = settings().alerts.person_events if more_than is None else more_than
    people = busy_people(most=most)
    if json:
        show_json([asdict(person) for person in people])
        return
    rows = [
        ("session" if suspect.is_session else "user", suspect.id, suspect.events)
        for suspect in people
    ]
    show_table("", ("what", "id", "events"), rows)
    if not rows:
        remark(f"Nobody did more than {most:,} events within the last day.")
