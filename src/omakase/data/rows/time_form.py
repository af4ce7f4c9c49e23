"""How one column writes its times: as numbers of which kind, in which zone and format."""

import time

import polars as pl

from omakase.data.rows import shapes
from omakase.data.rows.finding import ColumnFinder, first_values, is_temporal
from omakase.data.rows.times import SHORT_YEAR_FIRST, TimeForm
from omakase.errors import ConfigError


def time_form(reader: ColumnFinder) -> TimeForm:
    """How times are written, but for the order of day and month."""
    options = reader.options
    zone = options.time_zone or "UTC"
    _check_zone(zone)
    form = TimeForm(zone=zone, day_first=options.day_first is not False)
    if "time" not in reader.found:
        return form
    if options.date_format:
        return TimeForm(zone=zone, day_first=form.day_first, format=options.date_format)
    texts = reader.texts(reader.found["time"])
    if "date" in reader.found or is_temporal(reader, reader.found["time"]):
        return form
    numbers = number_form(texts)
    if numbers != "unix":
        reader.notes.append(NUMBER_NOTES[numbers].format(reader.found["time"], first_values(texts)))
    year_first = _has_year_first(reader.found["time"], texts)
    if year_first:
        reader.notes.append(f"dates in {reader.found['time']!r} have the year first")
    return TimeForm(numbers, form.day_first, zone, year_first=year_first)


def _has_year_first(name: str, texts: pl.Series) -> bool:
    """Whether dates of two digits each begin with the year: 24.01.31.

    The number that would be a year to come is none; else the year is what changes less often, and
    a column that is named in Korean is written as Korean does.
    """
    parts = texts.str.strip_chars().str.extract_groups(SHORT_YEAR_FIRST).struct.unnest()
    numbers = parts.select(pl.all().cast(pl.Int64, strict=False))  # digits of any script are digits
    first, third = (numbers[name].drop_nulls() for name in (parts.columns[0], "3"))
    if not texts.len() or min(first.len(), third.len()) < texts.len():
        return False
    year = time.gmtime().tm_year % 100
    future = [bool((part > year).any()) for part in (first, third)]
    if future[0] != future[1]:
        return future[1]
    if first.n_unique() != third.n_unique():
        return first.n_unique() < third.n_unique()
    return any("가" <= letter <= "힣" for letter in name)


NUMBER_NOTES = {
    "excel": "{0!r} holds days of a spreadsheet ({1})",
    "compact": "{0!r} holds dates written together ({1})",
}


def _check_zone(zone: str) -> None:
    try:
        pl.Series([0]).cast(pl.Datetime("us")).dt.replace_time_zone(zone)
    except pl.exceptions.PolarsError as error:
        raise ConfigError(f"no time zone named {zone!r}; write it as Europe/Berlin") from error


TOGETHER = (
    r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"(([01]\d|2[0-3])[0-5]\d([0-5]\d)?)?(\.0)?$"
)
"""Year, month and day without anything between, and perhaps the time of the day."""


def number_form(texts: pl.Series) -> str:
    """What a column of bare numbers is, if it is one."""
    numbers = shapes.numbers_of(texts)
    if not texts.len() or numbers.null_count():
        return "unix"
    if texts.str.contains(TOGETHER).all():
        return "compact"
    if numbers.is_between(*EXCEL_DAYS).all() and (
        texts.str.contains(r"[.,]\d").any()
        or numbers.n_unique() < numbers.len()
        or not numbers.is_sorted()
    ):
        return "excel"
    return "unix"


EXCEL_DAYS = (32_874, 55_153)
"""1990 to 2050 in days of a spreadsheet."""
