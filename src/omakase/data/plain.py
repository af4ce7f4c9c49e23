"""Rows in plain Python become a `Dataset`, for callers that hold no tables."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import polars as pl

from omakase.data.dataset import EVENT_COLUMNS, Dataset
from omakase.data.weighting import Weighting
from omakase.errors import EmptyData

Line = tuple[str, str, str, float | None, int]
"""User id, item id, kind, value, Unix seconds."""

CHUNK = 50_000


def dataset_of(
    events: Iterable[Line],
    *,
    items: Sequence[Mapping[str, Any]] = (),
    users: Sequence[Mapping[str, Any]] = (),
    weighting: Weighting | None = None,
) -> Dataset:
    """A dataset of rows as a database hands them over, in any order.

    Args:
        events: read once, a chunk at a time.
        items, users: one mapping a row, all with the same keys, `item_id` or `user_id` among
            them; lists become list columns.

    Raises:
        EmptyData: no events.
    """
    rows, tables = iter(events), []
    while chunk := list(islice(rows, CHUNK)):
        tables.append(pl.DataFrame(chunk, schema=dict(EVENT_COLUMNS), orient="row"))
    if not tables:
        raise EmptyData("no events")
    return Dataset.from_table(
        pl.concat(tables), items=_side(items), users=_side(users), weighting=weighting
    )


def _side(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame | None:
    return pl.DataFrame(rows, infer_schema_length=None) if rows else None
