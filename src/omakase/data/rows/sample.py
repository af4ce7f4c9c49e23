"""The first rows of a file, all columns: by them it is decided what the columns are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from omakase.data.rows import headless
from omakase.data.rows.blocks import Block, blocks
from omakase.data.rows.columns import EVENT_NAMES
from omakase.data.rows.dialect import Dialect, dialect_of, format_of, readable
from omakase.data.rows.encoding import encoding_of
from omakase.data.rows.names import guess
from omakase.data.rows.numbers import plain_text
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.paths import NotReadable, list_of, object_of, rows_of
from omakase.data.rows.splitting import split
from omakase.data.rows.table import table_columns
from omakase.errors import UnreadableFile

SAMPLE_BYTES = 1 << 20
SAMPLE_ROWS = 20_000


@dataclass(frozen=True)
class Sample:
    """What was seen of a file.

    Attributes:
        format: a value of `FORMATS`.
        encoding: of text; empty of Parquet.
        dialect: of text; none of Parquet.
        rows: the first rows by the file's own names; text, but for Parquet.
        flat: the columns that hold plain values.
        whole: whether these are all rows.
    """

    format: str
    encoding: str
    dialect: Dialect | None
    rows: pl.DataFrame
    flat: tuple[str, ...]
    whole: bool

    def resolved(self, declared: Mapping[str, str]) -> dict[str, str]:
        """Declared columns; one that names a list of objects in JSON is looked for within it."""
        if self.dialect is None or not self.dialect.list_path:
            return dict(declared)
        within = f"{self.dialect.list_path}."
        inner = [name for name in self.rows.columns if name.startswith(within)]
        mapping = guess(EVENT_NAMES, [name.removeprefix(within) for name in inner])
        return {
            field: within + mapping[field]
            if column == self.dialect.list_path and field in mapping
            else column
            for field, column in declared.items()
        }


def sample_of(path: Path, options: ReadOptions) -> Sample:
    """The first rows of a plain file.

    Raises:
        UnreadableFile: missing, empty, or in a format nobody here reads.
    """
    readable(path)
    format = format_of(path, options.format)
    if format == "parquet":
        return _of_parquet(path)
    encoding = encoding_of(path, options.encoding)
    dialect = dialect_of(path, format, encoding, options)
    first = next(
        blocks(path, encoding=encoding, after_line=dialect.header_line, size=SAMPLE_BYTES), None
    )
    is_complete = first is None or first.bytes_read >= path.stat().st_size
    block = first or Block(b"", dialect.header_line + 1, 0)
    read = _objects if format == "jsonl" else _fields
    rows, flat = read(block, dialect)
    if not dialect.named and not options.columns:
        names = headless.names_of(rows)
        rows, flat = rows.rename(dict(zip(rows.columns, names, strict=True))), names
        dialect = replace(dialect, columns=names)
    return Sample(format, encoding, dialect, rows, flat, is_complete)


def _of_parquet(path: Path) -> Sample:
    names = table_columns(path)
    try:
        rows = pl.scan_parquet(path).head(SAMPLE_ROWS).collect()
        total = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableFile(f"{path}: the file is damaged ({error})") from error
    strange = (pl.Binary, pl.Duration, pl.Object)
    flat = [n for n, d in rows.schema.items() if not d.is_nested() and d not in strange]
    return Sample("parquet", "", None, rows.select(names), tuple(flat), total <= rows.height)


def _fields(block: Block, dialect: Dialect) -> tuple[pl.DataFrame, tuple[str, ...]]:
    names = {str(n): name for n, name in enumerate(dialect.columns)}
    if not block.data:
        return pl.DataFrame(schema=dict.fromkeys(dialect.columns, pl.String)), dialect.columns
    rows = split(block, dialect, names, final=False).rows
    named = rows.select(pl.col(n).alias(name) for n, name in names.items())
    return named.head(SAMPLE_ROWS), dialect.columns


def _objects(block: Block, dialect: Dialect) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Every path that was seen; those to lists and objects are columns, too, but not flat."""
    rows: list[list[Any]] = []
    parsed = []
    for line in islice(block.data.split(b"\n"), SAMPLE_ROWS // 4):
        try:
            parsed.append(object_of(line))
        except NotReadable:
            continue
    for record in parsed:
        rows += rows_of(record, dialect.columns, dialect.list_path)
    columns = list(zip(*rows, strict=True)) or [()] * len(dialect.columns)
    table = pl.DataFrame(
        [
            pl.Series(name, [_as_text(value) for value in column], dtype=pl.String)
            for name, column in zip(dialect.columns, columns, strict=True)
        ]
    )
    nested = {
        name
        for name, column in zip(dialect.columns, columns, strict=True)
        if _holds_objects(column)
        or (dialect.list_path == name)
        or (list_of(parsed[:50], name) and not name.startswith(f"{dialect.list_path}."))
    }
    return table, tuple(name for name in dialect.columns if name not in nested)


def _holds_objects(column: Sequence[Any]) -> bool:
    """Whether most of the values that are there are objects or lists."""
    nested = sum(isinstance(value, dict | list) for value in column)
    return 2 * nested > sum(value is not None for value in column)


def _as_text(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else plain_text(value)
