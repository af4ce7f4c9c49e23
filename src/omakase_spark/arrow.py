"""Tables between Spark, Polars and NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Table = Any
"""A table of Apache Arrow."""


def of_one(work: Callable[[Table], Table]) -> Callable[[Table], Table]:
    """The same work as a function that Spark takes for a part: it looks at the annotations."""
    import pyarrow as pa

    def made(table: pa.Table) -> pa.Table:
        return work(table)

    return made


def of_two(work: Callable[[Table, Table], Table]) -> Callable[[Table, Table], Table]:
    """The same for a part of two tables."""
    import pyarrow as pa

    def made(left: pa.Table, right: pa.Table) -> pa.Table:
        return work(left, right)

    return made


def frame_of(table: Table) -> pl.DataFrame:
    """A table of Arrow as one of Polars."""
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"a table was to come, not a {type(table).__name__}")
    return frame


def arrow(frame: pl.DataFrame) -> Table:
    """A table as Spark takes it: text with short offsets."""
    import pyarrow as pa

    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    text = {pa.large_string(): pa.string()}
    kinds = [pa.field(field.name, text.get(field.type, field.type)) for field in table.schema]
    return table.cast(pa.schema(kinds))


def lists(values: NDArray[Any], starts: NDArray[np.integer]) -> Any:
    """An Arrow column of lists; list r is `values[starts[r]:starts[r + 1]]`."""
    import pyarrow as pa

    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), pa.array(values))


def flat(table: Table, column: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The values of a column of lists one after another, and (R + 1,) where each list starts."""
    import pyarrow.compute as pc

    joined = table[column].combine_chunks()
    lengths = pc.list_value_length(joined).to_numpy(zero_copy_only=False)
    return joined.flatten().to_numpy(), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
