"""Reads of the app."""

from omakase_service.sql_import.contracts import TABLES, QueryState
from omakase_service.sql_import.models import SqlCursor
from omakase_service.sql_import.values import cursor_text, thaw
from omakase_settings import settings


def query_states() -> list[QueryState]:
    """Every query of the databases in the settings, and how far it was read. One query."""
    rows = {row.name: row for row in SqlCursor.objects.all()}
    states = []
    for name, source in sorted(settings().sql.sources.items()):
        for table in TABLES:
            if not getattr(source, table):
                continue
            row = rows.get(f"{name}:{table}")
            if row is None:
                states.append(QueryState(name, table))
                continue
            last = "" if row.value is None else cursor_text(thaw(row.value))
            states.append(QueryState(name, table, row.rows, last, row.updated))
    return states
