"""`omakase data import`"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table, steps
from omakase_cli.data.validate import SHOWN, columns_told
from omakase_cli.error_output import REMARKS

if TYPE_CHECKING:
    from omakase_service.events.contracts import ImportReport


def import_data(
    path: Annotated[Path, typer.Argument(help="file or folder with events")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="OURS=THEIRS, a column; may be repeated")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="type of the events, where the file names none")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="append refused rows to this file, as JSON Lines")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Store events, items and users of a file or folder.

    The same data twice change nothing, and an import that broke off goes on where it stopped. A
    row that cannot be used is skipped and told; exit code 3 then.

    Example: `omakase data import events.csv --map user_id=customer --rejects refused.jsonl`
    """
    found = bring_in(path, columns_told(mapping or []), kind, rejects)
    if json:
        show_json(asdict(found))
    else:
        show(found)
    if found.rejected:
        raise typer.Exit(REMARKS)


def bring_in(
    path: Path,
    mapping: dict[str, str] | None = None,
    kind: str | None = None,
    rejects: Path | None = None,
) -> "ImportReport":
    """Import with progress."""
    settings = open_service()
    from omakase_service.events.importing import import_path

    with steps() as hear:
        return import_path(
            path,
            mapping=mapping or None,
            kind=kind,
            rejects_to=rejects,
            batch=settings.events.import_batch,
            create_unknown=settings.events.create_unknown,
            progress=hear,
        )


def show(found: "ImportReport") -> None:
    """For people: totals, and the first refused rows."""
    if found.guessed:
        told = ", ".join(f"{ours} is {theirs!r}" for ours, theirs in found.guessed.items())
        remark(f"Columns: {told}.")
    remark(
        f"{found.stored:,} events stored, {found.known:,} were there already, "
        f"{found.rejected:,} refused; {found.items:,} items, {found.users:,} users."
    )
    if found.declared:
        remark(f"New types of events, each counting 1: {', '.join(found.declared)}.")
    if found.rejects:
        rows = [(bad.line, bad.detail) for bad in found.rejects[:SHOWN]]
        show_table(f"Refused; the first {SHOWN}", ("line", "why"), rows)
