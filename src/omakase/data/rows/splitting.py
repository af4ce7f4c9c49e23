"""A block of lines becomes columns; lines that cannot are set aside."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.data.rows.blocks import Block
from omakase.data.rows.bytes_of_fields import UNIT_SEPARATOR, Dialect, plain_bytes
from omakase.data.rows.checks import Fault
from omakase.data.rows.lines import (
    BLANK,
    LONG,
    NOT_TEXT,
    NUL,
    ODD,
    QUOTE,
    QUOTES,
    Lines,
    keep_lines,
    lines_of,
)
from omakase.data.rows.numbers import plain_text
from omakase.data.rows.paths import NotReadable, object_of, rows_of
from omakase.data.rows.rejects import RAW_LIMIT

SHAPES = {
    BLANK: "blank_line",
    LONG: "line_too_long",
    NUL: "nul_byte",
    NOT_TEXT: "bad_encoding",
    QUOTES: "unbalanced_quotes",
}
"""What is wrong with a line, by its flag; the first counts."""

PLAIN_TYPES = (str, int, float, bool, type(None))

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LineSplit:
    """What became of a block.

    Attributes:
        rows: line, and one column of text for each of ours that the file has.
        faults: lines that could not be split, by line; blank ones among them.
        raw: the text of a line by its number, cut.
        last_line: number of the last line dealt with.
        rest: the beginning of a record that goes on in the next block.
    """

    rows: pl.DataFrame
    faults: list[Fault]
    raw: Callable[[int], str]
    last_line: int
    rest: bytes = b""


def split(
    block: Block, dialect: Dialect, columns: Mapping[str, str], *, final: bool = True
) -> LineSplit:
    """The rows of a block.

    Args:
        block: whole lines.
        dialect: how they are written.
        columns: our column names to the file's.
        final: nothing follows; otherwise a record that is still open at the end is left over.
    """
    field_bytes = plain_bytes(block.data, dialect)
    expected = 0 if dialect.format == "jsonl" else len(dialect.columns)
    lines = lines_of(
        field_bytes,
        dialect.separator,
        quoted=dialect.quoted,
        expected=expected,
        spare=int(dialect.trailing),
        final=final,
    )
    numbers = block.first_line + lines.offsets
    faults = _misshapen(field_bytes, lines, numbers, dialect)
    wrong = {fault.line for fault in faults}
    keep = np.asarray([n not in wrong for n in numbers.tolist()], dtype=np.bool_)
    read = _objects if dialect.format == "jsonl" else _fields
    rows, faults_of_fields = read(field_bytes, lines, keep, numbers, dialect, columns)
    return LineSplit(
        rows,
        sorted((*faults, *faults_of_fields), key=lambda fault: fault.line),
        lambda line: _raw(
            field_bytes, lines, int(np.searchsorted(numbers, line, side="right")) - 1
        ),
        block.first_line + lines.lines - 1,
        field_bytes[lines.rest :],
    )


def _misshapen(data: bytes, lines: Lines, numbers: Numbers, dialect: Dialect) -> list[Fault]:
    wrong = lines.flags & sum(SHAPES) != 0
    expected = len(dialect.columns)
    if dialect.format != "jsonl":
        wrong |= lines.fields != expected
    if dialect.trailing:
        longer = lines.fields == expected + 1
        wrong &= ~(longer & _end_empty(data, lines, dialect) & (lines.flags & sum(SHAPES) == 0))
    return [
        Fault(
            int(numbers[index]),
            next((r for flag, r in SHAPES.items() if flag & lines.flags[index]), "wrong_columns"),
            {"found": int(lines.fields[index]), "expected": expected},
        )
        for index in np.flatnonzero(wrong)
    ]


def _end_empty(data: bytes, lines: Lines, dialect: Dialect) -> NDArray[np.bool_]:
    """Whether the last field of each record is empty: nothing, or two quotation marks."""
    view = np.frombuffer(data, dtype=np.uint8)
    last = np.maximum(lines.ends - 1, 0)
    last = np.where(view[last] == ord("\r"), np.maximum(last - 1, 0), last)
    marks = (view[last] == QUOTE) & (view[np.maximum(last - 1, 0)] == QUOTE)
    last = np.where(marks & dialect.quoted, np.maximum(last - 2, 0), last)
    return np.asarray(view[last] == dialect.separator[0])


def _fields(
    data: bytes,
    lines: Lines,
    keep: NDArray[np.bool_],
    numbers: Numbers,
    dialect: Dialect,
    columns: Mapping[str, str],
) -> tuple[pl.DataFrame, list[Fault]]:
    """The fields of records of equal length; the odd ones are read by hand."""
    odd = keep & (lines.flags & ODD != 0)
    even = keep & ~odd
    table = _parse(keep_lines(data, lines, even), int(even.sum()), dialect, columns)
    if table is None:
        return _by_hand(data, lines, keep, numbers, dialect, columns)
    table.insert_column(0, pl.Series("line", numbers[even]))
    if not odd.any():
        return table, []
    extra, faults = _by_hand(data, lines, odd, numbers, dialect, columns)
    return pl.concat([table, extra]).sort("line"), faults


def _parse(
    data: bytes, count: int, dialect: Dialect, columns: Mapping[str, str]
) -> pl.DataFrame | None:
    """None where the parser stumbles."""
    if not data:
        return _no_rows(columns).drop("line")
    names = [str(position) for position in range(len(dialect.columns))]
    try:
        table = pl.read_csv(
            data,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            separator=dialect.separator.decode(),
            quote_char='"' if dialect.quoted else None,
            truncate_ragged_lines=dialect.trailing,
        )
    except pl.exceptions.PolarsError:
        return None
    if table.height != count:
        return None
    positions = {name: dialect.columns.index(column) for name, column in columns.items()}
    return table.select(pl.nth(position).alias(name) for name, position in positions.items())


def _by_hand(
    data: bytes,
    lines: Lines,
    keep: NDArray[np.bool_],
    numbers: Numbers,
    dialect: Dialect,
    columns: Mapping[str, str],
) -> tuple[pl.DataFrame, list[Fault]]:
    """Record by record, quotation marks in odd places taken as they stand."""
    positions = [dialect.columns.index(column) for column in columns.values()]
    rows: list[tuple[int | str | None, ...]] = []
    faults: list[Fault] = []
    for index in np.flatnonzero(keep).tolist():
        fields = _hand_fields(data[lines.starts[index] : lines.ends[index]], dialect)
        number = int(numbers[index])
        if len(fields) < len(dialect.columns):
            faults.append(Fault(number, "unreadable", {}))
        else:
            rows.append((number, *(fields[p] or None for p in positions)))
    return pl.DataFrame(rows, schema=_no_rows(columns).schema, orient="row"), faults


def _hand_fields(raw: bytes, dialect: Dialect) -> list[str]:
    text = raw.decode("utf-8", "replace").removesuffix("\r")
    quoting: Final = csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE
    try:
        delimiter = dialect.separator.decode()
        rows = list(csv.reader(StringIO(text), delimiter=delimiter, quoting=quoting))
    except csv.Error:
        return []
    return rows[0] if len(rows) == 1 else []


def _no_rows(columns: Mapping[str, str]) -> pl.DataFrame:
    return pl.DataFrame(schema={"line": pl.Int64, **dict.fromkeys(columns, pl.String)})


def _objects(
    data: bytes,
    lines: Lines,
    keep: NDArray[np.bool_],
    numbers: Numbers,
    dialect: Dialect,
    columns: Mapping[str, str],
) -> tuple[pl.DataFrame, list[Fault]]:
    """The named values of JSON objects, one a line, or one an element of a list within."""
    rows: list[tuple[int | str, ...]] = []
    faults: list[Fault] = []
    for index in np.flatnonzero(keep).tolist():
        number = int(numbers[index])
        fields = _object(data[lines.starts[index] : lines.ends[index]], dialect, columns)
        if isinstance(fields, list):
            rows += [(number, *row) for row in fields]
        else:
            faults.append(Fault(number, *fields))
    return pl.DataFrame(rows, schema=_no_rows(columns).schema, orient="row"), faults


def _object(
    line: bytes, dialect: Dialect, columns: Mapping[str, str]
) -> list[list[str]] | tuple[str, Mapping[str, object]]:
    """The values as text, a row each, or the reason why there are none, with its facts."""
    try:
        parsed = object_of(line)
    except NotReadable as error:
        return str(error), {}
    rows = rows_of(parsed, list(columns.values()), dialect.list_path)
    for row in rows:
        for (field, column), value in zip(columns.items(), row, strict=True):
            flag_as_id = isinstance(value, bool) and field.endswith("_id")
            if flag_as_id or not isinstance(value, PLAIN_TYPES):
                return "bad_type", {"column": column}
    return [[plain_text(value) for value in row] for row in rows]


def _raw(data: bytes, lines: Lines, place: int) -> str:
    start, end = int(lines.starts[place]), int(lines.ends[place])
    cut = data[start : min(end, start + 4 * RAW_LIMIT)].replace(UNIT_SEPARATOR, b"::")
    return cut.decode("utf-8", "replace").rstrip("\r")[:RAW_LIMIT]
