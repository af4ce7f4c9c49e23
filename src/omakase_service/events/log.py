"""The one place that writes lines into the log."""

from collections.abc import Sequence

from django.db import connection

from omakase_service.events.contracts import EventRow
from omakase_service.events.models import Event

COLUMNS = ", ".join(EventRow._fields)


def append(*, rows: Sequence[EventRow]) -> int:
    """Write lines whose event id is new; how many they were. One statement, no objects."""
    if not rows:
        return 0
    places = ", ".join(["%s"] * len(EventRow._fields))
    sql = (
        f"INSERT INTO {Event._meta.db_table} ({COLUMNS}) VALUES ({places}) "  # noqa: S608
        "ON CONFLICT (event_id) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
        return cursor.rowcount
