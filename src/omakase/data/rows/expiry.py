"""Until when items are offered, as files write it."""

import polars as pl

from omakase.data.rows.day_order import evidence_of
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.time_form import number_form
from omakase.data.rows.times import TimeForm, unix_seconds
from omakase.errors import AmbiguousData

CLOCK = r"\d\s?:\s?\d|\d\s?시|오[전후]\s?\d|\d\s?uhr|\d\s?[ap]\.?m|^\d{9,}(\.\d+)?$|^\d{14}$"
"""What only a moment has; without it a text is a day."""

DAY = 86_400


def read_expiries(place: str, column: str, texts: pl.Series, options: ReadOptions) -> pl.Series:
    """Moments in ISO 8601, UTC; a day alone counts to its end. What is no time stays as it was.

    Args:
        place: the file, for people.
        column: what it calls the column.
        texts: (n,) its texts.

    Raises:
        AmbiguousData: nothing tells whether the day or the month stands first.
    """
    days = texts.str.strip_chars()
    form = TimeForm(
        numbers=number_form(days.drop_nulls()),
        day_first=_has_day_first(place, column, days, options),
        zone=options.time_zone or "UTC",
        format=options.date_format or "",
    )
    seconds = unix_seconds(days, form=form)
    whole_day = ~days.str.to_lowercase().str.contains(CLOCK)
    ends = pl.select(pl.when(whole_day).then(seconds + DAY - 1).otherwise(seconds)).to_series()
    moments = (ends * 1_000_000).cast(pl.Int64).cast(pl.Datetime("us")).dt.to_string("iso:strict")
    return (moments + "Z").fill_null(texts).alias(texts.name)


def _has_day_first(place: str, column: str, days: pl.Series, options: ReadOptions) -> bool:
    """Whether the day stands before the month: as declared, or as the dates tell."""
    if options.day_first is not None or options.date_format:
        return options.day_first is not False
    seen = evidence_of(days.drop_nulls())
    if seen.day_first and seen.month_first:
        raise AmbiguousData(
            f"{place}: some dates in {column!r} have the day first, others the month; mend the "
            "file, or say --day-first or --month-first, and the others are left out"
        )
    if seen.either and not (seen.day_first or seen.month_first):
        raise AmbiguousData(
            f"{place}: every date in {column!r} can be read both ways, such as "
            f"{seen.example!r}: say --day-first or --month-first"
        )
    return not seen.month_first
