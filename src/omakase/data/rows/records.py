"""`read_records`: what a file tells of items or users, checked row by row."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from omakase.data.rows.attribute_types import typed_columns
from omakase.data.rows.checks import CONTROL, FOUND_LIMIT, Rules
from omakase.data.rows.columns import LISTS, RANGES, free
from omakase.data.rows.dialect import Dialect
from omakase.data.rows.expiry import read_expiries
from omakase.data.rows.identifiers import NOTHING, are_whole, clean_id, some, text_of
from omakase.data.rows.meaning import Aside
from omakase.data.rows.names import guess
from omakase.data.rows.numbers import amount
from omakase.data.rows.objects import read_objects
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.rejects import Reject
from omakase.data.rows.sample import Sample, sample_of
from omakase.data.rows.source import split_file
from omakase.data.rows.table import require_plain
from omakase.errors import MissingColumns, UnreadableFile


@dataclass(frozen=True, slots=True)
class Records:
    """Items or users out of a file.

    Attributes:
        table: the good ones, by our column names where they are known; the last one of an id.
        rejects: the rows that were left out, by line.
        warnings: the rows of which one field was left out, by line.
        columns: our column names to the file's.
        aside: the columns that are kept by the file's own name.
        untyped: those of them that are texts since the file has nothing else, as CSV.
        decimal: what stands before decimals in them.
    """

    table: pl.DataFrame
    rejects: tuple[Reject, ...]
    warnings: tuple[Reject, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[Aside, ...] = ()
    untyped: tuple[str, ...] = ()
    decimal: str = "."

    @property
    def typed_table(self) -> pl.DataFrame:
        """The table with its own columns as the numbers, truths and lists that they hold."""
        return typed_columns(self.table, self.untyped, decimal=self.decimal)


def read_records(
    path: Path,
    names: Mapping[str, tuple[str, ...]],
    *,
    format: str | None = None,
    encoding: str | None = None,
    rules: Rules | None = None,
    mapping: Mapping[str, str] | None = None,
    options: ReadOptions | None = None,
    name: str | None = None,
    sample: Sample | None = None,
) -> Records:
    """All rows of a file of items or users.

    Args:
        path: CSV, JSON Lines, Parquet; plain.
        names: `ITEM_NAMES` or `USER_NAMES`; its first column is the id.
        format, encoding: as for `open_rows`.
        rules: how long an id may be.
        mapping: our column names to the file's; what is left out is guessed.
        options: what its owner declared beside.
        name: of the file, as its owner knows it.
        sample: its first rows, where they were read before.

    Raises:
        UnreadableFile: missing, empty, or in a format nobody here reads.
        MissingColumns: no column for the id, or a declared one is not there.
    """
    over = ReadOptions.declaring(format=format, encoding=encoding)
    chosen = over.merged(options or ReadOptions())
    sample = sample or sample_of(path, chosen)
    label = name or path.name
    raw, unread = _raw_table(path, label, sample, names, mapping or {})
    present = [column for column in raw.columns if column != "line"]
    columns = _columns(label, names, present, mapping or {})
    key = next(iter(names))
    renamed = raw.rename({column: field for field, column in columns.items() if field != column})
    ids = text_of(key, renamed.schema[key])
    are_integers = are_whole(some(renamed.get_column(key)))
    checked = _with_numbers(renamed.with_columns(clean_id(ids, whole=are_integers)), chosen.decimal)
    if checked.schema.get("expires") == pl.String:
        expiries = checked.get_column("expires")
        until = read_expiries(label, columns.get("expires", "expires"), expiries, chosen)
        checked = checked.with_columns(until)
    rules = rules or Rules()
    judged = checked.with_columns(_reason(key, rules).alias("_reason"))
    refused = _rejects(label, judged.filter(pl.col("_reason").is_not_null()), key, rules)
    good = judged.filter(pl.col("_reason").is_null()).drop("_reason")
    warned = _unread_numbers(label, good, key)
    good = good.select(c for c in good.columns if c != "line" and not c.startswith(GIVEN))
    good = good.unique(subset=[key], keep="last", maintain_order=True)
    rejects = tuple(sorted((*unread, *refused), key=lambda r: r.line))
    used = set(columns.values())
    aside = tuple(Aside(column) for column in present if column not in used)
    has_types = sample.dialect is None or sample.format == "jsonl"
    untyped = () if has_types else tuple(each.column for each in aside)
    return Records(_cast(good), rejects, warned, columns, aside, untyped, chosen.decimal or ".")


GIVEN = "_given_"


def _columns(
    place: str,
    names: Mapping[str, tuple[str, ...]],
    present: Sequence[str],
    declared: Mapping[str, str],
) -> dict[str, str]:
    """Our column names to the file's, all of them there, the id among them."""
    absent = [column for column in declared.values() if column not in present]
    if absent:
        raise MissingColumns(place, absent, present)
    mapping = guess(names, present, declared)
    id_name = next(iter(names))
    if id_name not in mapping:
        raise MissingColumns(place, [id_name], present)
    unused = set(present) - set(mapping.values())
    return {key: column for key, column in mapping.items() if key == column or key not in unused}


def _raw_table(
    path: Path,
    name: str,
    sample: Sample,
    names: Mapping[str, tuple[str, ...]],
    mapping: Mapping[str, str],
) -> tuple[pl.DataFrame, list[Reject]]:
    """All rows with the line (or the row) on which each stands, and those that cannot be split."""
    if sample.dialect is None:
        try:
            return _table(path, names), []
        except (pl.exceptions.PolarsError, OSError) as error:
            raise UnreadableFile(f"{path}: this is not a Parquet file ({error})") from error
    if sample.format == "jsonl":
        return read_objects(path, sample.encoding, names, mapping, name)
    return _line_by_line(path, name, sample.dialect, sample.encoding)


def _table(path: Path, names: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """The rows of a Parquet file. The id and the numbers must be plain; the rest is as it is."""
    table = pl.read_parquet(path)
    needed = guess(names, table.columns)
    require_plain(path, {n: c for n, c in needed.items() if n == next(iter(names)) or n in RANGES})
    floats = [name for name, dtype in table.schema.items() if dtype.is_float()]
    without_nan = table.with_columns(pl.col(floats).fill_nan(None))  # how pandas writes nothing
    return without_nan.rename({c: free(c) for c in without_nan.columns}).with_row_index("line", 1)


def _line_by_line(
    path: Path, name: str, dialect: Dialect, encoding: str
) -> tuple[pl.DataFrame, list[Reject]]:
    columns = {free(column): column for column in dialect.columns}
    tables, rejects = [], []
    for block, _ in split_file(path, encoding, dialect, columns):
        tables.append(block.rows)
        rejects += [
            Reject.of(name, fault.line, fault.reason, block.raw(fault.line), **fault.facts)
            for fault in block.faults
            if fault.reason != "blank_line"
        ]
    empty = pl.DataFrame(schema={"line": pl.Int64, **dict.fromkeys(columns, pl.String)})
    return pl.concat([empty, *tables]), rejects


def _with_numbers(table: pl.DataFrame, decimal: str | None) -> pl.DataFrame:
    """Prices, years and places as numbers, null where there is none; what was written beside."""
    texts = [name for name in RANGES if table.schema.get(name) == pl.String]
    numeric = [name for name in RANGES if name in table.columns and name not in texts]
    read = [amount(name, decimal) if name == "price" else _plain(name, decimal) for name in texts]
    originals = [pl.col(name).cast(pl.String).alias(GIVEN + name) for name in (*texts, *numeric)]
    numbers = [n.alias(name) for name, n in zip(texts, read, strict=True)]
    numbers += [pl.col(name).cast(pl.Float64, strict=False) for name in numeric]
    wide = table.with_columns(*originals, *numbers)
    return wide.with_columns(
        pl.when(pl.col(name).is_between(*RANGES[name])).then(name).alias(name)
        for name in (*texts, *numeric)
    )


def _plain(name: str, decimal: str | None) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    text = text.str.replace(",", ".", literal=True) if decimal != "." else text
    return text.cast(pl.Float64, strict=False)


def _unread_numbers(file: str, table: pl.DataFrame, key: str) -> tuple[Reject, ...]:
    """Each price, year or place that was written and is no number in its range."""
    unread = []
    for name, (lowest, highest) in RANGES.items():
        if name not in table.columns:
            continue
        original = pl.col(GIVEN + name).fill_null("").str.strip_chars()
        is_present = ~original.str.to_lowercase().is_in(list(NOTHING))
        facts = {"column": name, "expected": f"{lowest:g} to {highest:g}"}
        for row in table.filter(is_present & pl.col(name).is_null()).iter_rows(named=True):
            raw = json.dumps({key: row[key], name: row[GIVEN + name]}, ensure_ascii=False)
            facts["found"] = row[GIVEN + name][:FOUND_LIMIT]
            unread.append(Reject.of(file, int(row["line"]), "field_left_out", raw, **facts))
    return tuple(sorted(unread, key=lambda r: r.line))


def _reason(key: str, rules: Rules) -> pl.Expr:
    """The first thing wrong with a row, null where nothing is."""
    ids = pl.col(key)
    wrong = {
        f"empty_{key.removesuffix('_id')}": ids.str.to_lowercase().is_in(list(NOTHING)),
        "id_too_long": ids.str.len_chars() > rules.longest_id,
        "control_character": ids.str.contains(CONTROL),
    }
    return pl.coalesce(
        *(pl.when(is_wrong).then(pl.lit(reason)) for reason, is_wrong in wrong.items()),
        pl.lit(None, pl.String),
    )


def _rejects(file: str, bad: pl.DataFrame, key: str, rules: Rules) -> list[Reject]:
    rejects = []
    for row in bad.iter_rows(named=True):
        hidden = ("line", "_reason")
        fields = {
            n: v for n, v in row.items() if v is not None and n not in hidden and GIVEN not in n
        }
        raw = json.dumps(fields, ensure_ascii=False, default=str)
        facts = {"found": str(row[key])[:FOUND_LIMIT], "expected": rules.longest_id}
        rejects.append(Reject.of(file, int(row["line"]), row["_reason"], raw, **facts))
    return rejects


def _cast(table: pl.DataFrame) -> pl.DataFrame:
    """ "A|B" as a list."""
    texts = [name for name, dtype in table.schema.items() if dtype == pl.String]
    return table.with_columns(
        pl.col(c).str.split("|").list.filter(pl.element() != "") for c in LISTS if c in texts
    )
