"""Events in Parquet as Spark reads them, in the order in which the engine would."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from omakase.artifacts.manifest import Window
from omakase.data.busy_days import UNTIMED_DAYS, longest_day
from omakase.data.clock import believed_time, usual_place
from omakase.data.dataset import EVENT_COLUMNS
from omakase.data.ids import IdMap, Vocabulary
from omakase.data.snapshot import read_manifest
from omakase.errors import EmptyData, MissingColumns, UnreadableFile
from omakase.types import DAY_SECONDS
from omakase_spark.arrow import frame_of

SPARK_TYPES: Final = {
    "user_id": "string",
    "item_id": "string",
    "kind": "string",
    "value": "float",
    "time": "bigint",
}
PLACE: Final = ("file", "line")
"""Columns that say where an event stood: files in their order, and the line in its file."""


@dataclass(frozen=True)
class EventTable:
    """Events spread over machines, and the catalog, which one machine holds.

    Attributes:
        frame: `EVENT_COLUMNS` and `PLACE`; a Spark DataFrame.
        count: how many events.
        first, last: Unix seconds.
        reference: Unix seconds that ages are counted from.
        items, users: what is known beside the events; none: nothing.
    """

    frame: Any
    count: int
    first: int
    last: int
    reference: int
    items: pl.DataFrame | None = None
    users: pl.DataFrame | None = None

    def ids(self) -> IdMap:
        """The same map as the engine makes: ids with events in order, then those of the tables."""
        return IdMap(
            _vocabulary(self.frame, self.users, "user_id"),
            _vocabulary(self.frame, self.items, "item_id"),
        )

    def window(self, ids: IdMap) -> Window:
        """What a version says of the events that it was learnt from."""
        return Window(
            first=self.first,
            last=self.last,
            events=self.count,
            users=len(ids.users),
            items=len(ids.items),
        )


def read_events(
    spark: Any, path: Path, *, latest: int | None = None, person_day_most: int = 0
) -> EventTable:
    """A snapshot, or Parquet files with the columns of `EVENT_COLUMNS`, in order of their names.

    In a folder that is no snapshot, `items*.parquet` and `users*.parquet` are the catalog.

    Args:
        latest: Unix seconds after which events are left out; none: all are read.
        person_day_most: events of one person on one day above which that day of theirs is left
            out, as `omakase.data.busy_days` has it; 0: any number is read.

    Raises:
        UnreadableFile: no Parquet files there, or the manifest of a snapshot is damaged.
        MissingColumns: a column is not there.
        EmptyData: no events.
    """
    files = _files(path)
    frame = _ordered(spark, files["events"])
    if latest is not None:
        frame = frame.where(frame.time <= latest)
    if person_day_most:
        frame = _made_by_people(frame, person_day_most)
    count, first, last = _span(frame)
    if not count:
        raise EmptyData(f"{path}: no events")
    reference = _reference(frame, count, last)
    tables = {name: _table(files[name]) for name in ("items", "users")}
    return EventTable(frame, count, first, last, reference, **tables)


def _files(path: Path) -> dict[str, list[Path]]:
    """The files of events, items and users, each in order."""
    if path.is_file():
        return {"events": [path], "items": [], "users": []}
    manifest = read_manifest(path)
    if manifest.events:
        return {
            name: [path / part.file for part in getattr(manifest, name)]
            for name in ("events", "items", "users")
        }
    files = sorted(path.glob("*.parquet")) if path.is_dir() else []
    tables = {name: [f for f in files if f.name.startswith(name)] for name in ("items", "users")}
    events = [f for f in files if f not in (*tables["items"], *tables["users"])]
    if not events:
        raise UnreadableFile(
            f"{path}: no Parquet files of events; name a file, a folder of them, or a snapshot"
        )
    return {"events": events, **tables}


def _ordered(spark: Any, files: Sequence[Path]) -> Any:
    """All events with the place where each stood, which settles the order of equal times."""
    from pyspark.sql import functions as F

    table = spark.read.parquet(*[str(file.absolute()) for file in files])
    missing = [name for name in EVENT_COLUMNS if name not in table.columns]
    if missing:
        raise MissingColumns(str(files[0]), missing, table.columns)
    names = [(file.name, number) for number, file in enumerate(files)]
    file_numbers = F.broadcast(spark.createDataFrame(names, "name string, file int"))
    columns = [table[name].cast(kind).alias(name) for name, kind in SPARK_TYPES.items()]
    source = {"file_name": "name", "row_index": "line"}
    origin = [table[f"_metadata.{name}"].alias(alias) for name, alias in source.items()]
    read = table.select(*columns, *origin)
    return read.join(file_numbers, "name").select(*EVENT_COLUMNS, *PLACE)


def _made_by_people(frame: Any, most: int) -> Any:
    """The events without the days on which somebody did more than anybody can."""
    from pyspark.sql import functions as F

    day = F.floor(F.col("time") / DAY_SECONDS).alias("day")
    days = frame.groupBy("user_id", day).agg(F.count(F.lit(1)).alias("length"))
    lengths = frame_of(days.groupBy("length").count().toArrow()).sort("length")
    least = longest_day(lengths["length"].to_numpy(), lengths["count"].to_numpy(), most)
    busy = days.where((F.col("length") > least) & (F.col("day") >= UNTIMED_DAYS))
    return frame.withColumn("day", day).join(busy, ["user_id", "day"], "left_anti").drop("day")


def _span(frame: Any) -> tuple[int, int, int]:
    from pyspark.sql import functions as F

    row = frame.agg(F.count(F.lit(1)), F.min("time"), F.max("time")).first()
    return int(row[0]), int(row[1] or 0), int(row[2] or 0)


def _reference(frame: Any, count: int, newest: int) -> int:
    """As `omakase.data.clock.reference_time`, from the newest events alone."""
    from pyspark.sql import functions as F

    late = frame.select("time").orderBy(F.desc("time")).limit(count - usual_place(count))
    usual = late.agg(F.min("time")).first()[0]
    return believed_time(usual=int(usual), newest=newest)


def _vocabulary(frame: Any, table: pl.DataFrame | None, column: str) -> Vocabulary:
    ids = frame_of(frame.select(column).distinct().toArrow())
    vocabulary = Vocabulary.of(()).extended(ids.get_column(column).sort())
    return vocabulary if table is None else vocabulary.extended(table.get_column(column))


def _table(files: Sequence[Path]) -> pl.DataFrame | None:
    if not files:
        return None
    return pl.concat((pl.read_parquet(file) for file in files), how="diagonal_relaxed")
