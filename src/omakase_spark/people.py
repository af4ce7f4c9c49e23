"""What is made of whole people, a part of them at a time, by the engine's own `Dataset`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from omakase.data.dataset import EVENT_COLUMNS, Dataset
from omakase.data.weighting import Weighting
from omakase.models.trending import faded_pairs
from omakase_spark.arrow import Table, arrow, frame_of, of_one
from omakase_spark.events import PLACE, EventTable
from omakase_spark.session import make_room

PAIRS = "user_id string, item_id string, weight float, faded double"


def grouped_by(
    events: EventTable, column: str, parts: int, work: Callable[..., Table], schema: str
) -> Any:
    """Rows that `work` makes of each part; all events of an id of the column are in one part."""
    from pyspark.sql import functions as F

    make_room(events.frame.sparkSession, parts)
    part = F.pmod(F.hash(column), F.lit(parts)).alias("part")
    parted = events.frame.withColumn("part", part)
    return parted.groupBy("part").applyInArrow(of_one(work), schema)


def dataset_of(
    table: Table, weighting: Weighting, reference: int, items: pl.DataFrame | None = None
) -> Dataset:
    """The events of a part as a dataset with rows of its own.

    Args:
        reference: Unix seconds that ages are counted from, of all events.
        items: what is known of items, of which those of the part are taken.
    """
    events = frame_of(table).sort(PLACE).select(list(EVENT_COLUMNS))
    items_of_events = None if items is None else items.join(events, on="item_id", how="semi")
    return Dataset.from_table(events, items=items_of_events, weighting=weighting, now=reference)


def pairs_of_people(events: EventTable, weighting: Weighting, half_life: float, parts: int) -> Any:
    """Each pair of the engine's matrix: `weight`, and `faded` as trending counts it."""
    work = partial(
        pairs_of_part, weighting=weighting, reference=events.reference, half_life=half_life
    )
    return grouped_by(events, "user_id", parts, work, PAIRS)


def pairs_of_part(table: Table, *, weighting: Weighting, reference: int, half_life: float) -> Table:
    """The pairs of the people of a part."""
    data = dataset_of(table, weighting, reference)
    matrix = data.matrix
    users = np.repeat(np.arange(data.n_users), np.diff(matrix.indptr))
    faded = faded_pairs(data, reference, half_life)
    pairs = pl.DataFrame(
        {
            "user_id": data.ids.users.series().gather(users),
            "item_id": data.ids.items.series().gather(matrix.indices),
            "weight": matrix.data,
            "faded": np.asarray(faded[users, matrix.indices], dtype=np.float64).ravel(),
        }
    )
    return arrow(pairs)
