"""Rows of a Parquet file."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from omakase.data.rows.splitting import LineSplit
from omakase.errors import UnreadableFile

STRANGE = (pl.Binary, pl.Duration, pl.Object)


def table_columns(path: Path) -> list[str]:
    """The names of the columns.

    Raises:
        UnreadableFile: not a Parquet file.
    """
    try:
        return list(pl.read_parquet_schema(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableFile(f"{path}: this is not a Parquet file ({error})") from error


def require_plain(path: Path, columns: Mapping[str, str]) -> None:
    """Nothing, where each of the columns holds text, numbers or times.

    Args:
        path: a Parquet file.
        columns: our names to the file's.

    Raises:
        UnreadableFile: lists, structures, bytes or spans of time where a plain value is needed.
    """
    schema = pl.read_parquet_schema(path)
    for field, column in columns.items():
        dtype = schema[column]
        if dtype.is_nested() or dtype in STRANGE or (field == "time" and dtype == pl.Time):
            raise UnreadableFile(
                f"{path}: column {column!r} is of type {dtype}, which is no {field}; "
                "text, numbers, dates and times are read"
            )


def slices(path: Path, columns: Mapping[str, str], size: int) -> Iterator[tuple[LineSplit, int]]:
    """At most `size` rows at a time, and how many bytes of the file that stands for.

    Raises:
        UnreadableFile: the file is damaged.
    """
    table = pl.scan_parquet(path).select(
        pl.col(column).alias(field) for field, column in columns.items()
    )
    total = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    for start in range(0, total, size):
        rows = _collect(path, table.slice(start, size))
        numbers = pl.int_range(start + 1, start + 1 + rows.height, eager=True).alias("line")
        last = start + rows.height
        part = LineSplit(rows.insert_column(0, numbers), [], partial(_raw, rows, start), last)
        yield part, path.stat().st_size * last // total


def _collect(path: Path, rows: pl.LazyFrame) -> pl.DataFrame:
    try:
        return rows.collect()
    except pl.exceptions.PolarsError as error:
        raise UnreadableFile(f"{path}: the file is damaged ({error})") from error


def _raw(rows: pl.DataFrame, start: int, line: int) -> str:
    named = rows.drop("line").row(line - start - 1, named=True)
    return json.dumps(named, ensure_ascii=False, default=str)
