"""Any tables of events, items and users: CSV, JSON Lines, Parquet; a file or a folder."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from omakase.data.readers.tables import Tables, gathered
from omakase.data.rows import Rules, open_rows
from omakase.data.rows.blocks import encoding_of
from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES, guess
from omakase.data.rows.dialect import dialect_of, format_of, readable
from omakase.data.rows.table import table_columns
from omakase.errors import MissingColumns, UnreadableFile

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".pq")
LISTS = ("category", "tags")
NUMBERS = ("price", "latitude", "longitude", "year")


def read_files(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    format: str | None = None,
    rules: Rules | None = None,
    encoding: str = "utf-8",
) -> Tables:
    """Events from every file with users and items; items and users from the others.

    Raises:
        UnreadableFile: nothing readable there.
        MissingColumns: no file with both a user and an item.
    """
    present = {file: _columns(file, format, encoding) for file in _files(path)}
    kinds = {file: _kind(names, mapping) for file, names in present.items()}
    chosen = {k: [f for f in present if kinds[f] == k] for k in ("events", "items", "users")}
    if not chosen["events"]:
        missing = ["user_id", "item_id"] if mapping is None else list(mapping.values())
        raise MissingColumns(str(path), missing, [n for names in present.values() for n in names])
    events = gathered(
        open_rows(file, format=format, mapping=mapping, rules=rules, encoding=encoding)
        for file in chosen["events"]
    )
    items, users = (
        _side((_table(f, format, encoding) for f in chosen[k]), names)
        for k, names in (("items", ITEM_NAMES), ("users", USER_NAMES))
    )
    return replace(events, items=items, users=users)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = sorted(f for f in path.rglob("*") if f.suffix.lower() in TABLES)
    if not found:
        raise UnreadableFile(f"{path}: no CSV, JSON Lines or Parquet file in this folder")
    return found


def _columns(file: Path, format: str | None, encoding: str) -> list[str]:
    readable(file)
    found = format_of(file, format)
    if found == "parquet":
        return table_columns(file)
    return list(dialect_of(file, found, encoding).columns)


def _kind(present: list[str], mapping: Mapping[str, str] | None) -> str:
    """What a file with these columns tells of."""
    found = guess(EVENT_NAMES, present, mapping)
    if "user_id" in found and "item_id" in found:
        return "events"
    return "items" if "item_id" in guess(ITEM_NAMES, present) else "users"


def _table(file: Path, format: str | None, encoding: str) -> pl.DataFrame:
    match format_of(file, format):
        case "parquet":
            return pl.read_parquet(file)
        case "jsonl":
            return pl.read_ndjson(file, infer_schema_length=None)
        case found:
            text = file.read_bytes().decode(encoding_of(file, encoding), "replace")
            separator = dialect_of(file, found, encoding).separator.decode()
            return pl.read_csv(
                text.removeprefix("\ufeff").encode(),
                infer_schema=False,
                separator=separator,
                truncate_ragged_lines=True,
            )


def _side(
    tables: Iterable[pl.DataFrame], names: Mapping[str, tuple[str, ...]]
) -> pl.DataFrame | None:
    """All tables as one, by our names; rows without an id are left out."""
    read = [_renamed(table, names) for table in tables]
    return pl.concat(read, how="diagonal_relaxed") if read else None


def _renamed(table: pl.DataFrame, names: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    found = guess(names, table.columns)
    known = table.rename({theirs: ours for ours, theirs in found.items()})
    key = next(iter(names))
    texts = [c for c, dtype in known.schema.items() if dtype == pl.String]
    return known.with_columns(
        pl.col(key).cast(pl.String).str.strip_chars(),
        *(pl.col(c).str.split("|").list.filter(pl.element() != "") for c in LISTS if c in texts),
        *(pl.col(c).cast(pl.Float64, strict=False) for c in NUMBERS if c in texts),
    ).filter(pl.col(key).fill_null("") != "")
