"""What a reader hands over (`Tables`), and what becomes of it (`Loaded`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from omakase.data.dataset import EVENT_COLUMNS, Dataset
from omakase.data.events import Events
from omakase.data.rows.rejects import Reject
from omakase.data.weighting import Weighting
from omakase.errors import EmptyData

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Tables:
    """A folder's rows, before ids become row numbers.

    Attributes:
        events: the columns of `EVENT_COLUMNS`, and `part` where the folder brings a split.
        items, users: one row an id, or none.
        timed: whether `time` is Unix seconds; otherwise it is a place in an order.
        rejects: rows that could not be used.
        guessed: our column names to the file's, where a reader had to guess.
    """

    events: pl.DataFrame
    items: pl.DataFrame | None = None
    users: pl.DataFrame | None = None
    timed: bool = True
    rejects: tuple[Reject, ...] = ()
    guessed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Loaded:
    """A dataset, and what there is to know about its reading.

    Attributes:
        dataset: all events of the folder.
        parts: events of "train", "validation", "test" by the dataset's ids, where the folder
            brings a split; otherwise none.
        rejects: rows that could not be used.
        layout: which reader knew the folder.
        timed: whether times are Unix seconds; otherwise they are places in an order.
        guessed: our column names to the file's, where they were guessed.
    """

    dataset: Dataset
    parts: Mapping[str, Events] | None
    rejects: tuple[Reject, ...]
    layout: str
    timed: bool = True
    guessed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Tables, layout: str, weighting: Weighting | None = None) -> "Loaded":
        """Give every id a row.

        Raises:
            EmptyData: no usable event.
        """
        if tables.events.is_empty():
            raise EmptyData(f"no usable event; {len(tables.rejects)} rows were refused")
        events = tables.events.sort("time", maintain_order=True)
        dataset = Dataset.from_table(
            events, items=tables.items, users=tables.users, weighting=weighting
        )
        return cls(
            dataset=dataset,
            parts=_parts(dataset.events, events),
            rejects=tables.rejects,
            layout=layout,
            timed=tables.timed,
            guessed=tables.guessed,
        )

    def part(self, name: str) -> Dataset:
        """One part of the given split as a dataset of its own, with the ids of the whole.

        Raises:
            EmptyData: the folder brings no such part.
        """
        if not self.parts or name not in self.parts:
            raise EmptyData(f"{self.layout} brings no part named {name!r}")
        return self.dataset.with_events(self.parts[name])


@dataclass(frozen=True)
class Layout:
    """One way in which people lay out files.

    Attributes:
        name: how a user asks for it.
        matches: whether a folder looks like it.
        read: its rows.
    """

    name: str
    matches: Callable[[Path], bool]
    read: Callable[[Path], Tables]


def event_table(
    rows: pl.DataFrame | pl.LazyFrame,
    *,
    user: str,
    item: str,
    kind: str,
    value: str | None = None,
    time: str | None = None,
) -> pl.DataFrame:
    """The columns of `EVENT_COLUMNS`; without `time`, a user's events count 0, 1, 2, …"""
    known = {
        "user_id": pl.col(user),
        "item_id": pl.col(item),
        "kind": pl.lit(kind),
        "value": pl.lit(1.0) if value is None else pl.col(value),
        "time": pl.int_range(pl.len()).over(user) if time is None else pl.col(time),
    }
    columns = [known[name].cast(dtype).alias(name) for name, dtype in EVENT_COLUMNS.items()]
    return rows.lazy().select(columns).collect()


def _parts(events: Events, table: pl.DataFrame) -> Mapping[str, Events] | None:
    if "part" not in table.columns:
        return None
    part = table.get_column("part")
    return {name: events.chosen((part == name).to_numpy()) for name in PARTS if name in part}
