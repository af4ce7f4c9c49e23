"""What is made of a file or a folder, in plain values, before anything is stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from omakase.data.dataset import EVENT_COLUMNS
from omakase.data.readers.survey import Found, Survey
from omakase.data.readers.tables import Tables
from omakase.data.rows import Aside, Records, RowSource

PREVIEWED = 5


@dataclass(frozen=True)
class FileReading:
    """How one file is read.

    Attributes:
        name: of the file, as its owner knows it.
        role: "events", "items" or "users".
        format, encoding, separator: how it is written.
        columns: our column names to the file's.
        aside: columns that are not used, with the reason; those of items and people are kept as
            attributes under the file's own names.
        kind: of its events, where no column says it.
        notes: what was detected and would change the rows if it were wrong.
        warnings: what makes the rows doubtful.
        first: what is made of the first rows, at most `PREVIEWED`.
    """

    name: str
    role: str
    format: str = ""
    encoding: str = ""
    separator: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[Aside, ...] = ()
    kind: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    first: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class FileDescription:
    """How everything in a place is read.

    Attributes:
        layout: the well-known set or folder, or "tables".
        files: those that are read.
        aside: names of those that are not, with the reason.
        notes: what was detected of the whole.
    """

    layout: str
    files: tuple[FileReading, ...]
    aside: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """One text for all that decides what the rows become; two readings of one are alike."""
        facts = [
            (f.role, dict(f.columns), f.kind, f.notes) for f in self.files if f.role == "events"
        ]
        return json.dumps([self.layout in ("tables",), facts], ensure_ascii=False, sort_keys=True)

    def to_dict(self) -> dict[str, Any]:
        """Plain Python."""
        return asdict(self)


def describe(
    found: Survey, items: Sequence[Records] = (), users: Sequence[Records] = ()
) -> FileDescription:
    """Of files with columns of any name.

    Args:
        found: what a survey saw.
        items, users: what was read of `found.items` and `found.users`.
    """
    files = [_events(source) for source in found.events]
    files += [_records(f, r, "items") for f, r in zip(found.items, items, strict=True)]
    files += [_records(f, r, "users") for f, r in zip(found.users, users, strict=True)]
    return FileDescription(found.layout, tuple(files), found.aside, found.notes)


def describe_layout(name: str, tables: Tables) -> FileDescription:
    """Of a folder as it was published."""
    warnings = () if tables.timed else ("there are no times, only an order",)
    preview = tables.events.select(list(EVENT_COLUMNS)).head(PREVIEWED)
    files = [FileReading(name, "events", warnings=warnings, first=tuple(preview.to_dicts()))]
    for role, table in (("items", tables.items), ("users", tables.users)):
        if table is not None:
            columns = {c: c for c in table.columns}
            files.append(FileReading(name, role, columns=columns, first=_first(table)))
    return FileDescription(name, tuple(files))


def _events(source: RowSource) -> FileReading:
    meaning = source.meaning
    return FileReading(
        name=source.name,
        role="events",
        format=source.format,
        encoding=source.encoding,
        separator=source.separator,
        columns=dict(meaning.columns),
        aside=meaning.aside,
        kind="" if "kind" in meaning.columns else meaning.kind,
        notes=meaning.notes if source.named else (*meaning.notes, UNNAMED),
        warnings=meaning.warnings,
        first=_first(source.preview(PREVIEWED).drop("line", strict=False)),
    )


UNNAMED = "no line names the columns; --columns names them, --header says that the first line does"


def _records(found: Found, records: Records, role: str) -> FileReading:
    dialect = found.sample.dialect
    return FileReading(
        name=found.member.name,
        role=role,
        format=found.sample.format,
        encoding=found.sample.encoding,
        separator="" if dialect is None else dialect.separator.decode().strip("\x00"),
        columns=dict(records.columns),
        aside=records.aside,
        first=_first(records.table),
    )


def _first(table: pl.DataFrame) -> tuple[Mapping[str, Any], ...]:
    return tuple(table.head(PREVIEWED).to_dicts())
