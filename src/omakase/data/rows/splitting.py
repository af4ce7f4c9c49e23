"""A block of lines becomes columns; lines that cannot are set aside."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import orjson
import polars as pl
from numpy.typing import NDArray

from omakase.data.rows.blocks import Block
from omakase.data.rows.checks import Fault
from omakase.data.rows.dialect import UNIT_SEPARATOR, Dialect
from omakase.data.rows.lines import (
    BLANK,
    LONG,
    NEWLINE,
    NOT_TEXT,
    NUL,
    QUOTES,
    Lines,
    kept,
    lines_of,
)
from omakase.data.rows.rejects import RAW_LIMIT

SHAPES = {
    BLANK: "blank_line",
    LONG: "line_too_long",
    NUL: "nul_byte",
    NOT_TEXT: "bad_encoding",
    QUOTES: "unbalanced_quotes",
}
"""What is wrong with a line, by its flag; the first counts."""

EXACT = 2.0**53
"""From here on a float need not be the whole number that was written."""

PLAIN_TYPES = (str, int, float, type(None))

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """What became of a block.

    Attributes:
        rows: line, and one column of text for each of ours that the file has.
        faults: lines that could not be split, by line; blank ones among them.
        raw: the text of a line by its number, cut.
        last_line: number of the block's last line.
    """

    rows: pl.DataFrame
    faults: list[Fault]
    raw: Callable[[int], str]
    last_line: int


def split(block: Block, dialect: Dialect, columns: Mapping[str, str]) -> Split:
    """The rows of a block.

    Args:
        block: whole lines.
        dialect: how they are written.
        columns: our column names to the file's.
    """
    data = block.data
    if dialect.format == "dat":
        data = data.replace(b"::", UNIT_SEPARATOR)
    lines = lines_of(data, dialect.separator, quoted=dialect.quoted)
    numbers = block.first_line + np.arange(len(lines), dtype=np.int64)
    faults = _misshapen(lines, numbers, dialect)
    keep = np.ones(len(lines), dtype=np.bool_)
    keep[[fault.line - block.first_line for fault in faults]] = False
    read = _objects if dialect.format == "jsonl" else _fields
    rows, more = read(kept(data, lines, keep), numbers[keep], dialect, columns)
    return Split(
        rows,
        sorted((*faults, *more), key=lambda fault: fault.line),
        lambda line: _raw(data, lines, line - block.first_line),
        int(numbers[-1]),
    )


def _misshapen(lines: Lines, numbers: Numbers, dialect: Dialect) -> list[Fault]:
    wrong = lines.flags & sum(SHAPES) != 0
    expected = len(dialect.columns)
    if dialect.format != "jsonl":
        wrong |= lines.fields != expected
    return [
        Fault(
            int(numbers[place]),
            next((r for flag, r in SHAPES.items() if flag & lines.flags[place]), "wrong_columns"),
            {"found": int(lines.fields[place]), "expected": expected},
        )
        for place in np.flatnonzero(wrong)
    ]


def _fields(
    data: bytes, numbers: Numbers, dialect: Dialect, columns: Mapping[str, str]
) -> tuple[pl.DataFrame, list[Fault]]:
    """The fields of lines of equal length; where the parser stumbles, it is halved."""
    try:
        table = _parsed(data, dialect, columns)
    except pl.exceptions.PolarsError:
        table = None
    if table is not None and table.height == len(numbers):
        return table.insert_column(0, pl.Series("line", numbers)), []
    if len(numbers) == 1:
        return _no_rows(columns), [Fault(int(numbers[0]), "unreadable", {})]
    half = len(numbers) // 2
    cut = int(np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE)[half - 1]) + 1
    first, wrong = _fields(data[:cut], numbers[:half], dialect, columns)
    second, more = _fields(data[cut:], numbers[half:], dialect, columns)
    return pl.concat([first, second]), [*wrong, *more]


def _parsed(data: bytes, dialect: Dialect, columns: Mapping[str, str]) -> pl.DataFrame:
    if not data:
        return _no_rows(columns).drop("line")
    places = {name: dialect.columns.index(theirs) for name, theirs in columns.items()}
    table = pl.read_csv(
        data,
        has_header=False,
        infer_schema=False,
        separator=dialect.separator.decode(),
        quote_char='"' if dialect.quoted else None,
    )
    return table.select(pl.nth(place).alias(name) for name, place in places.items())


def _no_rows(columns: Mapping[str, str]) -> pl.DataFrame:
    return pl.DataFrame(schema={"line": pl.Int64, **dict.fromkeys(columns, pl.String)})


def _objects(
    data: bytes, numbers: Numbers, dialect: Dialect, columns: Mapping[str, str]
) -> tuple[pl.DataFrame, list[Fault]]:
    """The named values of JSON objects, one a line."""
    rows: list[tuple[int | str, ...]] = []
    faults: list[Fault] = []
    lines = data.split(b"\n")[:-1]  # not splitlines: a lone return is white space to JSON
    for number, line in zip(numbers.tolist(), lines, strict=True):
        found = _object(line, columns)
        if isinstance(found, list):
            rows.append((number, *found))
        else:
            faults.append(Fault(number, *found))
    schema = {"line": pl.Int64, **dict.fromkeys(columns, pl.String)}
    return pl.DataFrame(rows, schema=schema, orient="row"), faults


def _object(
    line: bytes, columns: Mapping[str, str]
) -> list[str] | tuple[str, Mapping[str, object]]:
    """The values as text, or the reason why there are none, with its facts."""
    try:
        parsed = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "bad_json", {}
    if not isinstance(parsed, dict):
        return "not_an_object", {}
    values = [parsed.get(theirs) for theirs in columns.values()]
    for name, value in zip(columns.values(), values, strict=True):
        if type(value) not in PLAIN_TYPES:
            return "bad_type", {"column": name}
    if any(isinstance(value, float) and abs(value) >= EXACT for value in values):
        exact = json.loads(line)  # orjson rounds a whole number of more than 64 bits
        values = [exact.get(theirs) for theirs in columns.values()]
    return [written(value) for value in values]


def written(value: str | float | None) -> str:
    """A plain value of JSON as text; a whole number as its digits, so that 7.0 and 7 are one id."""
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    return "" if value is None else str(value)


def _raw(data: bytes, lines: Lines, place: int) -> str:
    start, end = int(lines.starts[place]), int(lines.ends[place])
    cut = data[start : min(end, start + 4 * RAW_LIMIT)].replace(UNIT_SEPARATOR, b"::")
    return cut.decode("utf-8", "replace").rstrip("\r")[:RAW_LIMIT]
