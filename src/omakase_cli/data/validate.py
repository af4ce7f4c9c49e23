"""`omakase data validate`"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase.errors import UnreadableFile
from omakase_cli.console import out, progress, save_json, show_json, show_table
from omakase_cli.data.options import takes_read_options
from omakase_cli.data.reading import show_reading
from omakase_cli.error_output import REMARKS

if TYPE_CHECKING:
    from omakase.data.readers.description import FileDescription
    from omakase.data.rows import ReadOptions, Reject

SHOWN = 10
"""Refused lines shown to a person; the rest are in the file of `--rejects`."""


@dataclass
class ValidationOutcome:
    """What was found in a file or folder.

    Attributes:
        rows: that would be stored.
        columns: our names to the file's; empty where the layout is known.
        reading: how everything is read, for people.
        rejects, warnings: left out, and kept although odd.
    """

    rows: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    reading: "FileDescription | None" = None
    rejects: list["Reject"] = field(default_factory=list)
    warnings: list["Reject"] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain Python."""
        return {
            "rows": self.rows,
            "columns": dict(self.columns),
            "reading": None if self.reading is None else self.reading.to_dict(),
            "rejected": len(self.rejects),
            "reasons": dict(Counter(reject.reason for reject in self.rejects)),
            "rejects": [asdict(reject) for reject in self.rejects],
            "warnings": [asdict(warning) for warning in self.warnings],
        }


@takes_read_options
def validate(
    path: Annotated[Path, typer.Argument(help="file or folder with events")],
    options: "ReadOptions",
    rejects: Annotated[Path | None, typer.Option(help="write refused rows here, as JSON")] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Read everything, store nothing, and say which rows would be refused, and why.

    Exit code 3 where a row would be.

    Example: `omakase data validate events.csv --map user_id=customer --rejects refused.json`
    """
    outcome = verdict(path, options)
    if rejects:
        save_json(outcome.to_dict()["rejects"], rejects)
    if json:
        show_json(outcome.to_dict())
    else:
        show(outcome)
    if outcome.rejects:
        raise typer.Exit(REMARKS)


def verdict(path: Path, options: "ReadOptions") -> ValidationOutcome:
    """Of files, row by row; of a folder in a known layout, as a whole."""
    from omakase.data.readers.description import describe, describe_layout
    from omakase.data.readers.load import folder_layout, read_layout
    from omakase.data.readers.survey import survey
    from omakase.data.readers.tabular import records_of

    if not path.exists():
        raise UnreadableFile(f"{path}: there is no such file or folder")
    layout = folder_layout(path, options.format, options)
    if layout is not None:
        tables = read_layout(layout, path.parent if path.is_file() else path)
        reading = describe_layout(layout.name, tables)
        return ValidationOutcome(len(tables.events), tables.guessed, reading, list(tables.rejects))
    surveyed = survey(path, options)
    items, users = records_of(surveyed)
    columns = {o: c for source in surveyed.events for o, c in source.columns.items()}
    outcome = ValidationOutcome(columns=columns, reading=describe(surveyed, items, users))
    for records in (*items, *users):
        outcome.rejects += records.rejects
        outcome.warnings += records.warnings
    for source in surveyed.events:
        with progress(f"reading {source.name}") as hear:
            for batch in source.batches():
                outcome.rows += len(batch.events)
                outcome.rejects += batch.rejects
                outcome.warnings += batch.warnings
                hear(batch.bytes_read, batch.bytes_total)
    return outcome


def show(found: ValidationOutcome) -> None:
    """For people: totals, reasons, the first lines."""
    if found.reading is not None:
        show_reading(found.reading)
    out().print(f"{found.rows:,} rows can be stored, {len(found.rejects):,} are refused.")
    if found.rejects:
        reasons = Counter(reject.reason for reject in found.rejects).most_common()
        show_table("Why", ("reason", "rows"), reasons)
        show_table(f"The first {SHOWN}", ("file", "line", "why"), list(_first(found.rejects)))
    if found.warnings:
        title = f"Kept, but odd: {len(found.warnings):,} rows, the first"
        show_table(title, ("file", "line", "why"), list(_first(found.warnings)))


def _first(rejects: list["Reject"]) -> Iterator[tuple[str, int, str]]:
    for reject in rejects[:SHOWN]:
        yield reject.file, reject.line, reject.detail
