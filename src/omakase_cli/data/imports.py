"""`omakase data imports` and `omakase data undo`"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table

if TYPE_CHECKING:
    from omakase_service.events.contracts import ImportRecord


def list_imports(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Which files were imported, and by which number each is taken back."""
    open_service()
    from omakase_service.events.importing import imports

    records = imports()
    if json:
        show_json([asdict(record) for record in records])
        return
    rows = [
        (
            record.number,
            f"{record.started:%Y-%m-%d %H:%M}",
            record.stored,
            record.rejected,
            state(record),
            record.path,
        )
        for record in records
    ]
    show_table("", ("import", "started", "events", "refused", "state", "file"), rows)


def state(record: "ImportRecord") -> str:
    """In one word."""
    if record.undone:
        return "taken back"
    return "stands" if record.finished else "broken off"


def undo(
    number: Annotated[
        int | None, typer.Argument(help="of `omakase data imports`; by itself the newest")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Take an import back: its events, and the items and users that came with it alone.

    Items and users that were there before keep what the import said of them. Models that learnt
    of the events know them until the next `omakase train`.

    Example: `omakase data undo 3`
    """
    open_service()
    from omakase_service.events.importing import undo_import

    done = undo_import(number=number)
    if json:
        show_json(asdict(done))
        return
    remark(
        f"Import {done.number} ({done.path}) is taken back: {done.events:,} events, "
        f"{done.items:,} items and {done.users:,} users are gone. Models know it until the next "
        "`omakase train`."
    )
