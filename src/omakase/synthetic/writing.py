"""A world as a dataset, or as files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from omakase.data.dataset import Dataset
from omakase.data.weighting import Weighting
from omakase.errors import DataError, UnknownName
from omakase.synthetic.world import CHUNK, World
from omakase.types import Progress, silent

TABLES = ("items", "users", "events")
FORMATS = ("parquet", "csv", "jsonl")


def as_dataset(world: World, weighting: Weighting | None = None) -> Dataset:
    """All of a world that fits into memory."""
    return Dataset.from_table(
        pl.concat(world.events()),
        items=pl.concat(world.items()),
        users=pl.concat(world.users()),
        weighting=weighting,
    )


def write(
    world: World,
    folder: Path,
    format: str = "parquet",
    *,
    chunk: int = CHUNK,
    progress: Progress = silent,
) -> list[Path]:
    """The tables of a world as files that `load` reads; one a table, or one a chunk in Parquet.

    In CSV, the values of a list are joined by "|". A world that was written there before in the
    same format gives way; in another one it would be read together with this one.

    Raises:
        UnknownName: no such format.
        DataError: the folder holds tables of another format.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    folder.mkdir(parents=True, exist_ok=True)
    _make_room(folder, format)
    done, total = 0, world.n_items + world.n_users + world.n_events
    files: dict[Path, None] = {}
    for table in TABLES:
        stream: Callable[[int], Iterator[pl.DataFrame]] = getattr(world, table)
        for number, rows in enumerate(stream(chunk)):
            files[_append(folder, table, number, rows, format)] = None
            done += rows.height
            progress(done, total)
    return list(files)


def _make_room(folder: Path, format: str) -> None:
    """Without the parts of an earlier world, of which a smaller one would leave some."""
    parts = [file for table in TABLES for file in folder.glob(f"{table}-[0-9]*.parquet")]
    singles = [folder / f"{table}.{f}" for table in TABLES for f in FORMATS if f != "parquet"]
    stale = [file for file in singles if file.exists() and file.suffix != f".{format}"]
    stale += parts if format != "parquet" else []
    if stale:
        raise DataError(f"{folder} holds {stale[0].name}: choose an empty folder")
    for file in parts:
        file.unlink()


def _append(folder: Path, table: str, number: int, rows: pl.DataFrame, format: str) -> Path:
    if format == "parquet":
        file = folder / f"{table}-{number:05}.parquet"
        rows.write_parquet(file)
        return file
    file = folder / f"{table}.{format}"
    with file.open("wb" if number == 0 else "ab") as stream:
        if format == "jsonl":
            rows.write_ndjson(stream)
        else:
            lists = [name for name, dtype in rows.schema.items() if dtype == pl.List]
            rows.with_columns(pl.col(lists).list.join("|")).write_csv(
                stream, include_header=number == 0
            )
    return file
