"""Whether the day or the month stands first in the dates of a file."""

from dataclasses import dataclass, replace

import polars as pl

from omakase.data.rows.meaning import Meaning
from omakase.data.rows.options import ReadOptions
from omakase.errors import AmbiguousData

SLASHED = r"^\D{0,5}(\d{1,2})\s?[-/]\s?(\d{1,2})\s?[-/]\s?(\d{4}|\d{2})\b"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What dates with slashes or dashes say of their order.

    Attributes:
        day_first, month_first: how many can be read that way only.
        either: how many can be read both ways, and differ.
        example: the first of those.
    """

    day_first: int
    month_first: int
    either: int
    example: str = ""

    def __add__(self, more: "Evidence") -> "Evidence":
        return Evidence(
            self.day_first + more.day_first,
            self.month_first + more.month_first,
            self.either + more.either,
            self.example or more.example,
        )


def evidence_of(texts: pl.Series) -> Evidence:
    """Counts over a column of text."""
    first = texts.str.extract(SLASHED, 1).cast(pl.Int64, strict=False)
    second = texts.str.extract(SLASHED, 2).cast(pl.Int64, strict=False)
    small = (first <= 12) & (second <= 12)
    both = (small & (first != second)).fill_null(False)
    return Evidence(
        int(((first > 12) & (first <= 31) & (second <= 12)).sum()),
        int(((second > 12) & (second <= 31) & (first <= 12)).sum()),
        int(both.sum()),
        next(iter(texts.filter(both).head(1).to_list()), ""),
    )


def settle_order(place: str, meaning: Meaning, options: ReadOptions, seen: Evidence) -> Meaning:
    """With the order of day and month, where the dates of the file tell it.

    Raises:
        AmbiguousData: every date can be read both ways, or they are in both orders.
    """
    if options.day_first is not None or options.date_format or meaning.times.year_first:
        return meaning
    column = meaning.columns.get("date") or meaning.columns.get("time", "")
    fewer, most = sorted((seen.day_first, seen.month_first))
    if fewer and fewer * 100 > most:
        raise AmbiguousData(
            f"{place}: some dates in {column!r} have the day first, others the month "
            f"({seen.day_first:,} and {seen.month_first:,} rows); "
            "mend the file, or say --day-first or --month-first, and the others are refused"
        )
    if not most and seen.either:
        raise AmbiguousData(
            f"{place}: every date in {column!r} can be read both ways, such as "
            f"{seen.example!r}: say --day-first or --month-first"
        )
    if not most:
        return meaning
    day_first = seen.day_first >= seen.month_first
    form = meaning.times
    words = "the day" if day_first else "the month"
    return replace(
        meaning,
        times=replace(form, day_first=day_first),
        notes=(*meaning.notes, f"dates in {column!r} have {words} first"),
    )


def evidence_in(meaning: Meaning, rows: pl.DataFrame) -> Evidence:
    """What some rows, by our names, say of the order of day and month."""
    column = "date" if "date" in rows.columns else "time"
    if column not in rows.columns or rows.schema[column] != pl.String or meaning.times.format:
        return Evidence(0, 0, 0)
    return evidence_of(rows.get_column(column).drop_nulls())
