"""Read what is new in the owner's database, and store it through the doors of the API.

The cursor of a query is kept after each batch, so that a run that broke off goes on there; what is
read twice is known by its id, so that looking back for late rows stores nothing twice.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import F
from pydantic import ValidationError

from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.events.contracts import EventIn
from omakase_service.events.services import record
from omakase_service.jobs.contracts import JobContext
from omakase_service.platform.contracts import ProgressCallback, nobody
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.validation import in_a_line, reason_of
from omakase_service.sql_import.contracts import (
    TABLES,
    RefusedRow,
    Row,
    SqlImportParameters,
    Table,
    TableReport,
)
from omakase_service.sql_import.database import open_connection, rows_of
from omakase_service.sql_import.models import SqlCursor
from omakase_service.sql_import.values import (
    begin_of,
    cursor_text,
    event_id_of,
    frozen,
    plain,
    split,
    thaw,
    with_zone,
)
from omakase_settings import settings
from omakase_settings.sql import SqlSource

EVENT_FIELDS = {*EventIn.model_fields, "type", "source"}
Hear = Callable[[RefusedRow], None]


def import_sql_job(context: JobContext, parameters: SqlImportParameters) -> Mapping[str, Any]:
    """The job: read what is new in a source that the settings name."""
    reports = import_source(
        name=parameters.source, source=source_by_name(parameters.source), progress=context.progress
    )
    return {report.table: asdict(report) for report in reports}


def source_by_name(name: str) -> SqlSource:
    """A source of the settings.

    Raises:
        Invalid: there is none of this name.
    """
    sources = settings().sql.sources
    if name not in sources:
        names = ", ".join(sorted(sources)) or "none; write one into sql.sources"
        raise Invalid(f"no database {name!r} in the settings; there is: {names}")
    return sources[name]


def import_source(
    *,
    name: str,
    source: SqlSource,
    hears: Hear = lambda refused: None,
    progress: ProgressCallback = nobody,
) -> list[TableReport]:
    """Read each query of a source as far as it is new; what came of each.

    Args:
        name: under which cursors are kept.
        hears: called for each refused row.

    Raises:
        Invalid: the database cannot be read; the message says why.
    """
    chosen: list[Table] = [table for table in TABLES if getattr(source, table)]
    if source.url is None or not chosen:
        raise Invalid(f"the database {name!r} needs a url, and a query for events, items or users")
    with open_connection(source.url.get_secret_value()) as line:
        return [_import(line, name, source, table, hears, progress) for table in chosen]


def _import(
    line: Any, name: str, source: SqlSource, table: Table, hears: Hear, progress: ProgressCallback
) -> TableReport:
    query, batch = getattr(source, table), settings().sql.batch
    state = _state(name, table, f"{query}\n{source.cursor}")
    last = thaw(state.value)
    begin = None if last is None else _begin(last, source.look_back)
    counts = {"read": 0, "stored": 0, "known": 0, "refused": 0}
    for rows in rows_of(line, query, source.cursor, begin, batch):
        last = _last(rows, source.cursor, last)
        done = _store(name, source, table, rows, counts["read"], hears)
        for key, number in {"read": len(rows), **done}.items():
            counts[key] += number
        cursor = frozen(last) if source.cursor else None
        SqlCursor.objects.filter(pk=state.pk).update(value=cursor, rows=F("rows") + len(rows))
        progress(counts["read"], counts["read"], f"{table}: {counts['read']:,} rows read")
    return TableReport(table, **counts, cursor=cursor_text(last) if source.cursor else "")


def _state(name: str, table: Table, query: str) -> SqlCursor:
    """The cursor of a query; another query under the same name begins anew."""
    digest = hashlib.sha256(query.encode()).hexdigest()
    row, _ = SqlCursor.objects.get_or_create(pk=f"{name}:{table}", defaults={"query": digest})
    if row.query != digest:
        row.query, row.value = digest, None
        row.save()
    return row


def _begin(last: Any, look_back: float) -> Any:
    try:
        return begin_of(last, look_back)
    except (ValueError, TypeError) as error:
        raise Invalid(f"look_back cannot go back from the cursor's value {last!r}") from error


def _last(rows: Sequence[Row], cursor: str, before: Any) -> Any:
    """The greatest value of the cursor so far: that of the last row, since they are in order.

    Raises:
        Invalid: the query has no such column.
    """
    if not cursor:
        return None
    if cursor not in rows[-1]:
        last_key = ", ".join(rows[-1])
        raise Invalid(f"the query has no column {cursor!r} for the cursor; it has: {last_key}")
    last = rows[-1][cursor]
    return before if last is None else last


def _store(
    name: str, source: SqlSource, table: Table, rows: Sequence[Row], before: int, hears: Hear
) -> dict[str, int]:
    """Store some rows; how many were stored, known and refused."""
    zone = _zone(source.time_zone)
    plain_rows = [{key: plain(cell, zone) for key, cell in row.items()} for row in rows]
    if table == "events":
        return _events(name, plain_rows, before, zone, hears)
    model = ItemIn if table == "items" else UserIn
    good: list[Any] = []
    refused = 0
    for n, row in enumerate(plain_rows):
        try:
            good.append(_describe(model, row))
        except ValidationError as error:
            hears(RefusedRow(table, before + n + 1, reason_of(error, model), row))
            refused += 1
    if good and table == "items":
        upsert_items(items=good)
    elif good:
        upsert_users(users=good)
    return {"stored": len(good), "known": 0, "refused": refused}


def _events(
    name: str, rows: Sequence[Row], before: int, zone: ZoneInfo, hears: Hear
) -> dict[str, int]:
    events = []
    for row in rows:
        fields, _ = split(row, EVENT_FIELDS)
        event = {**fields, "time": with_zone(fields["time"], zone)} if "time" in fields else fields
        events.append({"event_id": event_id_of(name, event), **event})
    report = record(events=events, create_unknown=settings().events.create_unknown)
    for rejection in report.rejected:
        number, row = before + rejection.position + 1, rows[rejection.position]
        hears(RefusedRow("events", number, in_a_line(rejection.errors), row))
    return {"stored": report.stored, "known": report.known, "refused": len(report.rejected)}


def _describe(model: type[ItemIn] | type[UserIn], row: Row) -> ItemIn | UserIn:
    """An item or a user; columns that have no field of ours become free attributes."""
    fields, attributes = split(row, model.model_fields)
    if attributes:
        fields["attributes"] = {**fields.get("attributes", {}), **attributes}
    return model.model_validate(fields)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Invalid(f"no time zone {name!r}; write it like Asia/Seoul") from error
