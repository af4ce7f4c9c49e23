"""What training reads: events, items and users as Parquet parts under one manifest.

    write_part(folder, rows)       events newer than the last ones, as one more part
    write_table(folder, "items", rows)   all items (or users) anew
    without_users(folder, ids)     every trace of some users, rewritten out
    without_old(folder, before)    events of before a moment, rewritten out
    read_snapshot(folder)          the `Dataset`

A file is written beside, synced and renamed; the manifest last. Whatever the manifest does not name
does not exist: a crash leaves the snapshot as it was, and the next write sweeps the rest away. One
writer at a time; readers need no lock.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import Field, ValidationError

from omakase.data.busy_days import busy_days, made_by_people
from omakase.data.dataset import EVENT_COLUMNS, Dataset
from omakase.data.ids import IdMap
from omakase.data.snapshot_files import SnapshotFile, read_file, require_whole, settle, write_file
from omakase.data.weighting import Weighting
from omakase.errors import EmptyData, UnreadableFile
from omakase.types import Config

FORMAT = 1
MANIFEST = "manifest.json"
OURS = ("*.making", *(f"{table}-*.parquet" for table in ("events", "items", "users")))
"""Files that nobody else puts into the folder."""

ROWS_A_FILE = 200_000
COLUMNS = {"sequence": pl.Int64, **EVENT_COLUMNS}
"""Of a part: the event's number in the store, then what it says."""

CONTEXT_COLUMNS = {
    "session_id": pl.String,
    "device": pl.String,
    "channel": pl.String,
    "page": pl.String,
    "duration": pl.Float32,
    "position": pl.Int32,
    "request_id": pl.String,
}
"""What a part says of how it came to an event, where whoever writes it knows; `read_context`."""

EventRow = tuple[Any, ...]
"""sequence, user id, item id, kind, value, time (Unix seconds); then `CONTEXT_COLUMNS`, or none."""

Table = Literal["items", "users"]


class SnapshotManifest(Config):
    """Everything that belongs to a snapshot."""

    format: int = Field(default=FORMAT, description="version of this layout")
    written: int = Field(default=0, description="how often the manifest was written")
    last_sequence: int = Field(default=0, description="highest number of an exported event")
    events: tuple[SnapshotFile, ...] = Field(default=(), description="in the order of their events")
    items: tuple[SnapshotFile, ...] = Field(default=(), description="the catalog")
    users: tuple[SnapshotFile, ...] = Field(default=(), description="the people")

    @property
    def parts(self) -> tuple[SnapshotFile, ...]:
        """All files."""
        return (*self.events, *self.items, *self.users)


def read_manifest(folder: Path) -> SnapshotManifest:
    """What the folder holds; an empty manifest where nothing was written yet.

    Raises:
        UnreadableFile: a manifest that is damaged or of another format.
    """
    file = folder / MANIFEST
    if not file.exists():
        return SnapshotManifest()
    try:
        manifest = SnapshotManifest.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise UnreadableFile(f"{file}: damaged; delete the folder and export anew") from error
    if manifest.format != FORMAT:
        raise UnreadableFile(f"{file}: format {manifest.format}, this program reads {FORMAT}")
    return manifest


def write_part(folder: Path, rows: Iterable[EventRow]) -> SnapshotManifest:
    """Append events, oldest number first, as files of at most `ROWS_A_FILE` rows.

    Raises:
        ValueError: numbers that do not rise, or that were exported before.
    """
    manifest = _start(folder)
    for n, chunk in enumerate(_chunks(rows)):
        schema = COLUMNS if len(chunk[0]) == len(COLUMNS) else {**COLUMNS, **CONTEXT_COLUMNS}
        table = pl.DataFrame(chunk, schema=schema, orient="row")
        _require_rising(table.get_column("sequence"), manifest.last_sequence)
        part = write_file(folder, table, f"events-{manifest.written + 1:06}-{n:04}")
        manifest = manifest.model_copy(
            update={"events": (*manifest.events, part), "last_sequence": part.last_sequence}
        )
    return _publish(folder, manifest)


def write_table(folder: Path, table: Table, rows: Iterable[Mapping[str, Any]]) -> SnapshotManifest:
    """Replace all items or all users; each row has `item_id` or `user_id` and what is known.

    A value that is a mapping (free attributes) is kept as JSON text.
    """
    manifest = _start(folder)
    parts = tuple(
        write_file(folder, _table_of(chunk), f"{table}-{manifest.written + 1:06}-{n:04}")
        for n, chunk in enumerate(_chunks(rows))
    )
    return _publish(folder, manifest.model_copy(update={table: parts}))


def without_users(folder: Path, user_ids: Collection[str]) -> SnapshotManifest:
    """Rewrite every file that knows one of these users; the old files are deleted."""
    manifest = _start(folder)
    gone = pl.Series(list(user_ids), dtype=pl.String)
    rewritten = {
        name: tuple(_without(folder, part, gone, manifest.written + 1) for part in parts)
        for name, parts in (("events", manifest.events), ("users", manifest.users))
    }
    remaining = {name: tuple(p for p in parts if p.rows) for name, parts in rewritten.items()}
    return _publish(folder, manifest.model_copy(update=remaining))


def without_withdrawn(
    folder: Path,
    spans: Collection[tuple[int, int]],
    numbers: Callable[[int, int], Collection[int]],
) -> SnapshotManifest:
    """Rewrite every file with events that were taken back; the old files are deleted.

    Args:
        spans: first and last number of what was taken back; others may lie between.
        numbers: of the events that the store has behind one number, up to another.
    """
    manifest = _start(folder)
    remaining, offset = [], 0
    for part in manifest.events:
        met = [span for span in spans if span[0] <= part.last_sequence and span[1] > offset]
        remaining.append(_living(folder, part, met, numbers, manifest.written + 1) if met else part)
        offset = part.last_sequence
    if remaining == list(manifest.events):
        return manifest
    return _publish(folder, manifest.model_copy(update={"events": tuple(remaining)}))


def without_old(folder: Path, before: float) -> SnapshotManifest:
    """Leave events of before a moment (Unix seconds) out; the old files are deleted."""
    manifest = _start(folder)
    events = tuple(
        _from_moment(folder, part, before, manifest.written + 1) for part in manifest.events
    )
    if events == manifest.events:
        return manifest
    rest = tuple(part for part in events if part.rows)
    return _publish(folder, manifest.model_copy(update={"events": rest}))


def read_snapshot(
    folder: Path,
    *,
    weighting: Weighting | None = None,
    ids: IdMap | None = None,
    verify: bool = True,
    latest: int | None = None,
    person_day_most: int = 0,
) -> Dataset:
    """The snapshot as a dataset.

    Args:
        folder: where it is.
        weighting: what events count.
        ids: an older map whose rows are kept.
        verify: whether the files are compared with their SHA-256 first.
        latest: Unix seconds after which events are left out; none: all are read.
        person_day_most: events of one person on one day (UTC) above which that day of theirs is
            left out, see `omakase.data.busy_days`; 0: any number is read.

    Raises:
        UnreadableFile: a file that is missing or not the one that was written.
        EmptyData: no events.
    """
    manifest = read_manifest(folder)
    if verify:
        for part in manifest.parts:
            require_whole(folder, part)
    if not manifest.events:
        raise EmptyData(f"{folder}: no events were exported")
    events = pl.concat(read_file(folder, part, list(EVENT_COLUMNS)) for part in manifest.events)
    if person_day_most:
        events = made_by_people(events, person_day_most)
    return Dataset.from_table(
        events,
        items=_all(folder, manifest.items),
        users=_all(folder, manifest.users),
        weighting=weighting,
        ids=ids,
        latest=latest,
    )


def count_busy_days(folder: Path, most: int) -> tuple[int, int]:
    """(people, events) that `read_snapshot` leaves out for this `person_day_most`."""
    parts = read_manifest(folder).events
    if not most or not parts:
        return 0, 0
    events = pl.concat(read_file(folder, part, ["user_id", "time"]) for part in parts)
    busy = busy_days(events, most)
    return busy.get_column("user_id").n_unique(), int(busy.get_column("len").sum())


def damaged_parts(folder: Path) -> list[str]:
    """What is wrong with each file that is missing or not the one that was written.

    Raises:
        UnreadableFile: the manifest itself.
    """
    wrong = []
    for part in read_manifest(folder).parts:
        try:
            require_whole(folder, part)
        except UnreadableFile as error:
            wrong.append(str(error))
    return wrong


def read_context(folder: Path) -> pl.DataFrame:
    """The events with `CONTEXT_COLUMNS`, which are null in parts that do not say them.

    Raises:
        UnreadableFile: a file that is missing or damaged.
    """
    schema = {**COLUMNS, **CONTEXT_COLUMNS}
    parts = [read_file(folder, part) for part in read_manifest(folder).events]
    return pl.concat([pl.DataFrame(schema=schema), *parts], how="diagonal")


def first_sequence(folder: Path) -> int:
    """Number of the oldest event of the snapshot; 0 where it holds none."""
    for part in read_manifest(folder).events:
        if part.rows:
            return int(read_file(folder, part, ["sequence"])["sequence"][0])
    return 0


def user_ids(folder: Path) -> set[str]:
    """Everybody who has events in the snapshot."""
    parts = read_manifest(folder).events
    return {user for p in parts for user in read_file(folder, p, ["user_id"])["user_id"].unique()}


def count_later(folder: Path, latest: int) -> int:
    """How many events of the snapshot are later than `latest` (Unix seconds)."""
    parts = read_manifest(folder).events
    return sum(int((read_file(folder, p, ["time"])["time"] > latest).sum()) for p in parts)


def _start(folder: Path) -> SnapshotManifest:
    """The manifest, after sweeping away what a crash may have left."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = read_manifest(folder)
    named = {part.file for part in manifest.parts}
    for file in (f for pattern in OURS for f in folder.glob(pattern)):
        if file.name not in named:
            file.unlink()
    return manifest


def _publish(folder: Path, manifest: SnapshotManifest) -> SnapshotManifest:
    """Make a manifest the one that counts, and delete the files that it no longer names."""
    published = manifest.model_copy(update={"written": manifest.written + 1})
    making = folder / f"{MANIFEST}.making"
    making.write_text(published.model_dump_json(indent=2), encoding="utf-8")
    settle(making, folder / MANIFEST)
    return _start(folder)


def _without(folder: Path, part: SnapshotFile, gone: pl.Series, written: int) -> SnapshotFile:
    table = pl.read_parquet(folder / part.file)
    remaining = table.filter(~pl.col("user_id").is_in(gone.implode()))
    if remaining.height == table.height:
        return part
    name = f"{part.file.split('-')[0]}-{written:06}-{part.sha256[:12]}"
    new = write_file(folder, remaining, name)
    return new.model_copy(update={"last_sequence": part.last_sequence})


def _from_moment(folder: Path, part: SnapshotFile, before: float, written: int) -> SnapshotFile:
    """A file without what is older; files of recent events are read no further than their times."""
    if not bool((read_file(folder, part, ["time"])["time"] < before).any()):
        return part
    recent = read_file(folder, part).filter(pl.col("time") >= before)
    new = write_file(folder, recent, f"events-{written:06}-{part.sha256[:12]}")
    return new.model_copy(update={"last_sequence": part.last_sequence})


def _living(
    folder: Path,
    part: SnapshotFile,
    spans: Collection[tuple[int, int]],
    numbers: Callable[[int, int], Collection[int]],
    written: int,
) -> SnapshotFile:
    """A file without what the store has lost within the spans."""
    table = pl.read_parquet(folder / part.file)
    sequence = pl.col("sequence")
    for first, last in spans:
        living = pl.Series(list(numbers(first - 1, last)), dtype=pl.Int64)
        table = table.filter(
            (sequence < first) | (sequence > last) | sequence.is_in(living.implode())
        )
    if table.height == part.rows:
        return part
    new = write_file(folder, table, f"events-{written:06}-{part.sha256[:12]}")
    return new.model_copy(update={"last_sequence": part.last_sequence})


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, ROWS_A_FILE)):
        yield chunk


def _table_of(rows: list[Mapping[str, Any]]) -> pl.DataFrame:
    plain = [
        {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else value
            for name, value in row.items()
        }
        for row in rows
    ]
    return pl.from_dicts(plain, infer_schema_length=None)


def _all(folder: Path, parts: tuple[SnapshotFile, ...]) -> pl.DataFrame | None:
    if not parts:
        return None
    return pl.concat((read_file(folder, part) for part in parts), how="diagonal_relaxed")


def _require_rising(sequence: pl.Series, last: int) -> None:
    if sequence.null_count() or sequence[0] <= last or not (sequence.diff().drop_nulls() > 0).all():
        raise ValueError(f"event numbers must rise, from {last + 1} on")
