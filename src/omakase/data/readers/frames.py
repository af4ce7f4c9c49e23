"""`load_frames`: tables that are in memory, of Polars, pandas or Arrow, become a dataset."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from omakase.data.readers.load import load
from omakase.data.readers.tables import LoadedData
from omakase.data.rows import ReadOptions, Rules
from omakase.data.weighting import Weighting


def load_frames(
    events: Any,
    *,
    items: Any = None,
    users: Any = None,
    mapping: Mapping[str, str] | None = None,
    weighting: Weighting | None = None,
    rules: Rules | None = None,
    options: ReadOptions | None = None,
) -> LoadedData:
    """Everything in some tables, read as files of the same columns are.

    They go through Parquet files that are gone afterwards, so that columns, times and scales are
    recognised, and rows refused, by the same code as those of files.

    Args:
        events, items, users: tables of Polars, of pandas, or with an Arrow stream.
        mapping, weighting, rules, options: as those of `load`.

    Raises:
        MissingColumns: no column for the user or for the item.
        EmptyData: no usable event.
        TypeError: something that is no table.
    """
    tables = {"events": events, "items": items, "users": users}
    with TemporaryDirectory(prefix="omakase-frames-") as folder:
        for name, table in tables.items():
            if table is not None:
                as_polars(table).write_parquet(Path(folder) / f"{name}.parquet")
        return load(folder, mapping=mapping, weighting=weighting, rules=rules, options=options)


def as_polars(table: Any) -> pl.DataFrame:
    """A table of Polars, pandas or Arrow as one of Polars; what is missing in pandas is null.

    Raises:
        TypeError: it is none of these.
    """
    if isinstance(table, pl.DataFrame | pl.LazyFrame):
        return table.lazy().collect()
    if hasattr(table, "notna") and hasattr(table, "columns"):
        # pandas hands out an Arrow stream with pyarrow only; its plain values are always there.
        present = table.astype(object).where(table.notna(), None)
        return pl.DataFrame({str(name): present[name].tolist() for name in present.columns})
    if hasattr(table, "__arrow_c_stream__"):
        return pl.DataFrame(table)
    raise TypeError(f"a table of Polars, pandas or Arrow is needed, not {type(table).__name__}")
