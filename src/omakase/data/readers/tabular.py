"""Any tables of events, items and users: CSV, JSON Lines, Parquet; a file or a folder."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from omakase.data.readers.tables import REJECTS_KEPT, Tables, gathered
from omakase.data.rows import Records, Rules, open_rows, read_records
from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES, guess
from omakase.data.rows.dialect import dialect_of, format_of, readable
from omakase.data.rows.table import table_columns
from omakase.errors import MissingColumns, UnreadableFile

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".pq")


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
        [
            read_records(file, names, format=format, encoding=encoding, rules=rules)
            for file in chosen[kind]
        ]
        for kind, names in (("items", ITEM_NAMES), ("users", USER_NAMES))
    )
    more = [reject for records in (*items, *users) for reject in records.rejects]
    return replace(
        events,
        items=_one_table(items),
        users=_one_table(users),
        rejects=(*events.rejects, *more)[:REJECTS_KEPT],
        refused=events.refused + len(more),
    )


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


def _one_table(records: list[Records]) -> pl.DataFrame | None:
    tables = [found.table for found in records]
    return pl.concat(tables, how="diagonal_relaxed") if tables else None
