"""Rows that cannot be used: where they stand and why."""

from dataclasses import dataclass

RAW_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was left out.

    Attributes:
        file: its name.
        line: counted from 1, the header included.
        reason: a stable code; programs match on it.
        detail: the same in plain words.
        raw: the row as it stands, at most `RAW_LIMIT` characters.
    """

    file: str
    line: int
    reason: str
    detail: str
    raw: str = ""
