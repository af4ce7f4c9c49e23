"""What the users' table tells of people, as a request tells it."""

from dataclasses import replace

import numpy as np
import polars as pl

from omakase.types import PAD, Context, Queries

ASKED = ("age", "age_range", "gender", "location")
"""Columns that tell of a person what a service would know of them."""


def profiled(queries: Queries, users: pl.DataFrame) -> Queries:
    """The same questions, each with what a table (U rows) tells of who asks.

    Questions that tell of themselves stay as they are.
    """
    columns = [name for name in ASKED if name in users.columns]
    if queries.contexts or not columns or not len(queries):
        return queries
    is_known = queries.users != PAD
    rows = users.select(columns)[np.where(is_known, queries.users, 0)].to_dicts()
    contexts = [
        Context(user={name: value for name, value in row.items() if value is not None})
        if is_user
        else Context()
        for row, is_user in zip(rows, is_known, strict=True)
    ]
    return replace(queries, contexts=tuple(contexts))
