"""The engine's matrix of people and items, as a Spark table of rows and weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.data.ids import IdMap
from omakase.data.weighting import Weighting
from omakase_spark.arrow import frame_of
from omakase_spark.events import EventTable
from omakase_spark.people import pairs_of_people
from omakase_spark.session import make_room


@dataclass(frozen=True)
class PairTable:
    """Who chose what, by rows of one id map.

    Attributes:
        frame: `user`, `item` (int), `weight` (float, signed) and `faded` (double); each pair once.
        n_users, n_items: how many rows the id map has.
        parts: that people, or items, are cut into.
        scratch: a folder that all workers see.
    """

    frame: Any
    n_users: int
    n_items: int
    parts: int
    scratch: Path

    def item_sums(self, value: Any) -> NDArray[np.float64]:
        """(N,) sum of a Spark column over the pairs of each item; 0 where it has none."""
        return sums_of_items(self.frame, self.n_items, value)


def sums_of_items(frame: Any, n_items: int, value: Any) -> NDArray[np.float64]:
    """(N,) sum of a column over the rows of each `item` of a Spark table."""
    from pyspark.sql import functions as F

    sums = frame_of(frame.groupBy("item").agg(F.sum(value).alias("sum")).toArrow())
    out = np.zeros(n_items)
    out[sums["item"].to_numpy()] = sums["sum"].to_numpy()
    return out


def pair_table(
    spark: Any,
    events: EventTable,
    ids: IdMap,
    weighting: Weighting,
    *,
    half_life: float,
    parts: int,
    scratch: Path,
) -> PairTable:
    """The pairs of all events, written once and read as often as they are needed.

    Args:
        half_life: days, see `omakase.models.trending`.
        scratch: a folder that all workers see.
    """
    make_room(spark, parts)
    rows = id_tables(spark, ids, scratch)
    named = pairs_of_people(events, weighting, half_life, parts)
    numbered = named.join(rows["user"], "user_id").join(rows["item"], "item_id")
    folder = str(scratch / "pairs")
    numbered.select("user", "item", "weight", "faded").write.parquet(folder)
    return PairTable(spark.read.parquet(folder), len(ids.users), len(ids.items), parts, scratch)


def id_tables(spark: Any, ids: IdMap, scratch: Path) -> dict[str, Any]:
    """`user_id` and `user`, `item_id` and `item`: ids and their rows, as Spark tables."""
    tables = {}
    for name, vocabulary in (("user", ids.users), ("item", ids.items)):
        file = scratch / f"{name}-ids.parquet"
        rows = pl.Series(name, np.arange(len(vocabulary), dtype=np.int32))
        pl.DataFrame([vocabulary.series().alias(f"{name}_id"), rows]).write_parquet(file)
        tables[name] = spark.read.parquet(str(file.absolute()))
    return tables
