"""Attributes of items as a sparse matrix, for models that learn a vector of each."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy import sparse

from omakase.errors import MissingColumns


def attribute_shares(items: pl.DataFrame, columns: Sequence[str]) -> sparse.csr_array:
    """(N, A) float32: an item's attributes, each with the same share, adding up to 1.

    An item that has none is a row of zeros. An attribute is a value of a column of text, or one
    of the values of a column of lists; the same word in two columns is two attributes.

    Raises:
        MissingColumns: a column that the items do not have.
    """
    missing = [name for name in columns if name not in items.columns]
    if missing:
        raise MissingColumns("items", missing, items.columns)
    table = items.select(columns).with_row_index("row")
    pairs = pl.concat([_pairs(table, name) for name in columns]).unique()
    known = pairs.get_column("attribute").unique().sort()
    place = {name: number for number, name in enumerate(known.to_list())}
    rows = pairs.get_column("row").to_numpy()
    columns_ = [place[name] for name in pairs.get_column("attribute").to_list()]
    ones = np.ones(len(rows), dtype=np.float32)
    matrix = sparse.coo_array((ones, (rows, columns_)), shape=(len(items), len(place))).tocsr()
    matrix.sort_indices()
    matrix.data /= np.repeat(np.maximum(matrix.sum(axis=1), 1), np.diff(matrix.indptr))
    return matrix.astype(np.float32)


def _pairs(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """(row, attribute), one line each."""
    chosen = table.select("row", pl.col(name).alias("attribute"))
    if isinstance(chosen.schema["attribute"], pl.List):
        chosen = chosen.explode("attribute")
    return chosen.drop_nulls().with_columns(
        pl.format("{}={}", pl.lit(name), pl.col("attribute").cast(pl.String)).alias("attribute")
    )
