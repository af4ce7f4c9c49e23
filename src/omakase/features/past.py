"""What was known at a point in time: the one door between events and features."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.data.dataset import Dataset
from omakase.data.events import Events
from omakase.features.attributes import attribute_shares
from omakase.types import DAY_SECONDS

WINDOW_DAYS: Final = 30
"""Length of the recent window of all features."""


@dataclass(frozen=True)
class PastEvents:
    """The events before `at`; nothing that happens later can be seen through it.

    Attributes:
        data: all events, also later ones.
        at: Unix seconds; an event at this very second is later.
    """

    data: Dataset
    at: int

    @cached_property
    def events(self) -> Events:
        """The events before `at`, oldest first."""
        events = self.data.events
        return events.chosen(events.times < self.at)

    @cached_property
    def age_days(self) -> NDArray[np.float64]:
        """(E,) how long ago each event was."""
        return (self.at - self.events.times) / DAY_SECONDS

    @cached_property
    def is_recent(self) -> NDArray[np.bool_]:
        """(E,) whether an event lies in the last `WINDOW_DAYS`."""
        return self.age_days <= WINDOW_DAYS

    @cached_property
    def categories(self) -> sparse.csr_array:
        """(N, A): shares of the categories of each item; no columns without a category column."""
        return category_table(self.data.items)

    @cached_property
    def prices(self) -> NDArray[np.float64]:
        """(N,) price of each item, NaN where unknown."""
        return price_column(self.data.items)

    def of_kind(self, *kinds: str) -> NDArray[np.bool_]:
        """(E,) whether an event is of one of these kinds."""
        codes = [n for n, kind in enumerate(self.data.kinds) if kind in kinds]
        return np.isin(self.events.kinds, codes)

    def per_user(self, mask: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """(U,) number of events, or of those of a mask."""
        users = self.events.users if mask is None else self.events.users[mask]
        return np.bincount(users, minlength=self.data.n_users).astype(np.int64)

    def per_item(self, mask: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """(N,) number of events, or of those of a mask."""
        items = self.events.items if mask is None else self.events.items[mask]
        return np.bincount(items, minlength=self.data.n_items).astype(np.int64)

    def pairs(self) -> sparse.csr_array:
        """(U, N): number of events of each pair."""
        shape = (self.data.n_users, self.data.n_items)
        ones = np.ones(len(self.events), dtype=np.float64)
        return sparse.coo_array((ones, (self.events.users, self.events.items)), shape=shape).tocsr()


def category_table(items: pl.DataFrame) -> sparse.csr_array:
    """(N, A): shares of the categories of each item; no columns without a category column."""
    if "category" not in items.columns:
        return sparse.csr_array((len(items), 0), dtype=np.float32)
    (shares,) = attribute_shares(items, ["category"])
    return shares


def price_column(items: pl.DataFrame) -> NDArray[np.float64]:
    """(N,) price of each item, NaN where unknown."""
    if "price" not in items.columns:
        return np.full(len(items), np.nan)
    column = items.get_column("price").cast(float, strict=False)
    return column.fill_null(float("nan")).to_numpy().astype(np.float64)
