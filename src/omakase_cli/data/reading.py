"""How files will be read, shown before anything is stored: the same for every command."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omakase_cli.console import out, show_table

if TYPE_CHECKING:
    from omakase.data.readers.description import FileDescription, FileReading

MOST_COLUMNS = 30
MOST_FILES = 20
LONGEST_CELL = 40
FORMATS = {"jsonl": "JSON Lines", "csv": "CSV", "tsv": "tab-separated", "parquet": "Parquet"}
SEPARATORS = {"\t": "tabs", " ": "blanks", ",": "commas", ";": "semicolons", "|": "bars"}


def show_reading(reading: "FileDescription") -> None:
    """For people: each file, its columns, what is left aside, and five rows."""
    if reading.layout != "tables":
        out().print(f"Read as {reading.layout}.")
    for file in reading.files[:MOST_FILES]:
        _show_file(file)
    if len(reading.files) > MOST_FILES:
        out().print(f"… and {len(reading.files) - MOST_FILES} files more, likewise.")
    for note in reading.notes:
        out().print(f"Note: {note}.")
    for name, reason in list(reading.aside.items())[:MOST_FILES]:
        out().print(f"File left aside: {name}: {reason}.", style="yellow")


def ignore_reading(reading: "FileDescription") -> None:
    """Show nothing, for programs."""


def _show_file(file: "FileReading") -> None:
    out().print(f"{file.name}: {_description(file)}", style="bold")
    told = ", ".join(f"{name} is {column!r}" for name, column in file.columns.items())
    if told:
        out().print(f"Columns: {told}.")
    if file.kind:
        out().print(f"Every row is a {file.kind!r}, since no column says otherwise.")
    for note in file.notes:
        out().print(f"Note: {note}.")
    _show_aside(file)
    for warning in file.warnings:
        out().print(f"Warning: {warning}.", style="yellow")
    if file.first:
        columns = [name for name in file.first[0] if any(r[name] is not None for r in file.first)]
        rows = [[_cell(row, name) for name in columns] for row in file.first]
        show_table(f"The first rows, as {file.role}", columns, rows)


def _description(file: "FileReading") -> str:
    parts = [file.role, FORMATS.get(file.format, file.format), file.encoding]
    if file.separator:
        parts.append(f"separated by {SEPARATORS.get(file.separator, repr(file.separator))}")
    return ", ".join(part for part in parts if part)


def _show_aside(file: "FileReading") -> None:
    """What is not used; of items and people it is kept as it is called."""
    if not file.aside:
        return
    named = [
        _aside(column.column, column.reason, column.example) for column in file.aside[:MOST_COLUMNS]
    ]
    ellipsis = ", …" if len(file.aside) > MOST_COLUMNS else ""
    label = "Left aside" if file.role == "events" else "Kept as attributes"
    out().print(f"{label}: {', '.join(named)}{ellipsis}.")


def _aside(column: str, reason: str, example: str) -> str:
    if reason:
        return f"{column!r} ({reason})"
    return f"{column!r} (such as {example!r})" if example else repr(column)


def _cell(row: Mapping[str, Any], name: str) -> str:
    text = "" if row[name] is None else str(row[name])
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
