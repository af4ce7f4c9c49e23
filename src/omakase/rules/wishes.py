"""What people wish without writing a rule: categories they shun, prices they mean to pay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from omakase.rules.columns import Numbers, OverlaidColumns, PatchedColumns, Words, columns_of
from omakase.rules.values import Mask
from omakase.types import Rows

Facts = Mapping[str, Sequence[Any]]

PATH = " > "
"""Between the names of a category's path: "Film > Comedy"."""


def overlaid(items: pl.DataFrame, texts: Facts, numbers: Facts) -> OverlaidColumns:
    """The columns of a table of N items, and over them facts that are newer.

    Args:
        texts, numbers: N values a name, None where nothing is known; an empty text is nothing.
    """
    return OverlaidColumns(columns_of(items), columns_of(_newer(texts, numbers)))


def aligned(items: pl.DataFrame, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """A table of other items with the columns of a table; what a row does not tell is missing."""
    columns = {
        name: pl.Series(name, [row.get(name) for row in rows], dtype=dtype, strict=False)
        for name, dtype in items.schema.items()
    }
    return pl.DataFrame(columns)


def patched(columns: OverlaidColumns, rows: Rows, texts: Facts, numbers: Facts) -> OverlaidColumns:
    """The columns of `overlaid`, where facts of R items are newer still; those before stay whole.

    Args:
        rows: (R,) of the items, none twice.
        texts, numbers: R values a name, every name that was laid over.
    """
    newer = PatchedColumns(columns.above, rows, columns_of(_newer(texts, numbers)))
    return replace(columns, above=dict(newer))


def renew_columns(
    columns: OverlaidColumns, items: pl.DataFrame, rows: Rows, facts: Sequence[Mapping[str, Any]]
) -> OverlaidColumns:
    """The same where the table below knows R items anew; what is laid over goes on holding.

    Args:
        rows: (R,) of the items, none twice.
        facts: R rows with the table's columns; what a row does not tell is missing.
    """
    table = columns.below
    full_table = table.before if isinstance(table, PatchedColumns) else table
    return replace(
        columns, below=PatchedColumns(full_table, rows, columns_of(aligned(items, facts)))
    )


def within(column: Words, categories: Iterable[str]) -> Mask:
    """(N,) whether an item lies in one of the categories or below it.

    A category is named by its path, or by its own name alone.
    """
    excluded = set(categories)
    inside = np.asarray([_lies_in(path, excluded) for path in column.words], dtype=np.bool_)
    if not len(inside):
        return np.zeros(len(column.codes), dtype=np.bool_)
    return inside[column.codes] & (column.codes >= 0)


def priced(column: Numbers, low: float | None, high: float | None) -> Mask:
    """(N,) whether an item costs between the two, ends included; what has no price passes."""
    below = column.values < (-np.inf if low is None else low)
    above = column.values > (np.inf if high is None else high)
    return np.asarray(~(below | above))


def _newer(texts: Facts, numbers: Facts) -> pl.DataFrame:
    table = {
        name: pl.Series([value or None for value in values], dtype=pl.String)
        for name, values in texts.items()
    }
    return pl.DataFrame(
        table | {name: pl.Series(values, dtype=pl.Float64) for name, values in numbers.items()}
    )


def _lies_in(path: str, wanted: set[str]) -> bool:
    return bool(wanted & names_of(path))


def names_of(path: str) -> set[str]:
    """All that a category may be called by which this path lies in: paths above it, and names."""
    names = path.split(PATH)
    return {PATH.join(names[: depth + 1]) for depth in range(len(names))} | set(names)
