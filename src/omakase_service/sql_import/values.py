"""Values of databases as plain ones, and cursors as JSON. No Django."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from omakase_service.sql_import.contracts import Row

MARK = "at"
"""Key of a cursor that is no value of JSON, but written as a text there."""

KINDS: Mapping[str, Callable[[str], Any]] = {
    "day": date.fromisoformat,
    "decimal": Decimal,
    "uuid": UUID,
}
"""Keys beside it that say what the text is, and what reads it; none: a moment."""


LARGEST = 2**63
"""From which on a whole number is no number of JSON any more, and is written as a text."""


def plain(value: Any, zone: ZoneInfo) -> Any:
    """A value as JSON has it: times in ISO 8601 with their zone, decimals as floats."""
    if isinstance(value, Decimal):
        is_whole = value.is_finite() and value == value.to_integral_value()
        return plain(int(value) if is_whole else float(value), zone)
    if isinstance(value, int):
        return value if -LARGEST <= value < LARGEST else str(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).isoformat()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone).isoformat()
    if isinstance(value, UUID | time | timedelta):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return value


def with_zone(value: Any, zone: ZoneInfo) -> Any:
    """The time of an event: text without a zone, as SQLite keeps it, gets this one."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if moment.tzinfo else moment.replace(tzinfo=zone).isoformat()


def event_id_of(source: str, row: Row) -> str:
    """Id of an event whose row names none: the same row is the same event, however often read."""
    text = orjson.dumps(row, option=orjson.OPT_SORT_KEYS, default=str)
    return f"sql:{source}:{hashlib.sha256(text).hexdigest()[:32]}"


def split(row: Row, known: Collection[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns that we know, and all others; those without a value are in neither."""
    present = {name: value for name, value in row.items() if value is not None}
    fields = {name: value for name, value in present.items() if name in known}
    return fields, {name: value for name, value in present.items() if name not in known}


def frozen(value: Any) -> Any:
    """A cursor's value as JSON keeps it."""
    if isinstance(value, datetime):
        return {MARK: value.isoformat()}
    if isinstance(value, date):
        return {MARK: value.isoformat(), "day": True}
    if isinstance(value, UUID):
        return {MARK: str(value), "uuid": True}
    if isinstance(value, Decimal):
        is_whole = value.is_finite() and value == value.to_integral_value()
        return int(value) if is_whole else {MARK: str(value), "decimal": True}
    return value


def thaw(value: Any) -> Any:
    """What `frozen` was given."""
    if not isinstance(value, dict):
        return value
    reads = next((KINDS[kind] for kind in KINDS if kind in value), datetime.fromisoformat)
    return reads(value[MARK])


def begin_of(value: Any, look_back: float) -> Any:
    """Where to begin: so far before the last value of a cursor.

    Numbers go back by numbers, times by seconds, and texts that are times stay written as they are.

    Raises:
        ValueError: the value is a text that is no time, and cannot go back.
    """
    if not look_back:
        return value
    if isinstance(value, datetime):
        return value - timedelta(seconds=look_back)
    if isinstance(value, date):
        return value - timedelta(days=-(-look_back // 86_400))
    if isinstance(value, str):
        moment = datetime.fromisoformat(value) - timedelta(seconds=look_back)
        return moment.isoformat(sep="T" if "T" in value else " ")
    if isinstance(value, Decimal):
        return value - Decimal(str(look_back))
    return value - (int(look_back) if isinstance(value, int) else look_back)


def cursor_text(value: Any) -> str:
    """A cursor's value for people."""
    if value is None:
        return ""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
