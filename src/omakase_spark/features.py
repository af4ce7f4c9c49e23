"""Statistics of people and of items as the engine defines them, made on Spark."""

from functools import partial
from typing import Any, Final

import numpy as np
import polars as pl

from omakase.data.dataset import Dataset, one_row_each
from omakase.data.weighting import Weighting
from omakase.features.item_counts import item_counts, no_counts
from omakase.features.items import features_of_counts
from omakase.features.past import PastEvents
from omakase.features.users import user_features
from omakase_spark.arrow import Table, arrow, frame_of
from omakase_spark.events import EventTable
from omakase_spark.people import dataset_of, grouped_by

_EXAMPLE: Final = Dataset.from_events([("somebody", "something", 1.0)])
_PLAIN: Final = Weighting()
"""Weights say nothing in these statistics."""


def user_table(events: EventTable, at: int, parts: int) -> Any:
    """`user_id` and the columns of `omakase.features.users`, of everybody with events before `at`.

    Args:
        at: Unix seconds; an event at this very second is later.
        parts: that people are cut into.
    """
    names = user_features(PastEvents(_EXAMPLE, 1)).names
    schema = ", ".join(["user_id string", *(f"{name} float" for name in names)])
    work = partial(users_of_part, at=at, reference=events.reference, items=events.items)
    return grouped_by(events, "user_id", parts, work, schema)


def users_of_part(table: Table, *, at: int, reference: int, items: pl.DataFrame | None) -> Table:
    """The features of the people of a part."""
    data = dataset_of(table, _PLAIN, reference, items)
    past = PastEvents(data, at)
    features = user_features(past)
    has_events = past.per_user() > 0
    columns = dict(zip(features.names, features.values[has_events].T, strict=True))
    return arrow(pl.DataFrame({"user_id": data.ids.users.series().filter(has_events), **columns}))


def item_table(events: EventTable, at: int, parts: int) -> pl.DataFrame:
    """`item_id` and the columns of `omakase.features.items`, of every item that is known.

    What needs all items at once (shares of the largest, categories, bands of prices) is made here
    of counts that Spark has made.
    """
    ids = events.ids().items
    counts = no_counts(len(ids))
    schema = ", ".join(["item_id string", *(f"{name} double" for name in counts)])
    work = partial(items_of_part, at=at, reference=events.reference)
    made = frame_of(grouped_by(events, "item_id", parts, work, schema).toArrow())
    rows = ids.rows(made["item_id"])
    for name, column in counts.items():
        column[rows] = made[name].to_numpy()
    features = features_of_counts(counts, one_row_each(ids, events.items, "item_id"), at)
    columns = dict(zip(features.names, np.ascontiguousarray(features.values.T), strict=True))
    return pl.DataFrame({"item_id": ids.series(), **columns})


def items_of_part(table: Table, *, at: int, reference: int) -> Table:
    """The counts of the items of a part."""
    data = dataset_of(table, _PLAIN, reference)
    counts = item_counts(PastEvents(data, at))
    return arrow(pl.DataFrame({"item_id": data.ids.items.series(), **counts}))
