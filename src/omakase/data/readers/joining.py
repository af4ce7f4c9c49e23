"""Events that lie in two tables: who ordered, and what the order held."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from omakase.data.readers.found import Found
from omakase.data.rows import ReadOptions, RowSource, Rules, open_rows
from omakase.data.rows.columns import EVENT_NAMES, ITEMS, USERS
from omakase.data.rows.names import candidates, plain
from omakase.data.rows.source import split_file

PURCHASES = ("order", "invoice", "receipt", "transaction", "basket", "주문", "영수증")
VISITS = ("session", "visit", "cart", "impression", "세션")


def joined_events(
    left: Sequence[Found], options: ReadOptions, rules: Rules | None, room: Path
) -> tuple[list[RowSource], tuple[str, ...]]:
    """Each table with an item, joined to the table that tells whose its orders are.

    Args:
        left: tables that are no events by themselves.
        options: how they are to be read.
        rules: what rows are let in.
        room: a folder for the joined tables.

    Returns:
        The events, and a sentence about each join.
    """
    sources: list[RowSource] = []
    notes: list[str] = []
    for lines in left:
        if not candidates(ITEMS, lines.sample.flat) or _users(lines):
            continue
        for heads in left:
            key = _key(heads, lines) if _users(heads) else None
            if key is None:
                continue
            file = _join(heads, lines, key, room / f"joined-{len(sources)}.parquet")
            name = f"{lines.member.name} + {heads.member.name}"
            kind = options.kind or ("purchase" if _is_purchase(key) else None)
            event_options = options.model_copy(update={"kind": kind, "format": None, "columns": ()})
            sources.append(open_rows(file, rules=rules, options=event_options, name=name))
            notes.append(f"{lines.member.name} and {heads.member.name} are joined by {key!r}")
            break
    return sources, tuple(notes)


def _users(found: Found) -> list[str]:
    return candidates(USERS, found.sample.flat)


def _is_purchase(key: str) -> bool:
    return any(word in plain(key) for word in PURCHASES)


def _key(heads: Found, lines: Found) -> str | None:
    """The column that both have and that names each row of the first."""
    keys = candidates((*EVENT_NAMES["order_id"], *EVENT_NAMES["session_id"]), heads.sample.flat)
    words = (*PURCHASES, *VISITS)
    usual = [*keys, *(c for c in heads.sample.flat if any(w in plain(c) for w in words))]
    rows = heads.sample.rows
    for name in usual:
        if name in lines.sample.flat and name not in _users(heads):
            column = rows.get_column(name)
            if column.n_unique() == column.len():
                return name
    return None


def _join(heads: Found, lines: Found, key: str, file: Path) -> Path:
    """The lines in their order, each with what its head says."""
    first, second = _table(heads), _table(lines)
    extra = [c for c in first.columns if c == key or c not in second.columns]
    joined = second.join(first.select(extra), on=key, how="inner", maintain_order="left")
    joined.write_parquet(file)
    return file


def _table(found: Found) -> pl.DataFrame:
    """All rows of a table, by its own names."""
    if found.sample.dialect is None:
        return pl.read_parquet(found.member.path)
    columns = {f"c{n}": name for n, name in enumerate(found.sample.flat)}
    parts = [
        part.rows.drop("line")
        for part, _ in split_file(
            found.member.path, found.sample.encoding, found.sample.dialect, columns
        )
    ]
    return pl.concat(parts).rename(columns)
