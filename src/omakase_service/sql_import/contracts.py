"""What is asked of a database, and what came of it. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

Table = Literal["events", "items", "users"]
TABLES: tuple[Table, ...] = ("items", "users", "events")
"""In the order in which they are read: events speak of the others."""

MOST_REFUSED = 100
"""Refused rows that a report holds; files of rejects hold all."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was left out.

    Attributes:
        row: from 1, in the order of the query.
    """

    table: Table
    row: int
    reason: str
    values: Row


@dataclass(frozen=True, slots=True)
class TableReport:
    """What came of one query.

    Attributes:
        read: rows of the database.
        stored: events, items or users that are new; of items and users, those that are known, too.
        known: events that were there before.
        refused: rows that were left out.
        cursor: value up to which was read, as text; "" where there is no cursor.
    """

    table: Table
    read: int
    stored: int
    known: int
    refused: int
    cursor: str


@dataclass(frozen=True, slots=True)
class QueryState:
    """How far a query of an owner's database was read.

    Attributes:
        rows: read up to now.
        last: value of the cursor up to which was read; "" where it has none yet.
        updated: when it was read last; None: never.
    """

    source: str
    table: Table
    rows: int = 0
    last: str = ""
    updated: datetime | None = None


class SqlImportParameters(BaseModel, extra="forbid"):
    """Which source a job reads."""

    source: str
