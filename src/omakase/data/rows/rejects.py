"""Rows that cannot be used: where they stand and why."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

RAW_LIMIT = 200

SENTENCES: Mapping[str, str] = {
    "blank_line": "the line is blank",
    "line_too_long": "the line is longer than a mebibyte",
    "nul_byte": "the line holds a NUL byte",
    "bad_encoding": "the line is not valid text in the encoding of the file",
    "unbalanced_quotes": "the line opens a quotation mark and does not close it",
    "wrong_columns": "the line has {found} fields where {expected} are expected",
    "unreadable": "the line cannot be split into fields",
    "bad_json": "the line is not valid JSON",
    "not_an_object": "the line is JSON, but not an object with names and values",
    "bad_type": "{column} is neither text nor a number",
    "empty_user": "the user is empty",
    "empty_item": "the item is empty",
    "id_too_long": "the id {found!r} is longer than {expected} characters",
    "control_character": "the id {found!r} holds a control character",
    "empty_kind": "the kind of event is empty",
    "bad_kind": "the kind {found!r} is longer than {expected} characters or no plain text",
    "unknown_kind": "{found!r} is not a declared kind of event",
    "empty_value": "the rating is empty",
    "bad_value": "the value {found!r} is not a number",
    "value_not_finite": "the value {found!r} is not a finite number",
    "value_out_of_range": "the value {found!r} is outside {expected}",
    "field_left_out": "{column} is {found!r}, not a number from {expected}; the rest is kept",
    "empty_time": "the time is empty",
    "bad_time": "the time {found!r} is not a date or a time",
    "negative_time": "the time {found!r} is before 1970",
    "time_out_of_range": "the time {found!r} is after the year 2100",
    "future_time": "the time {found!r} lies in the future; check the clock or the time zone",
    "duplicate": "the same event stands earlier in the file",
}
"""Every reason code, and what it says."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was left out, or kept with a warning.

    Attributes:
        file: its name.
        line: counted from 1, the header included; in Parquet the row, counted from 1.
        reason: a key of `SENTENCES`; programs match on it.
        detail: the same in plain words.
        raw: the row as it stands, at most `RAW_LIMIT` characters.
    """

    file: str
    line: int
    reason: str
    detail: str
    raw: str = ""

    @classmethod
    def of(cls, file: str, line: int, reason: str, raw: str = "", **facts: object) -> "Reject":
        """With the sentence of its reason."""
        return cls(file, line, reason, SENTENCES[reason].format(**facts), raw[:RAW_LIMIT])


def write_rejects(file: Path, rejects: Iterable[Reject]) -> None:
    """Append to a file of JSON Lines, made with its folder: file, line, reason, detail, raw."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(r), ensure_ascii=False) + "\n" for r in rejects)
