"""`Dataset`: everything a model may learn from, in one immutable value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.ragged import grouped, padded
from omakase.data.clock import reference_time
from omakase.data.events import Events
from omakase.data.ids import IdMap, Vocabulary
from omakase.data.weighting import EventColumns, KindWeight, Weighting
from omakase.errors import EmptyData
from omakase.types import PAD, Queries, Rows, Stance

EVENT_COLUMNS = {
    "user_id": pl.String,
    "item_id": pl.String,
    "kind": pl.String,
    "value": pl.Float32,
    "time": pl.Int64,
}


PAIR_MOST = 100.0
"""Times its strongest event that one person's events count for or against one item together."""

STRENGTHS = Weighting(kinds={"rating": KindWeight(from_value=True, cap=5.0, lowest=-5.0)})
"""Of rows whose number is how strongly they speak for the item, or against it."""


@dataclass(frozen=True)
class Timeline:
    """Where each user's events are: those of row u are `order[starts[u]:starts[u + 1]]`.

    Attributes:
        starts: (U + 1,) int64.
        order: (E,) positions in `Events`, oldest first within a user.
    """

    starts: NDArray[np.int64]
    order: NDArray[np.int64]


@dataclass(frozen=True)
class Dataset:
    """Who did what, when, to which items.

    Attributes:
        ids: the one mapping of ids to rows.
        kinds: names of event kinds; `events.kinds` holds positions in it.
        events: all events, oldest first.
        items: one row an item row, with `item_id` first and whatever is known beside it
            (`title`, `category`, `brand`, `price`, `tags`, …).
        users: the same for users, with `user_id` first.
    """

    ids: IdMap
    kinds: tuple[str, ...]
    events: Events
    items: pl.DataFrame
    users: pl.DataFrame

    @property
    def n_users(self) -> int:
        return len(self.ids.users)

    @property
    def n_items(self) -> int:
        return len(self.ids.items)

    @classmethod
    def from_events(cls, rows: Iterable[tuple[str, str, float]]) -> "Dataset":
        """From (user id, item id, strength from -5 to 5) in the order in which they happened.

        Raises:
            EmptyData: no events.
        """
        table = pl.DataFrame(
            list(rows), schema=["user_id", "item_id", "value"], orient="row"
        ).with_columns(pl.lit("rating").alias("kind"), pl.int_range(pl.len()).alias("time"))
        return cls.from_table(table, weighting=STRENGTHS)

    @classmethod
    def from_table(
        cls,
        events: pl.DataFrame,
        *,
        items: pl.DataFrame | None = None,
        users: pl.DataFrame | None = None,
        weighting: Weighting | None = None,
        ids: IdMap | None = None,
        latest: int | None = None,
        now: int | None = None,
    ) -> "Dataset":
        """From a table with the columns of `EVENT_COLUMNS`, in any order of rows.

        Items and users named only in their own tables get rows too, after those with events.
        With `ids`, its rows are kept and new ids are appended. Events that are later than
        `latest` (Unix seconds) are left out. Ages are counted from `now` (Unix seconds), which
        who holds a part of the events alone must say; by itself from `reference_time`.

        Raises:
            EmptyData: no events.
        """
        if latest is not None:
            events = events.filter(pl.col("time") <= latest)
        if events.is_empty():
            raise EmptyData("no events")
        table = events.select(pl.col(name).cast(kind) for name, kind in EVENT_COLUMNS.items())
        table = table.sort("time", maintain_order=True)
        start = ids or IdMap(Vocabulary.of(()), Vocabulary.of(()))
        grown = IdMap(
            _vocabulary(start.users, table, users, "user_id"),
            _vocabulary(start.items, table, items, "item_id"),
        )
        kinds = tuple(table.get_column("kind").unique().sort().to_list())
        return cls(
            ids=grown,
            kinds=kinds,
            events=_events(table, grown, kinds, weighting or Weighting(), now),
            items=one_row_each(grown.items, items, "item_id"),
            users=one_row_each(grown.users, users, "user_id"),
        )

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """(U, N) CSR float32: the weights of each pair, added up; indices sorted.

        A pair counts at most as `PAIR_MOST` of its strongest event, or of one of weight 1, however
        often a person says the same. One of which only nothing is said (it was shown, and no more)
        is not there.
        """
        return self._sum_weights(self.telling)

    @cached_property
    def positive(self) -> sparse.csr_array:
        """(U, N) CSR float32: the pairs whose weights add up to more than zero."""
        matrix = self.matrix.copy()
        matrix.data[matrix.data <= 0] = 0
        matrix.eliminate_zeros()
        return matrix

    @cached_property
    def timeline(self) -> Timeline:
        """Each user's events, oldest first."""
        starts, order = grouped(self.events.users, self.n_users)
        return Timeline(starts, order)

    @cached_property
    def telling(self) -> Events:
        """The events that say anything of their items, oldest first."""
        return self.events if self._says.all() else self.events.chosen(self._says)

    @cached_property
    def _says(self) -> NDArray[np.bool_]:
        """(E,) whether an event says anything of its item."""
        return (self.events.weights != 0) | (self.events.stances != Stance.SILENT)

    @cached_property
    def _telling(self) -> Timeline:
        """Of each user the events that say anything, oldest first."""
        says = np.flatnonzero(self._says)
        if len(says) == len(self.events):
            return self.timeline
        starts, order = grouped(self.events.users[says], self.n_users)
        return Timeline(starts, says[order])

    def queries(self, users: Rows, *, length: int | None = None) -> Queries:
        """What these users would ask now: their last `length` events, all seen items excluded.

        Events that say nothing of their item are left out, as they are where a service asks.
        """
        starts, ends = self._telling.starts[users], self._telling.starts[users + 1]
        positions, counts = self._places(starts, ends)
        pairs = np.unique(
            np.repeat(np.arange(len(users)), counts) * self.n_items + self.events.items[positions]
        )
        seen = np.bincount(pairs // self.n_items, minlength=len(users))
        if length:
            positions, counts = self._places(np.maximum(starts, ends - length), ends)
        return Queries.of(
            padded(self.events.items[positions], counts, np.int32(PAD)),
            users=users.astype(np.int32),
            exclude=padded((pairs % self.n_items).astype(np.int32), seen, np.int32(PAD)),
            weights=padded(self.events.weights[positions], counts, np.float32(0)),
            times=padded(self.events.times[positions], counts, np.int64(0)),
            stances=padded(self.events.stances[positions], counts, np.int8(Stance.SILENT)),
        )

    def with_events(self, events: Events) -> "Dataset":
        """The same ids and tables with other events (a part of a split)."""
        return replace(self, events=events)

    def _places(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of some users' events, one user after another, and how many each has."""
        counts = ends - starts
        shifts = np.repeat(starts - np.cumsum(counts) + counts, counts)
        return self._telling.order[shifts + np.arange(len(shifts))], counts

    def _sum_weights(self, events: Events) -> sparse.csr_array:
        shape = (self.n_users, self.n_items)
        matrix = sparse.coo_array(
            (events.weights, (events.users, events.items)), shape=shape
        ).tocsr()
        matrix.sum_duplicates()
        matrix.sort_indices()
        _bound_pairs(matrix, events)
        return matrix


def _bound_pairs(matrix: sparse.csr_array, events: Events) -> None:
    """Bound what many events of one pair add up to, in place; one event alone is never cut."""
    heavy = np.flatnonzero(np.abs(matrix.data) > PAIR_MOST)
    if not len(heavy):
        return
    users, size = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), matrix.shape[1]
    pairs = users[heavy] * size + matrix.indices[heavy]  # ascending
    event_pairs = events.users.astype(np.int64) * size + events.items
    index = np.minimum(np.searchsorted(pairs, event_pairs), len(pairs) - 1)
    is_bound = pairs[index] == event_pairs
    strongest = np.ones(len(heavy), dtype=matrix.dtype)
    np.maximum.at(strongest, index[is_bound], np.abs(events.weights[is_bound]))
    most = PAIR_MOST * strongest
    matrix.data[heavy] = np.clip(matrix.data[heavy], -most, most)


def _vocabulary(
    known: Vocabulary, events: pl.DataFrame, table: pl.DataFrame | None, column: str
) -> Vocabulary:
    grown = known.extended(events.get_column(column).unique().sort())
    return grown if table is None else grown.extended(table.get_column(column))


def _events(
    table: pl.DataFrame,
    ids: IdMap,
    kinds: tuple[str, ...],
    weighting: Weighting,
    now: int | None,
) -> Events:
    position = {kind: code for code, kind in enumerate(kinds)}
    times = table.get_column("time").to_numpy()
    reference = reference_time(times) if now is None else now
    weighed = weighting.weigh(EventColumns.of_table(table), now=reference)
    return Events(
        users=ids.users.rows(table.get_column("user_id")),
        items=ids.items.rows(table.get_column("item_id")),
        kinds=table.get_column("kind").replace_strict(position, return_dtype=pl.Int16).to_numpy(),
        values=table.get_column("value").fill_null(1.0).to_numpy(),
        weights=weighed.weights,
        times=times,
        stances=weighed.stances,
    )


def one_row_each(ids: Vocabulary, table: pl.DataFrame | None, column: str) -> pl.DataFrame:
    """The table in row order, a row of nulls for an id that it does not know."""
    order = pl.DataFrame({column: ids.series()})
    if table is None:
        return order
    latest = table.unique(subset=[column], keep="last", maintain_order=True)
    return order.join(latest, on=column, how="left", maintain_order="left")
