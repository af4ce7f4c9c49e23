"""Rows of a Parquet file."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from omakase.data.rows.splitting import Split
from omakase.errors import UnreadableFile


def table_columns(path: Path) -> list[str]:
    """The names of the columns.

    Raises:
        UnreadableFile: not a Parquet file.
    """
    try:
        return list(pl.read_parquet_schema(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableFile(f"{path}: this is not a Parquet file ({error})") from error


def slices(path: Path, columns: Mapping[str, str], size: int) -> Iterator[tuple[Split, int]]:
    """At most `size` rows at a time, and how many bytes of the file that stands for."""
    table = pl.scan_parquet(path).select(
        pl.col(theirs).alias(ours) for ours, theirs in columns.items()
    )
    total = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    for start in range(0, total, size):
        rows = table.slice(start, size).collect()
        numbers = pl.int_range(start + 1, start + 1 + rows.height, eager=True).alias("line")
        last = start + rows.height
        part = Split(rows.insert_column(0, numbers), [], partial(_raw, rows, start), last)
        yield part, path.stat().st_size * last // total


def _raw(rows: pl.DataFrame, start: int, line: int) -> str:
    named = rows.drop("line").row(line - start - 1, named=True)
    return json.dumps(named, ensure_ascii=False, default=str)
