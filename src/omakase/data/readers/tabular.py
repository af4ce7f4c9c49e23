"""Any tables of events, items and users: CSV, JSON Lines, Parquet; a file or a folder."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from omakase.data.dataset import EVENT_COLUMNS
from omakase.data.readers.tables import Tables
from omakase.data.rows.columns import (
    EVENT_NAMES,
    ITEM_NAMES,
    USER_NAMES,
    event_columns,
    guess,
)
from omakase.errors import MissingColumns, UnreadableFile

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
LISTS = ("category", "tags")


def format_of(file: Path, format: str | None = None) -> str:
    """ "csv", "tsv", "jsonl" or "parquet".

    Raises:
        UnreadableFile: nobody here reads such a file.
    """
    found = format or FORMATS.get(file.suffix.lower(), "")
    if found not in FORMATS.values():
        known = ", ".join(sorted(set(FORMATS.values())))
        raise UnreadableFile(f"{file}: unknown format {found or file.suffix!r}; known: {known}")
    return found


def read_files(
    path: Path, mapping: Mapping[str, str] | None = None, format: str | None = None
) -> Tables:
    """Events from every file with users and items; items and users from the others.

    Raises:
        UnreadableFile: nothing readable there.
        MissingColumns: no file with both a user and an item.
    """
    tables = {file: _scan(file, format) for file in _files(path, format)}
    columns = {file: table.collect_schema().names() for file, table in tables.items()}
    kinds = {file: _kind(names, mapping) for file, names in columns.items()}
    chosen = {k: [f for f in tables if kinds[f] == k] for k in ("events", "items", "users")}
    if not chosen["events"]:
        first = next(iter(columns))
        event_columns(first.name, columns[first], mapping)
        raise MissingColumns(str(path), ["user_id", "item_id"], columns[first])
    guessed = event_columns(path.name, columns[chosen["events"][0]], mapping)
    events = pl.concat(_events(f.name, tables[f], columns[f], mapping) for f in chosen["events"])
    return Tables(
        events,
        _side([tables[f] for f in chosen["items"]], ITEM_NAMES),
        _side([tables[f] for f in chosen["users"]], USER_NAMES),
        timed="time" in guessed,
        guessed={k: v for k, v in guessed.items() if k not in (mapping or {})},
    )


def _files(path: Path, format: str | None) -> list[Path]:
    if path.is_file():
        format_of(path, format)
        return [path]
    found = sorted(f for f in path.rglob("*") if f.suffix.lower() in FORMATS)
    if not found:
        raise UnreadableFile(f"{path}: no CSV, JSON Lines or Parquet file in this folder")
    return found


def _scan(file: Path, format: str | None) -> pl.LazyFrame:
    match format_of(file, format):
        case "parquet":
            return pl.scan_parquet(file)
        case "jsonl":
            return pl.scan_ndjson(file)
        case kind:
            separator = "\t" if kind == "tsv" else ","
            return pl.scan_csv(file, infer_schema=False, separator=separator)


def _kind(present: list[str], mapping: Mapping[str, str] | None) -> str:
    found = guess(EVENT_NAMES, present, mapping)
    if "user_id" in found and "item_id" in found:
        return "events"
    return "items" if "item_id" in guess(ITEM_NAMES, present) else "users"


def _events(
    place: str, table: pl.LazyFrame, present: list[str], mapping: Mapping[str, str] | None
) -> pl.DataFrame:
    found = event_columns(place, present, mapping)
    default = {
        "kind": pl.lit("rating" if plainly_rated(found) else "view"),
        "value": pl.lit(1.0),
        "time": pl.int_range(pl.len()).over(found["user_id"]),
    }
    columns = [
        (pl.col(found[name]) if name in found else default[name]).cast(dtype).alias(name)
        for name, dtype in EVENT_COLUMNS.items()
    ]
    return table.select(columns).collect()


def plainly_rated(found: Mapping[str, str]) -> bool:
    """Whether the value is a rating by its column's name."""
    return found.get("value", "").lower() in ("rating", "score", "stars", "overall")


def _side(
    tables: Iterable[pl.LazyFrame], names: Mapping[str, tuple[str, ...]]
) -> pl.DataFrame | None:
    read = [_renamed(table.collect(), names) for table in tables]
    return pl.concat(read, how="diagonal_relaxed") if read else None


def _renamed(table: pl.DataFrame, names: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    found = guess(names, table.columns)
    known = table.rename({theirs: ours for ours, theirs in found.items()})
    key = next(iter(names))
    texts = [c for c in LISTS if known.schema.get(c) == pl.String]
    return known.with_columns(
        pl.col(key).cast(pl.String),
        *(pl.col(c).str.split("|").list.filter(pl.element() != "") for c in texts),
    )
