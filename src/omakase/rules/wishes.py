"""What people wish without writing a rule: categories they shun, prices they mean to pay."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from omakase.rules.columns import Columns, Numbers, Words, columns_of
from omakase.rules.values import Mask

Facts = Mapping[str, Sequence[Any]]

PATH = " > "
"""Between the names of a category's path: "Film > Comedy"."""


def overlaid(items: pl.DataFrame, texts: Facts, numbers: Facts) -> Columns:
    """The columns of a table of N items, and over them facts that are newer.

    Args:
        texts, numbers: N values a name, None where nothing is known; an empty text is nothing.
    """
    newer = {
        name: pl.Series([value or None for value in values], dtype=pl.String)
        for name, values in texts.items()
    }
    newer |= {name: pl.Series(values, dtype=pl.Float64) for name, values in numbers.items()}
    return {**columns_of(items), **columns_of(pl.DataFrame(newer))}


def within(column: Words, categories: Iterable[str]) -> Mask:
    """(N,) whether an item lies in one of the categories or below it.

    A category is named by its path, or by its own name alone.
    """
    wanted = set(categories)
    inside = np.asarray([_lies_in(path, wanted) for path in column.words], dtype=np.bool_)
    if not len(inside):
        return np.zeros(len(column.codes), dtype=np.bool_)
    return inside[column.codes] & (column.codes >= 0)


def priced(column: Numbers, low: float | None, high: float | None) -> Mask:
    """(N,) whether an item costs between the two, ends included; what has no price passes."""
    below = column.values < (-np.inf if low is None else low)
    above = column.values > (np.inf if high is None else high)
    return np.asarray(~(below | above))


def _lies_in(path: str, wanted: set[str]) -> bool:
    names = path.split(PATH)
    lines = {PATH.join(names[: depth + 1]) for depth in range(len(names))}
    return bool(wanted & (lines | set(names)))
