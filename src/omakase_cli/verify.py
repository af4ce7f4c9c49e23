"""`omakase verify`"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omakase_cli.backup import show, summary
from omakase_cli.boot import read_settings, start_django
from omakase_cli.console import out, remark, show_json, show_table, steps
from omakase_cli.error_output import REMARKS

if TYPE_CHECKING:
    from omakase_service.backup.integrity import StoredPart


def verify(
    path: Annotated[
        Path | None, typer.Argument(help="a backup; by itself all that is stored now")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Read every byte that is stored, and say what is damaged, where, and what to do.

    Database pages, journal frames, and the hash of every file of every version and of the snapshot;
    of a backup the hash of each file and the counts of its rows. Nothing is changed, and the server
    may go on meanwhile. Exit code 3 where something is damaged. `omakase health` looks at what
    runs, `omakase doctor` at data and settings.

    Example: `omakase verify`
    """
    if path is not None:
        verify_backup(path, json=json)
        return
    parts = stored_parts()
    if json:
        show_json([asdict(part) for part in parts])
    else:
        tell(parts)
    if any(part.faults for part in parts):
        raise typer.Exit(REMARKS)


def stored_parts() -> list["StoredPart"]:
    """Every part, read in turn; the settings alone are opened, since the database may be broken."""
    if read_settings().database_url is not None:
        start_django()  # which would write a secret key where there is none
    from omakase_service.backup.integrity import CHECKS, checks

    with steps() as hear:
        names = list(CHECKS)
        return list(checks(lambda name: hear(names.index(name), len(names), name)))


def tell(parts: list["StoredPart"]) -> None:
    """For people: every part, and below it what is damaged."""
    rows = [(part.part, part.state, "damaged" if part.faults else "whole") for part in parts]
    show_table("", ("part", "holds", "is"), rows)
    for part in parts:
        for fault in part.faults:
            out().print(f"damaged  {fault}", style="red")
        if part.faults:
            out().print(f"         {part.advice}.")
    if not any(part.faults for part in parts):
        remark("Everything that is stored is as it was written.")


def verify_backup(path: Path, *, json: bool) -> None:
    """A backup: the hash of each file, and the counts of its rows."""
    from omakase_service.backup.services import verify as check

    manifest = check(path)
    if json:
        show_json(summary(path, manifest))
        return
    show(path, manifest)
    remark("Every file is as it was written.")
