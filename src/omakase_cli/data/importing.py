"""`omakase data import`"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omakase.errors import ConfigError
from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table, steps
from omakase_cli.data.database import DatabaseWords, import_database
from omakase_cli.data.options import takes_read_options
from omakase_cli.data.reading import ignore_reading, show_reading
from omakase_cli.data.validate import SHOWN
from omakase_cli.error_output import REMARKS

if TYPE_CHECKING:
    from omakase.data.readers.description import FileDescription
    from omakase.data.rows import ReadOptions
    from omakase_service.events.contracts import ImportReport


class Repeated(Enum):
    """What becomes of an earlier import of the same file that was read otherwise."""

    replace = "replace"
    keep = "keep"


@takes_read_options
def import_data(
    options: "ReadOptions",
    path: Annotated[
        Path | None, typer.Argument(help="file or folder with events; none: a database")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="append refused rows to this file, as JSON Lines")
    ] = None,
    repeated: Annotated[
        Repeated | None,
        typer.Option(help="an earlier import of this file: replace it, or keep it beside"),
    ] = None,
    source: Annotated[str, typer.Option(help="a database of the setting sql.sources")] = "",
    database: Annotated[str, typer.Option(help="its address, as SQLAlchemy takes it")] = "",
    query: Annotated[str, typer.Option(help="SELECT of events; columns as ours")] = "",
    items_query: Annotated[str, typer.Option(help="SELECT of items")] = "",
    users_query: Annotated[str, typer.Option(help="SELECT of users")] = "",
    cursor: Annotated[str, typer.Option(help="column by which only what is new is read")] = "",
    look_back: Annotated[
        float, typer.Option(min=0, help="seconds, or numbers, to begin before it")
    ] = 0.0,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Store events, items and users of a file or folder, or of your own database.

    The same data twice change nothing, and an import that broke off goes on where it stopped. A
    row that cannot be used is skipped and told; exit code 3 then.

    Example: `omakase data import events.csv --map user_id=customer --rejects refused.jsonl`
    """
    zone = options.time_zone or "UTC"
    words = DatabaseWords(
        source, database, query, items_query, users_query, cursor, look_back, zone
    )
    if words.is_meant == (path is not None):
        raise ConfigError("Name a file or folder, or else --database URL or --source NAME.")
    if path is None:
        import_database(words, rejects, json)
        return
    look = ignore_reading if json else show_reading
    report = bring_in(path, options, rejects, repeated, look)
    if json:
        show_json(asdict(report))
    else:
        show(report)
    if report.rejected:
        raise typer.Exit(REMARKS)


def bring_in(
    path: Path,
    options: "ReadOptions | None" = None,
    rejects: Path | None = None,
    repeated: Repeated | None = None,
    look: Callable[["FileDescription"], None] = ignore_reading,
) -> "ImportReport":
    """Import with progress; `look` hears how everything will be read, before it is stored."""
    settings = open_service()
    from omakase_service.events.importing import import_path

    with steps() as hear:
        return import_path(
            path,
            options=options.model_dump(exclude_unset=True) if options else None,
            repeated=repeated.value if repeated else "",
            look=look,
            rejects_to=rejects,
            batch=settings.events.import_batch,
            create_unknown=settings.events.create_unknown,
            progress=hear,
        )


def show(found: "ImportReport") -> None:
    """For people: totals, and the first refused rows."""
    remark(
        f"{found.stored:,} events stored, {found.known:,} were there already, "
        f"{found.rejected:,} refused; {found.items:,} items, {found.users:,} users."
    )
    remark(f"This is import {found.number}: `omakase data undo {found.number}` takes it back.")
    if found.declared:
        kinds = ", ".join(_kind(name, found.meanings) for name in found.declared)
        remark(
            f"New types of events: {kinds}. Their weights are in the admin, under kinds of events."
        )
    if found.warnings:
        odd = [(bad.line, bad.detail) for bad in found.warnings[:SHOWN]]
        show_table(f"Kept, but odd; the first {SHOWN}", ("line", "why"), odd)
    if found.rejects:
        rows = [(bad.line, bad.detail) for bad in found.rejects[:SHOWN]]
        show_table(f"Refused; the first {SHOWN}", ("line", "why"), rows)


def _kind(name: str, meanings: Mapping[str, str]) -> str:
    return f"{name} (counts like {meanings[name]})" if name in meanings else f"{name} (counts 1)"
