"""Everything that an owner brought in, as files for others: items, users, events, in one archive.

What `omakase data import` reads again: the same people, items and events come out.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from omakase_service.backup.contracts import DataExportParameters
from omakase_service.catalog.plain_rows import item_rows, user_rows
from omakase_service.events.selectors import stored_events_after
from omakase_service.events.store import settled_seq
from omakase_service.jobs.contracts import JobContext
from omakase_service.platform.exports import new_export

BATCH = 5_000
"""Events read at once."""

Rows = Iterable[Mapping[str, Any]]


def export_job(context: JobContext, parameters: DataExportParameters) -> Mapping[str, Any]:
    """Write the archive; where, and how many rows of each."""
    until = settled_seq()
    parts = {"items": item_rows(), "users": user_rows(), "events": _events(until, context)}
    write = WRITERS[parameters.format]
    counts = {}
    with new_export("data", "zip", job_id=context.job_id) as (making, file):
        with ZipFile(making, "w", ZIP_DEFLATED) as archive:
            for number, (name, rows) in enumerate(parts.items()):
                context.progress(number, len(parts), f"writing {name}")
                with archive.open(f"{name}.{parameters.format}", "w", force_zip64=True) as stream:
                    counts[name] = write(rows, io.TextIOWrapper(stream, "utf-8", newline=""))
        context.assert_lease()
    return {"file": str(file), **counts}


def _events(until: int, context: JobContext) -> Iterator[Mapping[str, Any]]:
    """All events up to a number, as they came in."""
    seq = 0
    while batch := stored_events_after(seq=seq, until=until, limit=BATCH):
        seq = batch[-1]["seq"]
        yield from map(_event, batch)
        context.note(f"wrote events up to number {seq}")


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event as files have it: of a session without a user, by the name that training gives it.

    Files of events name a user in every row.
    """
    event = {name: value for name, value in row.items() if name != "seq"}
    return {**event, "user_id": row["user_id"] or f"session:{row['session_id']}"}


def write_jsonl(rows: Rows, out: io.TextIOWrapper) -> int:
    """A row a line, what is not known left out; how many."""
    count = 0
    for row in rows:
        out.write(orjson.dumps(_known(row)).decode() + "\n")
        count += 1
    out.flush()
    return count


def write_csv(rows: Rows, out: io.TextIOWrapper) -> int:
    """A table; lists and attributes as JSON. How many rows.

    The head is that of the first row: every row of a kind has the same columns.
    """
    table: csv.DictWriter[str] | None = None
    count = 0
    for row in rows:
        if table is None:
            table = csv.DictWriter(out, list(row))
            table.writeheader()
        table.writerow({name: _cell(value) for name, value in row.items()})
        count += 1
    out.flush()
    return count


WRITERS: Mapping[str, Callable[[Rows, io.TextIOWrapper], int]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
}


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        return orjson.dumps(value).decode() if value else ""
    return "" if value is None else value
