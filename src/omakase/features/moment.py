"""What a ranker may know of a request and its candidates: one code for training and requests."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel
from omakase.data.dataset import Dataset
from omakase.features.codes import Codes, ItemCodes
from omakase.features.items import item_features
from omakase.features.pairs import PairFacts, category_fit, pair_features
from omakase.features.past import PastEvents
from omakase.features.table import share
from omakase.types import PAD, Queries, Rows

Column = NDArray[np.float32]
Columns = dict[str, Column]
LATELY = 5
"""Last events that tell a mood."""
RATING = 3
"""Place of the mean rating in `item_columns`."""


@dataclass(frozen=True)
class Moment:
    """The catalog as it was at a moment, ready for requests.

    What is told of a person comes from the history of the query alone, never from a table by
    user, so a request of today and a question of training are described in the same way.

    Attributes:
        table: (N, F) float32 of `item_columns`.
        pairs: what the catalog tells of each item, in numbers.
        items: the catalog.
    """

    table: NDArray[np.float32]
    pairs: PairFacts
    items: pl.DataFrame

    @classmethod
    def of(cls, data: Dataset) -> Self:
        """After all events of `data`."""
        return cls.restored(item_columns(data), data.items)

    @classmethod
    def restored(cls, table: NDArray[np.float32], items: pl.DataFrame) -> Self:
        """From a saved table and the items of the version."""
        return cls(table, PairFacts.of_catalog(items), items)

    def columns(self, queries: Queries, items: Rows) -> Columns:
        """(B, C) each: of item (`item.*`), person (`user.*`), both (`pair.*`); 0 at PAD."""
        is_item = (items != PAD).astype(np.float32)
        table = self.table[np.maximum(items, 0)] * is_item[:, :, None]
        columns = {f"item.{n}": table[:, :, n] for n in range(table.shape[2])}
        strangers = replace(queries, users=np.full_like(queries.users, PAD))
        pairs = pair_features(self.pairs, strangers, items)
        columns |= {f"pair.{name}": pairs.column(name) for name in pairs.names}
        return columns | self._personal(queries, items, is_item)

    def codes(self, queries: Queries, items: Rows) -> Codes:
        """What is known in words; see `ItemCodes.codes`. Who asks is told by row, too."""
        return self._codes.codes(queries, items)

    @cached_property
    def _codes(self) -> ItemCodes:
        return ItemCodes.of(self.items, np.expm1(self.table[:, RATING]).round(3))

    def _personal(self, queries: Queries, items: Rows, known: NDArray[np.float32]) -> Columns:
        real = queries.history != PAD
        used = self.table[:, 0]  # log of distinct users
        taste = np.where(real, used[np.maximum(queries.history, 0)], 0)
        mean = share(taste.sum(axis=1), real.sum(axis=1)).astype(np.float32)[:, None]
        lately = replace(
            queries,
            users=np.full_like(queries.users, PAD),
            history=queries.history[:, -LATELY:],
            weights=queries.weights[:, -LATELY:],
            times=queries.times[:, -LATELY:],
        )
        mood = category_fit(self.pairs, lately, np.maximum(items, 0))
        return {
            "user.events": np.log1p(real.sum(axis=1, dtype=np.float32))[:, None] * known,
            "user.popularity": mean * known,
            "pair.popularity_gap": (used[np.maximum(items, 0)] - mean) * known,
            "pair.category_lately": mood.astype(np.float32) * known,
            **_again(queries.history, items),
        }


def _again(history: Rows, items: Rows) -> Columns:
    """How often the person has had each item, and how lately: 1 for the last event, 0 for never."""
    times, lately = np.zeros((2, *items.shape), dtype=np.float32)
    _count(history, items, times, lately)
    return {"pair.times_had": np.log1p(times), "pair.had_lately": lately}


@kernel
def _count(history: Rows, items: Rows, times: Column, lately: Column) -> None:
    length = history.shape[1]
    for b in range(len(items)):
        for c in range(items.shape[1]):
            for column in range(length):
                if items[b, c] != PAD and history[b, column] == items[b, c]:
                    times[b, c] += 1
                    lately[b, c] = 1 / (length - column)


def item_columns(data: Dataset) -> NDArray[np.float32]:
    """(N, F) the features of items after all events, `distinct_users` first, on a log scale."""
    times = data.events.times
    item_table = item_features(PastEvents(data, int(times.max(initial=0)) + 1))
    first = item_table.names.index("distinct_users")
    order = [first, *(n for n in range(len(item_table.names)) if n != first)]
    values = item_table.values[:, order]
    return np.sign(values) * np.log1p(np.abs(values))
