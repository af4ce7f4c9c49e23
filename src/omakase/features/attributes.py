"""Attributes of items or users as sparse matrices, for models that learn a vector of each."""

from collections.abc import Sequence
from hashlib import blake2b

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
    pairs = _pairs(column)
    vocabulary = _known_of_lists(pairs, limit).with_row_index("number")
    pairs_kept = pairs.join(vocabulary, on="value").sort("row", "number")
    rows, numbers = (
        pairs_kept.get_column("row").to_numpy(),
        pairs_kept.get_column("number").to_numpy(),
    )
    counts = np.bincount(rows, minlength=len(column))
    shares = (1 / counts[rows]).astype(np.float32)
    return sparse.coo_array((shares, (rows, numbers)), shape=(len(column), len(vocabulary))).tocsr()


def _places(column: pl.Series, limit: int) -> sparse.csr_array:
    """As `_shares` of a column with one value a row; millions of rows take little beside it."""
    vocabulary = _known_values(column, limit)
    numbers = pl.arange(len(vocabulary), dtype=pl.Int32, eager=True)
    numbers_of_rows = column.replace_strict(
        vocabulary["value"], numbers, default=None, return_dtype=pl.Int32
    )
    starts = np.concatenate([[0], np.cumsum(numbers_of_rows.is_not_null().to_numpy())])
    columns = numbers_of_rows.drop_nulls().to_numpy()
    ones = np.ones(len(columns), dtype=np.float32)
    return sparse.csr_array(
        (ones, columns, starts.astype(np.int32)), (len(column), len(vocabulary))
    )


def attribute_keys(
    table: pl.DataFrame, columns: Sequence[str], *, limit: int = 10_000
) -> NDArray[np.uint64]:
    """(A,) a number for each column of `attribute_shares`, one after the other.

    It tells the column and the value, and is the same whenever it is made.
    """
    values = [
        word for name in columns for word in _known_words(table.get_column(name), name, limit)
    ]
    return _keys(values)


def column_keys(columns: Sequence[str]) -> NDArray[np.uint64]:
    """(C,) a number for each column of quantities, beside those of `attribute_keys`."""
    return _keys(columns)


def _keys(words: Sequence[str]) -> NDArray[np.uint64]:
    digests = [blake2b(word.encode(), digest_size=8).digest() for word in words]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _known_words(column: pl.Series, name: str, limit: int) -> list[str]:
    if isinstance(column.dtype, pl.List):
        words = _known_of_lists(_pairs(column), limit).get_column("value")
    else:
        words = _known_values(column, limit).get_column("word")
    return [f"{name}\x00{word}" for word in words]


def _pairs(column: pl.Series) -> pl.DataFrame:
    """`row` and `value` of a column of lists, each pair once."""
    pairs = pl.DataFrame({"row": np.arange(len(column)), "value": column}).explode("value")
    return pairs.with_columns(pl.col("value").cast(pl.String)).drop_nulls().unique()


def _known_of_lists(pairs: pl.DataFrame, limit: int) -> pl.DataFrame:
    """`value` and `len`: the commonest, ties by name."""
    counts = pairs.group_by("value").len()
    return counts.sort(["len", "value"], descending=[True, False]).head(limit)


def _known_values(column: pl.Series, limit: int) -> pl.DataFrame:
    """`value`, `rows` and `word` (the value as text): the commonest, ties by name."""
    return (
        column.alias("value")
        .drop_nulls()
        .value_counts(name="rows")
        .with_columns(pl.col("value").cast(pl.String).alias("word"))
        .sort(["rows", "word"], descending=[True, False])
        .head(limit)
    )


def value_rows(column: pl.Series) -> dict[str, NDArray[np.int64]]:
    """Each value of a column, or of its lists, to the rows that have it, ascending."""
    pairs = pl.DataFrame({"row": np.arange(len(column)), "value": column})
    if isinstance(column.dtype, pl.List):
        pairs = pairs.explode("value")
    groups = pairs.drop_nulls().unique().group_by(pl.col("value").cast(pl.String)).agg("row")
    return {value: np.sort(np.asarray(rows)) for value, rows in groups.iter_rows()}
