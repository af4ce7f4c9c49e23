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
    pairs = pl.DataFrame({"row": np.arange(len(column)), "value": column})
    if isinstance(column.dtype, pl.List):
        pairs = pairs.explode("value")
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


def value_rows(column: pl.Series) -> dict[str, NDArray[np.int64]]:
    """Each value of a column, or of its lists, to the rows that have it, ascending."""
    pairs = pl.DataFrame({"row": np.arange(len(column)), "value": column})
    if isinstance(column.dtype, pl.List):
        pairs = pairs.explode("value")
    groups = pairs.drop_nulls().unique().group_by(pl.col("value").cast(pl.String)).agg("row")
    return {value: np.sort(np.asarray(rows)) for value, rows in groups.iter_rows()}
