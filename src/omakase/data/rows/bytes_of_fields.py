"""How lines separate their fields, and the same lines with one byte between any two."""

import re
from dataclasses import dataclass

UNIT_SEPARATOR = b"\x1f"
"""Stands in for a separator of several bytes, since fields are separated by one."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to write rows as lines of text.

    Attributes:
        format: "csv", "tsv", "jsonl", "dat" or "data".
        columns: names of the fields, in order; in JSON Lines every dotted path that was seen.
        separator: one byte.
        header_line: the last line before the rows, 0 where the rows start at once.
        quoted: whether fields may stand in quotation marks.
        joint: a separator of several bytes.
        spaced: any number of blanks separates.
        escaped: a backslash stands before quotation marks within a field.
        trailing: a line may end in a separator too many.
        single: fields stand in single quotation marks.
        named: whether the file itself names its columns.
        list_path: path of a list in JSON each element of which is a row.
    """

    format: str
    columns: tuple[str, ...]
    separator: bytes
    header_line: int = 0
    quoted: bool = True
    joint: bytes = b""
    spaced: bool = False
    escaped: bool = False
    trailing: bool = False
    single: bool = False
    named: bool = True
    list_path: str = ""


def plain_bytes(data: bytes, dialect: Dialect) -> bytes:
    """The lines with one byte between fields, and quotation marks doubled where they are meant."""
    if dialect.joint:
        data = data.replace(dialect.joint, UNIT_SEPARATOR)
    if dialect.spaced:
        data = re.sub(rb"[ \t]*\r?\n[ \t]*", b"\n", data.lstrip(b" \t"))
        data = re.sub(rb"[ \t]+", UNIT_SEPARATOR, data)
    if dialect.escaped:
        data = re.sub(rb"\\([\\\"])", lambda m: b'""' if m[1] == b'"' else b"\\", data)
    if dialect.single:
        edge = re.escape(dialect.separator)
        data = re.sub(rb"(?m)(^|" + edge + rb")'", rb'\1"', data)
        data = re.sub(rb"(?m)'(\r?$|" + edge + rb")", rb'"\1', data)
    return data
