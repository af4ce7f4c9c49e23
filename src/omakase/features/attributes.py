"""Attributes of items or users as sparse matrices, for models that learn a vector of each."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.errors import MissingColumns


def attribute_shares(
    table: pl.DataFrame, columns: Sequence[str], *, limit: int = 10_000
) -> list[sparse.csr_array]:
    """For each column an (N, A) float32 matrix: a row's values with equal shares that add up to 1.

    A value is what stands in a column of text or numbers, or each of what stands in a column of
    lists. A row without a value, or with rare ones only, is a row of zeros.

    Args:
        limit: values kept of a column: the commonest, ties by name.

    Raises:
        MissingColumns: a column that the table does not have.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise MissingColumns("the table", missing, table.columns)
    return [_shares(table.get_column(name), limit) for name in columns]


def _shares(column: pl.Series, limit: int) -> sparse.csr_array:
    if not isinstance(column.dtype, pl.List):
        return _places(column, limit)
    pairs = pl.DataFrame({"row": np.arange(len(column)), "value": column}).explode("value")
    pairs = pairs.with_columns(pl.col("value").cast(pl.String)).drop_nulls().unique()
    known = (
        pairs.group_by("value")
        .len()
        .sort(["len", "value"], descending=[True, False])
        .head(limit)
        .with_row_index("number")
    )
    kept = pairs.join(known, on="value").sort("row", "number")
    rows, numbers = kept.get_column("row").to_numpy(), kept.get_column("number").to_numpy()
    counts = np.bincount(rows, minlength=len(column))
    shares = (1 / counts[rows]).astype(np.float32)
    return sparse.coo_array((shares, (rows, numbers)), shape=(len(column), len(known))).tocsr()


def _places(column: pl.Series, limit: int) -> sparse.csr_array:
    """As `_shares` of a column with one value a row; millions of rows take little beside it."""
    known = (
        column.alias("value")
        .drop_nulls()
        .value_counts(name="rows")
        .with_columns(pl.col("value").cast(pl.String).alias("word"))
        .sort(["rows", "word"], descending=[True, False])
        .head(limit)
    )
    numbers = pl.arange(len(known), dtype=pl.Int32, eager=True)
    found = column.replace_strict(known["value"], numbers, default=None, return_dtype=pl.Int32)
    starts = np.concatenate([[0], np.cumsum(found.is_not_null().to_numpy())])
    columns = found.drop_nulls().to_numpy()
    ones = np.ones(len(columns), dtype=np.float32)
    return sparse.csr_array((ones, columns, starts.astype(np.int32)), (len(column), len(known)))


def value_rows(column: pl.Series) -> dict[str, NDArray[np.int64]]:
    """Each value of a column, or of its lists, to the rows that have it, ascending."""
    pairs = pl.DataFrame({"row": np.arange(len(column)), "value": column})
    if isinstance(column.dtype, pl.List):
        pairs = pairs.explode("value")
    groups = pairs.drop_nulls().unique().group_by(pl.col("value").cast(pl.String)).agg("row")
    return {value: np.sort(np.asarray(rows)) for value, rows in groups.iter_rows()}
