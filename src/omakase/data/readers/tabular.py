"""Any tables of events, items and users: CSV, JSON Lines, Parquet, …; a file or a folder."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from omakase.data.readers.survey import Found, Survey, survey
from omakase.data.readers.tables import REJECTS_KEPT, Tables, gather_tables
from omakase.data.rows import ReadOptions, Records, Rules, read_records
from omakase.data.rows.attribute_types import typed_columns
from omakase.data.rows.columns import ITEM_NAMES, USER_NAMES


def read_files(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    format: str | None = None,
    rules: Rules | None = None,
    encoding: str | None = None,
    options: ReadOptions | None = None,
) -> Tables:
    """Events from every file with users and items; items and users from the others.

    Raises:
        UnreadableFile: nothing readable there.
        MissingColumns: no file with both a user and an item.
    """
    over = ReadOptions.declaring(format=format, events=mapping, encoding=encoding)
    return read_survey(survey(path, over.merged(options or ReadOptions()), rules), rules)


def read_survey(found: Survey, rules: Rules | None = None) -> Tables:
    """All rows of what was surveyed."""
    events = gather_tables(found.events)
    items, users = records_of(found, rules)
    rejects = [reject for records in (*items, *users) for reject in records.rejects]
    return replace(
        events,
        items=_one_table(items),
        users=_one_table(users),
        rejects=(*events.rejects, *rejects)[:REJECTS_KEPT],
        refused=events.refused + len(rejects),
    )


def records_of(
    found: Survey, rules: Rules | None = None
) -> tuple[tuple[Records, ...], tuple[Records, ...]]:
    """What the files tell of items, and of people."""
    items = tuple(_records(table, ITEM_NAMES, rules) for table in found.items)
    users = tuple(_records(table, USER_NAMES, rules) for table in found.users)
    return items, users


def _records(found: Found, names: Mapping[str, tuple[str, ...]], rules: Rules | None) -> Records:
    declared = found.options.items if names is ITEM_NAMES else found.options.users
    present = found.sample.rows.columns
    return read_records(
        found.member.path,
        names,
        rules=rules,
        mapping={field: column for field, column in declared.items() if column in present},
        options=found.options,
        name=found.member.name,
        sample=found.sample,
    )


def _one_table(records: tuple[Records, ...]) -> pl.DataFrame | None:
    if not records:
        return None
    table = pl.concat((part.table for part in records), how="diagonal_relaxed")
    untyped = dict.fromkeys(name for part in records for name in part.untyped)
    return typed_columns(table, untyped, decimal=records[0].decimal)
