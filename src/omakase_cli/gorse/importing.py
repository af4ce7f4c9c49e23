"""`omakase import gorse`"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table, steps
from omakase_cli.error_output import REMARKS

if TYPE_CHECKING:
    from omakase_service.gorse.contracts import ConfigReport, MoveReport


def import_gorse(
    paths: Annotated[
        list[Path],
        typer.Argument(help="a dump, users/items/feedback.jsonl, config.toml, or their folder"),
    ],
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Move in from Gorse: its dump, its JSON Lines, its settings, in any order.

    The same rows twice change nothing. A row that cannot be stored is skipped and told; exit code
    3 then.

    Example: `omakase import gorse site.dump config.toml`
    """
    open_service()
    from omakase_service.gorse.contracts import MoveReport
    from omakase_service.gorse.imports import files_of, import_config, import_rows

    files = [file for path in paths for file in files_of(path)]
    settings = [import_config(file) for file in files if file.suffix == ".toml"]
    report = MoveReport()
    with steps() as hear:
        for file in files:
            if file.suffix != ".toml":
                import_rows(file, report, hear)
    if json:
        show_json({"rows": asdict(report), "settings": [_facts(setting) for setting in settings]})
    else:
        _show(report, settings)
    if report.rejected or report.unlearnt:
        raise typer.Exit(REMARKS)


def _facts(settings: "ConfigReport") -> dict[str, Any]:
    return {"taken": list(settings.taken), "left": list(settings.left)}


def _show(report: "MoveReport", settings: "list[ConfigReport]") -> None:
    """For people: what came, what of the settings holds, and the first refused rows."""
    for setting in settings:
        show_table("Settings that hold here", ("setting",), [(line,) for line in setting.taken])
        if setting.left:
            split = [line.partition(": ")[::2] for line in setting.left]
            show_table("Settings without a counterpart", ("setting", "instead"), split)
    if report.users or report.items or report.feedback or report.rejected:
        remark(
            f"{report.users:,} users, {report.items:,} items and {report.feedback:,} rows of "
            f"feedback read; {report.rejected:,} refused."
        )
    if report.unlearnt:
        remark(
            f"{report.unlearnt:,} rows of feedback have a value outside the scale of their kind: "
            "they are kept, and no model learns of them. Widen the scale, such as `omakase kind "
            "set rating --highest 10 --cap 10`, and import once more."
        )
    if report.refused:
        show_table("Refused; the first ones", ("why",), [(line,) for line in report.refused])
    if report.feedback:
        remark("Next: `omakase train`, then `omakase serve --gorse-port 8088`.")
