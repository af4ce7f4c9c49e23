"""What a reader hands over (`Tables`), and what becomes of it (`Loaded`)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from omakase.data.dataset import EVENT_COLUMNS, Dataset
from omakase.data.events import Events
from omakase.data.rows import Reject, RowSource
from omakase.data.weighting import Weighting
from omakase.errors import EmptyData

REJECTS_KEPT = 10_000
PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Tables:
    """A folder's rows, before ids become row numbers.

    Attributes:
        events: the columns of `EVENT_COLUMNS`, and `part` where the folder brings a split.
        items, users: one row an id, or none.
        timed: whether `time` is Unix seconds; otherwise it is a place in an order.
        rejects: the first rows that could not be used, at most `REJECTS_KEPT`.
        refused: how many could not be used.
        guessed: our column names to the file's, where a reader had to guess.
        scale: lowest and highest rating, where there are ratings in tables of any kind.
    """

    events: pl.DataFrame
    items: pl.DataFrame | None = None
    users: pl.DataFrame | None = None
    timed: bool = True
    rejects: tuple[Reject, ...] = ()
    refused: int = 0
    guessed: Mapping[str, str] = field(default_factory=dict)
    scale: tuple[float, float] | None = None


@dataclass(frozen=True)
class LoadedData:
    """A dataset, and what there is to know about its reading.

    Attributes:
        dataset: all events of the folder.
        parts: events of "train", "validation", "test" by the dataset's ids, where the folder
            brings a split; otherwise none.
        rejects: the first rows that could not be used, at most `REJECTS_KEPT`.
        layout: which reader knew the folder.
        refused: how many rows could not be used.
        timed: whether times are Unix seconds; otherwise they are places in an order.
        guessed: our column names to the file's, where they were guessed.
    """

    dataset: Dataset
    parts: Mapping[str, Events] | None
    rejects: tuple[Reject, ...]
    layout: str
    refused: int = 0
    timed: bool = True
    guessed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Tables, layout: str, weighting: Weighting | None = None) -> "LoadedData":
        """Give every id a row.

        Raises:
            EmptyData: no usable event.
        """
        if tables.events.is_empty():
            raise EmptyData(_nothing_left(tables))
        events = tables.events.sort("time", maintain_order=True)
        dataset = Dataset.from_table(
            events, items=tables.items, users=tables.users, weighting=weighting
        )
        return cls(
            dataset=dataset,
            parts=_parts(dataset.events, events),
            rejects=tables.rejects,
            layout=layout,
            refused=tables.refused,
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


def gather_tables(sources: Iterable[RowSource]) -> Tables:
    """All events of some files; a user's events count 0, 1, 2, … where the files have no times."""
    sources = list(sources)
    tables: list[pl.DataFrame] = []
    rejects: list[Reject] = []
    refused = 0
    for batch in (batch for source in sources for batch in source.batches()):
        tables.append(batch.events.select(list(EVENT_COLUMNS)))
        refused += len(batch.rejects)
        rejects += batch.rejects[: REJECTS_KEPT - len(rejects)]
    timed = all(source.timed for source in sources)
    events = pl.concat(tables) if tables else pl.DataFrame(schema=EVENT_COLUMNS)
    if not timed:
        position = pl.int_range(pl.len(), dtype=pl.Int64).over("user_id")
        events = events.with_columns(position.alias("time"))
    guessed = {field: column for source in sources for field, column in source.guessed.items()}
    return Tables(
        events,
        timed=timed,
        rejects=tuple(rejects),
        refused=refused,
        guessed=guessed,
        scale=rating_scale(sources),
    )


def rating_scale(sources: Sequence[RowSource]) -> tuple[float, float] | None:
    """Lowest and highest rating of some files, none where no file has ratings."""
    scales = [
        source.meaning.scale
        for source in sources
        if "value" in source.columns
        and (source.meaning.kind == "rating" or "kind" in source.columns)
    ]
    if not scales:
        return None
    return min(low for low, _ in scales), max(high for _, high in scales)


def _nothing_left(tables: Tables) -> str:
    if not tables.rejects:
        return "no event in there"
    first = tables.rejects[0]
    return (
        f"no usable event; {tables.refused} rows were refused, the first in {first.file}, "
        f"line {first.line}: {first.detail}"
    )


def _parts(events: Events, table: pl.DataFrame) -> Mapping[str, Events] | None:
    if "part" not in table.columns:
        return None
    part = table.get_column("part")
    return {name: events.chosen((part == name).to_numpy()) for name in PARTS if name in part}
