"""`read_records`: what a file tells of items or users, checked row by row."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import polars as pl

from omakase.data.rows.blocks import blocks, encoding_of
from omakase.data.rows.checks import CONTROL, FOUND_LIMIT, NOTHING, Rules, text_of
from omakase.data.rows.columns import LISTS, RANGES, free, guess
from omakase.data.rows.dialect import Dialect, dialect_of, format_of, readable
from omakase.data.rows.objects import read_objects
from omakase.data.rows.rejects import Reject
from omakase.data.rows.splitting import split
from omakase.data.rows.table import require_plain
from omakase.errors import MissingColumns, UnreadableFile


@dataclass(frozen=True, slots=True)
class Records:
    """Items or users out of a file.

    Attributes:
        table: the good ones, by our column names where they are known; the last one of an id.
        rejects: the rows that were left out, by line.
    """

    table: pl.DataFrame
    rejects: tuple[Reject, ...]


def read_records(
    path: Path,
    names: Mapping[str, tuple[str, ...]],
    *,
    format: str | None = None,
    encoding: str = "utf-8",
    rules: Rules | None = None,
) -> Records:
    """All rows of a file of items or users.

    Args:
        path: CSV, JSON Lines or Parquet.
        names: `ITEM_NAMES` or `USER_NAMES`; its first column is the id.
        format, encoding: as for `open_rows`.
        rules: how long an id may be.

    Raises:
        UnreadableFile: missing, empty, or in a format nobody here reads.
        MissingColumns: no column for the id.
    """
    readable(path)
    found = format_of(path, format)
    raw, unread = _raw_table(path, found, encoding, names)
    told = guess(names, [name for name in raw.columns if name != "line"])
    key = next(iter(names))
    if key not in told:
        raise MissingColumns(path.name, [key], raw.columns[1:])
    known = raw.rename({theirs: ours for ours, theirs in told.items()})
    checked = known.with_columns(text_of(key, known.schema[key]))
    reason = _reason(checked, key, rules or Rules())
    judged = checked.with_columns(reason.alias("_reason"))
    bad = judged.filter(pl.col("_reason").is_not_null()).drop("_reason")
    reasons = judged.get_column("_reason").drop_nulls().to_list()
    refused = [
        _reject(path.name, row, why, key, rules or Rules())
        for row, why in zip(bad.iter_rows(named=True), reasons, strict=True)
    ]
    good = judged.filter(pl.col("_reason").is_null()).drop("_reason", "line")
    good = good.unique(subset=[key], keep="last", maintain_order=True)
    return Records(_typed(good), tuple(sorted((*unread, *refused), key=lambda r: r.line)))


def _raw_table(
    path: Path, format: str, encoding: str, names: Mapping[str, tuple[str, ...]]
) -> tuple[pl.DataFrame, list[Reject]]:
    """All rows with the line (or the row) on which each stands, and those that cannot be split."""
    if format == "parquet":
        try:
            return _table(path, names), []
        except (pl.exceptions.PolarsError, OSError) as error:
            raise UnreadableFile(f"{path}: this is not a Parquet file ({error})") from error
    if format == "jsonl":
        return read_objects(path, encoding, names)
    dialect = dialect_of(path, format, encoding)
    table, rejects = _line_by_line(path, dialect, encoding)
    if any(reject.reason == "unbalanced_quotes" for reject in rejects):
        whole = _with_breaks(path, dialect, encoding)
        return (table, rejects) if whole is None else (whole, [])
    return table, rejects


def _table(path: Path, names: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """The rows of a Parquet file. The id and the numbers must be plain; the rest is as it is."""
    table = pl.read_parquet(path)
    needed = guess(names, table.columns)
    require_plain(path, {n: c for n, c in needed.items() if n == next(iter(names)) or n in RANGES})
    floats = [name for name, dtype in table.schema.items() if dtype.is_float()]
    known = table.with_columns(pl.col(floats).fill_nan(None))  # how pandas writes nothing
    return known.rename({c: free(c) for c in known.columns}).with_row_index("line", 1)


def _with_breaks(path: Path, dialect: Dialect, encoding: str) -> pl.DataFrame | None:
    """Rows that may go over several lines inside quotation marks; none if that makes no sense."""
    try:
        text = path.read_bytes().decode(encoding_of(path, encoding)).removeprefix("\ufeff")
        reader = csv.reader(StringIO(text), delimiter=dialect.separator.decode(), strict=True)
        rows, line = [], 0
        for fields in reader:
            if line >= dialect.header_line and fields:
                rows.append((line + 1, *fields))
            line = reader.line_num
    except (UnicodeDecodeError, csv.Error):
        return None
    if any(len(row) != 1 + len(dialect.columns) for row in rows):
        return None
    schema = {"line": pl.Int64, **dict.fromkeys(map(free, dialect.columns), pl.String)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _line_by_line(path: Path, dialect: Dialect, encoding: str) -> tuple[pl.DataFrame, list[Reject]]:
    columns = {free(name): name for name in dialect.columns}
    tables, rejects = [], []
    for block in blocks(path, encoding=encoding, after_line=dialect.header_line):
        found = split(block, dialect, columns)
        tables.append(found.rows)
        rejects += [
            Reject.of(path.name, fault.line, fault.reason, found.raw(fault.line), **fault.facts)
            for fault in found.faults
            if fault.reason != "blank_line"
        ]
    empty = pl.DataFrame(schema={"line": pl.Int64, **dict.fromkeys(columns, pl.String)})
    return pl.concat([empty, *tables]), rejects


def _reason(table: pl.DataFrame, key: str, rules: Rules) -> pl.Expr:
    """The first thing wrong with a row, null where nothing is."""
    ids = pl.col(key)
    wrong = {
        f"empty_{key.removesuffix('_id')}": ids.str.to_lowercase().is_in(NOTHING),
        "id_too_long": ids.str.len_chars() > rules.longest_id,
        "control_character": ids.str.contains(CONTROL),
        **{f"bad_{name}": _unbelievable(table, name) for name in RANGES if name in table.columns},
    }
    return pl.coalesce(
        *(pl.when(here).then(pl.lit(reason)) for reason, here in wrong.items()),
        pl.lit(None, pl.String),
    )


def _unbelievable(table: pl.DataFrame, name: str) -> pl.Expr:
    """Something that is no number, or a number outside its range; nothing at all is fine."""
    lowest, highest = RANGES[name]
    number = pl.col(name).cast(pl.Float64, strict=False)
    outside = ~number.is_between(lowest, highest).fill_null(False)
    given = pl.col(name).is_not_null()
    if table.schema[name] == pl.String:
        given = ~pl.col(name).fill_null("").str.strip_chars().str.to_lowercase().is_in(NOTHING)
    return given & outside


def _reject(file: str, row: Mapping[str, object], reason: str, key: str, rules: Rules) -> Reject:
    shown = {name: value for name, value in row.items() if name != "line" and value is not None}
    raw = json.dumps(shown, ensure_ascii=False, default=str)
    line = int(str(row["line"]))
    column = reason.removeprefix("bad_")
    if column in RANGES:
        lowest, highest = RANGES[column]
        span = f"{lowest:g} to {highest:g}"
        facts = {"column": column, "found": row[column], "expected": span}
        return Reject.of(file, line, "bad_number", raw, **facts)
    found = str(row[key])[:FOUND_LIMIT]
    return Reject.of(file, line, reason, raw, found=found, expected=rules.longest_id)


def _typed(table: pl.DataFrame) -> pl.DataFrame:
    """Numbers as numbers, "A|B" as a list."""
    texts = [name for name, dtype in table.schema.items() if dtype == pl.String]
    return table.with_columns(
        *(pl.col(c).str.split("|").list.filter(pl.element() != "") for c in LISTS if c in texts),
        *(pl.col(c).cast(pl.Float64, strict=False) for c in RANGES if c in table.columns),
    )
