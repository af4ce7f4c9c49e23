"""Items or users out of JSON Lines, whose values may be anything."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from omakase.data.rows.blocks import blocks
from omakase.data.rows.columns import LISTS, RANGES, free
from omakase.data.rows.dialect import dialect_of
from omakase.data.rows.names import guess
from omakase.data.rows.numbers import plain_text
from omakase.data.rows.paths import NotReadable, at, object_of
from omakase.data.rows.rejects import Reject


def read_objects(
    path: Path,
    encoding: str | None,
    names: Mapping[str, tuple[str, ...]],
    mapping: Mapping[str, str] | None = None,
    name: str | None = None,
) -> tuple[pl.DataFrame, list[Reject]]:
    """The objects of a file, with the line on which each stands, and the lines that hold none.

    Values may be lists and objects; a list stays one, of text, and an object becomes its JSON.

    Args:
        path: the file.
        encoding: of a file without a byte order mark.
        names: `ITEM_NAMES` or `USER_NAMES`; its first column, the id, must be plain.
        mapping: our column names to the file's; dotted ones lead into objects.
        name: of the file, for messages.

    Raises:
        UnreadableFile: no object in the first lines.
    """
    mapping = mapping or {}
    sampled = [n for n in dialect_of(path, "jsonl", encoding).columns if "." not in n]
    dotted = [column for column in mapping.values() if "." in column]
    label = name or path.name
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for block in blocks(path, encoding=encoding):
        lines = block.data.split(b"\n")[:-1]  # not splitlines: a lone return is white space
        for number, line in enumerate(lines, block.first_line):
            if not line.strip():
                continue
            parsed, reason = _parse(line, names, mapping)
            if reason is None:
                parsed |= {path: at(parsed, path) for path in dotted if path not in parsed}
                rows.append({"line": number, **{free(n): value for n, value in parsed.items()}})
            else:
                raw = line.decode("utf-8", "replace")
                rejects.append(Reject.of(label, number, reason, raw, column=next(iter(names))))
    present = dict.fromkeys(("line", *map(free, sampled), *(name for row in rows for name in row)))
    told = guess(names, list(present), mapping)
    numbers = {told[name] for name in RANGES if name in told}
    columns = [
        _column(column, [row.get(column) for row in rows], lists=column not in numbers)
        for column in present
    ]
    return pl.DataFrame(columns).with_columns(pl.col("line").cast(pl.Int64)), rejects


def _parse(
    line: bytes, names: Mapping[str, tuple[str, ...]], mapping: Mapping[str, str]
) -> tuple[dict[str, Any], str | None]:
    """The object of a line, or why there is none."""
    try:
        parsed = object_of(line)
    except NotReadable as error:
        return {}, str(error)
    key = guess(names, list(parsed), mapping).get(next(iter(names)), "")
    if isinstance(parsed.get(key), dict | list):
        return {}, "bad_type"
    if isinstance(parsed.get(key), float):
        return parsed | {key: plain_text(parsed[key])}, None
    return parsed, None


def _column(name: str, values: list[Any], *, lists: bool) -> pl.Series:
    """One column of what JSON may hold: numbers, or `lists` of text, or otherwise text."""
    kinds = {type(value) for value in values if value is not None}
    if lists and list in kinds:
        several = [value if isinstance(value, list) else _several(name, value) for value in values]
        texts = [value and [_as_text(element) for element in value] for value in several]
        return pl.Series(name, texts, dtype=pl.List(pl.String), strict=False)
    if kinds <= {int, float} or kinds == {bool}:
        return pl.Series(name, values, strict=False)
    return pl.Series(name, [_as_text(value) for value in values], dtype=pl.String)


def _several(name: str, value: Any) -> list[Any] | None:
    """A value alone, in a column where others are lists."""
    if value is None:
        return None
    return value.split("|") if name in LISTS and isinstance(value, str) else [value]


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
