"""`omakase data validate`"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase.errors import ConfigError, UnknownName
from omakase_cli.console import out, progress, save_json, show_json, show_table
from omakase_cli.error_output import REMARKS

if TYPE_CHECKING:
    from omakase.data.rows import Reject

SHOWN = 10
"""Refused lines shown to a person; the rest are in the file of `--rejects`."""


@dataclass
class Verdict:
    """What was found in a file or folder.

    Attributes:
        rows: that would be stored.
        columns: our names to the file's; empty where the layout is known.
        rejects, warnings: left out, and kept although odd.
    """

    rows: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    rejects: list["Reject"] = field(default_factory=list)
    warnings: list["Reject"] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain Python."""
        return {
            "rows": self.rows,
            "columns": dict(self.columns),
            "rejected": len(self.rejects),
            "reasons": dict(Counter(reject.reason for reject in self.rejects)),
            "rejects": [asdict(reject) for reject in self.rejects],
            "warnings": [asdict(warning) for warning in self.warnings],
        }


def validate(
    path: Annotated[Path, typer.Argument(help="file or folder with events")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="OURS=THEIRS, a column; may be repeated")
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help="write refused rows here, as JSON")] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Read everything, store nothing, and say which rows would be refused, and why.

    Exit code 3 where a row would be.

    Example: `omakase data validate events.csv --map user_id=customer --rejects refused.json`
    """
    found = verdict(path, columns_told(mapping or []))
    if rejects:
        save_json(found.to_dict()["rejects"], rejects)
    if json:
        show_json(found.to_dict())
    else:
        show(found)
    if found.rejects:
        raise typer.Exit(REMARKS)


def columns_told(words: list[str]) -> dict[str, str]:
    """Our column names to theirs.

    Raises:
        ConfigError: something is not written OURS=THEIRS.
        UnknownName: events have no such column.
    """
    from omakase.data.rows.columns import EVENT_NAMES

    pairs = [word.partition("=") for word in words]
    for ours, equals, theirs in pairs:
        if not (ours and equals and theirs):
            raise ConfigError(f"--map {ours}: write it as OURS=THEIRS, such as user_id=customer")
        if ours not in EVENT_NAMES:
            raise UnknownName("column of ours", ours, EVENT_NAMES)
    return {ours: theirs for ours, _, theirs in pairs}


def verdict(path: Path, mapping: Mapping[str, str]) -> Verdict:
    """Of a file, row by row; of a folder in a known layout, as a whole."""
    from omakase.data.readers.load import load, recognise
    from omakase.data.rows import open_rows

    if path.is_dir() or (path.exists() and not mapping and recognise(path)):
        loaded = load(path, mapping=mapping or None)
        return Verdict(len(loaded.dataset.events), loaded.guessed, list(loaded.rejects))
    source = open_rows(path, mapping=mapping)
    found = Verdict(columns=source.columns)
    with progress(f"reading {path.name}") as hear:
        for batch in source.batches():
            found.rows += len(batch.events)
            found.rejects += batch.rejects
            found.warnings += batch.warnings
            hear(batch.bytes_read, batch.bytes_total)
    return found


def show(found: Verdict) -> None:
    """For people: totals, reasons, the first lines."""
    told = ", ".join(f"{ours} is {theirs!r}" for ours, theirs in found.columns.items())
    if told:
        out().print(f"Columns: {told}.")
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
