"""Columns of the owner's own in a file of texts: numbers, truths and lists where all values are."""

import re
from collections.abc import Collection
from typing import Final

import polars as pl

from omakase.data.rows.identifiers import NOTHING

NUMBER: Final = r"^[+-]?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]+)?$"
"""A figure to reckon with: a leading zero or ten digits and more are a code's."""

CODE: Final = re.compile(
    r"(?:^|_|-|\s)(?:id|code|no|number|zip|zipcode|postcode|postal|phone|tel|sku|ean|isbn|upc|barcode)$"
    r"|코드$|번호$|아이디$",
    re.IGNORECASE,
)
"""Names of columns whose digits are no figures."""

TRUTHS: Final = ("true", "false")
LIST_SHARE: Final = 0.1
"""Of the values must have "|" for a column of lists."""


def typed_columns(table: pl.DataFrame, names: Collection[str], *, decimal: str) -> pl.DataFrame:
    """The table with columns of text as what all of their values are; others stay as they are.

    Args:
        names: of the columns that are looked at.
        decimal: what stands before decimals.
    """
    texts = [name for name in names if table.schema.get(name) == pl.String]
    return table.with_columns(_typed(table.get_column(name), decimal) for name in texts)


def _typed(column: pl.Series, decimal: str) -> pl.Series:
    texts = _without_markers(column.str.strip_chars())
    values = texts.drop_nulls()
    if values.is_empty():
        return column
    numbers = texts if decimal == "." else texts.str.replace(decimal, ".", literal=True)
    if not CODE.search(column.name) and numbers.drop_nulls().str.contains(NUMBER).all():
        return _as_numbers(numbers)
    if values.str.to_lowercase().is_in(TRUTHS).all():
        return texts.str.to_lowercase() == "true"
    if values.str.contains("|", literal=True).sum() >= LIST_SHARE * len(values):
        parts = texts.str.split("|").list.eval(pl.element().str.strip_chars())
        return parts.list.filter(pl.element() != "")
    return column


def _without_markers(texts: pl.Series) -> pl.Series:
    """Null where a value is missing, however that is written."""
    is_missing = texts.str.to_lowercase().is_in(list(NOTHING))
    return pl.select(pl.when(~is_missing).then(texts)).to_series().alias(texts.name)


def _as_numbers(texts: pl.Series) -> pl.Series:
    """Whole numbers where all are."""
    is_whole = not texts.drop_nulls().str.contains(".", literal=True).any()
    return texts.cast(pl.Int64 if is_whole else pl.Float64)
