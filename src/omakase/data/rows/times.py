"""Dates and times as people write them, as Unix seconds."""

from dataclasses import dataclass
from functools import reduce

import polars as pl

from omakase.errors import ConfigError

YEAR_2100 = 4_102_444_800
USUAL = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d")
EXCEL_EPOCH_DAYS = 25_569
"""Days from the zero of spreadsheets, 30 December 1899, to 1970."""

ZONES = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "BST": 60,
    "WEST": 60,
    "CET": 60,
    "CEST": 120,
    "MEZ": 60,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "TRT": 180,
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
    "AKST": -540,
    "AKDT": -480,
    "HST": -600,
    "BRT": -180,
    "KST": 540,
    "JST": 540,
    "HKT": 480,
    "SGT": 480,
    "PHT": 480,
    "AWST": 480,
    "ICT": 420,
    "WIB": 420,
    "AEST": 600,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
}
"""Minutes east of Greenwich of the abbreviations that name one zone to most readers."""

MONTHS = (
    *(("jan", 1), ("feb", 2), ("mar", 3), ("mär", 3), ("apr", 4), ("may", 5), ("mai", 5)),
    *(("jun", 6), ("jul", 7), ("aug", 8), ("sep", 9), ("oct", 10), ("okt", 10), ("nov", 11)),
    *(("dec", 12), ("dez", 12)),
)
MONTH = r"(?i)\b(jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*\.?"
WEEKDAY = (
    r"(?i)\(?[월화수목금토일]요일\)?|\([월화수목금토일]\)"
    r"|\b(mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*\b\.?,?"
)
NOON = r"(?i)(오전|오후|\b[ap]\.?m\b\.?|\d[ap]m\b)"
CLOCK = r"(\d{1,2})[:시]\s?(\d{1,2})(?:[:분]\s?(\d{1,2})(?:[.,](\d{1,9}))?)?[분초]?"
OFFSET = r"(?:UTC|GMT)?\s?([+-])(\d{2}):?(\d{2})?(?::?\d{2})?$"
DOT_NET = r"^\\?/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?/$"
"""Milliseconds as JSON of .NET writes them."""

SHORT_YEAR_FIRST = r"^\s*(\d{2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,2})(?:\b|$)"
NUMERIC = r"^(\d{1,4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,4})\.?$"


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How one column writes its times.

    Attributes:
        numbers: what bare numbers are: "unix" (seconds, thousandths, …, by their size), "excel"
            (days of a spreadsheet) or "compact" (20230131, 20230131120000).
        day_first: 03/04/2024 is the third of April; otherwise the fourth of March.
        zone: of times without one; a name such as "Asia/Seoul".
        year_first: 24.01.31 is of 2024, where the year has two digits.
        format: the one format that is read, in the letters of strftime; empty: all usual ones.
    """

    numbers: str = "unix"
    day_first: bool = True
    zone: str = "UTC"
    format: str = ""
    year_first: bool = False


def unix_seconds(
    times: pl.Series, *, day_first: bool = True, form: TimeForm | None = None
) -> pl.Series:
    """Float64 seconds, null where a value is no time; whole seconds where the file has them.

    Reads numbers (seconds; from 10^11 on milliseconds, 10^14 microseconds, 10^17 nanoseconds), ISO
    8601 with or without a zone, dates with `-`, `/` or `.` in either order, names of months, hours
    of twelve (AM, PM, 오전, 오후), offsets, abbreviations and names of zones. Dates and times of
    Polars are taken as they are.
    """
    form = form or TimeForm(day_first=day_first)
    if times.dtype.is_temporal():
        return _from_types(times, form)
    if form.format:
        return _by_format(times.cast(pl.String), form)
    numbers = _numbers(times, form)
    if times.dtype != pl.String or numbers.null_count() == times.null_count():
        return numbers
    rows = numbers.is_null().arg_true()
    return numbers.scatter(rows, _from_texts(times.gather(rows), form))


def _from_types(times: pl.Series, form: TimeForm) -> pl.Series:
    zone = getattr(times.dtype, "time_zone", None)
    micro = times.cast(pl.Datetime("us", zone))
    if zone is None and form.zone != "UTC":
        return _epoch(micro, form.zone)
    return micro.dt.epoch("us") / 1e6


def _numbers(times: pl.Series, form: TimeForm) -> pl.Series:
    numbers = times.cast(pl.Float64, strict=False)
    if form.numbers == "excel":
        seconds = ((numbers - EXCEL_EPOCH_DAYS) * 86_400).round(0)
        return seconds if form.zone == "UTC" else _epoch(_moments(seconds), form.zone)
    if form.numbers == "compact":
        return _compact(times.cast(pl.String), form)
    return _to_seconds(numbers)


def _moments(seconds: pl.Series) -> pl.Series:
    return (seconds * 1e6).cast(pl.Int64).cast(pl.Datetime("us"))


def _compact(times: pl.Series, form: TimeForm) -> pl.Series:
    """20230131, 202301311200, 20230131120000."""
    digits = times.str.strip_chars().str.replace(r"\.0$", "")
    padded = digits.str.slice(0, 14).str.pad_end(14, "0")
    valid = pl.DataFrame({"t": padded, "d": digits}).select(
        pl.when(pl.col("d").str.contains(r"^\d{8}(\d{4}(\d{2})?)?$")).then("t")
    )
    parsed = valid.to_series().str.to_datetime("%Y%m%d%H%M%S", strict=False, time_unit="us")
    return _epoch(parsed, form.zone)


def _to_seconds(numbers: pl.Series) -> pl.Series:
    """Seconds, from whatever unit the size tells; null for NaN and infinity."""
    value = pl.when(pl.col("n").is_finite()).then("n")
    size = value.abs()
    seconds = (
        pl.when(size >= 1e17)
        .then(value / 1e9)
        .when(size >= 1e14)
        .then(value / 1e6)
        .when(size >= 1e11)
        .then(value / 1e3)
        .otherwise(value)
    )
    return pl.DataFrame({"n": numbers}).select(seconds).to_series()


def _from_texts(times: pl.Series, form: TimeForm) -> pl.Series:
    """The usual forms as they stand; what they do not fit is taken apart."""
    if form.year_first:
        times = times.str.replace(SHORT_YEAR_FIRST, "20${1}-${2}-${3}")
    seconds = _first_fit(times, USUAL, form.zone)
    unread = seconds.is_null()
    if not unread.any():
        return seconds
    texts = times.filter(unread)
    ticks = texts.str.extract(DOT_NET, 1).cast(pl.Float64, strict=False) / 1e3
    return seconds.scatter(unread.arg_true(), ticks.fill_null(_apart(texts, form)))


def _first_fit(times: pl.Series, formats: tuple[str, ...], zone: str) -> pl.Series:
    """What the first fitting format makes of each."""
    epochs = pl.Series([None] * len(times), dtype=pl.Float64)
    rows = pl.arange(len(times), eager=True)
    for format in formats:
        seconds = _parse(times.gather(rows), format, zone)
        read = seconds.is_not_null()
        epochs = epochs.scatter(rows.filter(read), seconds.filter(read))
        rows = rows.filter(~read)
        if rows.is_empty():
            break
    return epochs


def _parse(times: pl.Series, format: str, zone: str) -> pl.Series:
    zoned = format.endswith("%z")
    parsed = times.str.to_datetime(
        format, strict=False, time_unit="us", time_zone="UTC" if zoned else None
    )
    if zoned or format.endswith("Z"):
        return parsed.dt.epoch("us") / 1e6
    return _epoch(parsed, zone)


def _by_format(times: pl.Series, form: TimeForm) -> pl.Series:
    """By one declared format; without a time of the day, midnight.

    Raises:
        ConfigError: what is declared is no format.
    """
    format, texts = form.format, times.str.strip_chars()
    if ("%H" in format or "%I" in format) and "%M" not in format and not format.endswith("%z"):
        format, texts = f"{format} %M", texts + " 00"  # an hour alone is not parsed
    try:
        return _parse(texts, format, form.zone)
    except pl.exceptions.ComputeError:
        pass
    try:
        days = texts.str.to_date(format, strict=False)
    except pl.exceptions.PolarsError as error:
        raise ConfigError(
            f"no date format {form.format!r}; write it in the letters of strftime, "
            "as %d.%m.%Y %H:%M"
        ) from error
    return _epoch(days.cast(pl.Datetime("us")), form.zone)


def _epoch(moments: pl.Series, zone: str) -> pl.Series:
    """Seconds of local times; the earlier one of an hour that comes twice."""
    if zone != "UTC":
        moments = moments.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return moments.dt.epoch("us") / 1e6


def _apart(times: pl.Series, form: TimeForm) -> pl.Series:
    """Clock, zone, half of the day and date, each on its own; null where anything is left over."""
    table = pl.DataFrame({"t": times}).with_columns(
        pl.col("t")
        .str.strip_chars()
        .str.replace(r"\s*\([A-Za-z ]+\)$", "")
        .str.strip_chars("[]")
        .str.replace(r"\b(\d{4}):(\d{2}:\d{2}:\d{2})", "$1 $2")
        .str.replace(WEEKDAY, "")
        .str.replace_all(r"(\d)T(\d)", "$1 $2")
        .str.strip_chars()
        .alias("rest")
    )
    table = _date(_clock(_zone(table)), form)
    text = pl.format("{}-{}-{} {}:{}:{}", *(_two(c) for c in ("y", "m", "d", "h", "mi", "s")))
    complete = pl.when(pl.col("left") == "").then(text)
    moments = table.select(
        complete.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us").alias("moment"),
        "fraction",
        "minutes",
        "place",
    )
    seconds = moments.get_column("moment").dt.epoch("us") / 1e6
    local = _to_utc(moments, seconds, form)
    return local + moments.get_column("fraction")


def _whole(digits: pl.Expr) -> pl.Expr:
    """Null where they are digits of another script, or too many."""
    return digits.cast(pl.Int64, strict=False)


def _two(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.zfill(2)


def _to_utc(moments: pl.DataFrame, seconds: pl.Series, form: TimeForm) -> pl.Series:
    """Seconds of Greenwich, from those of each row's own zone."""
    minutes, zones = moments.get_column("minutes"), moments.get_column("place")
    utc = seconds - 60 * minutes
    for zone in zones.drop_nulls().unique().to_list():
        rows = (zones == zone).fill_null(False).arg_true()
        try:
            local = _epoch(moments.get_column("moment").gather(rows), zone)
        except pl.exceptions.ComputeError:
            continue
        utc = utc.scatter(rows, local)
    bare = (minutes.is_null() & zones.is_null()).arg_true()
    return utc.scatter(bare, _epoch(moments.get_column("moment").gather(bare), form.zone))


def _zone(table: pl.DataFrame) -> pl.DataFrame:
    """`minutes` east, or the `place` that names a zone; both null where nothing is said."""
    rest = pl.col("rest")
    names = "|".join(sorted(ZONES, key=len, reverse=True))
    abbreviated = rf"[\s\d]({names})$"
    clocked = rest.str.contains(r"\d{1,2}:\d{2}")
    ctime = r"\s(UTC|GMT|[A-Z]{3,4}|[+-]\d{4})\s(\d{4})$"
    table = table.with_columns(rest.str.replace(ctime, " $2 $1"))
    zone_name = rest.str.extract(r"\[?([A-Z][A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?)\]?$")
    table = table.with_columns(
        zone_name.alias("place"),
        rest.str.replace(r"\s*\[?[A-Z][A-Za-z]+/[A-Za-z_/]+\]?$", ""),
    )
    parts = [rest.str.extract(OFFSET, group) for group in (1, 2, 3)]
    sign = pl.when(parts[0] == "-").then(-1).otherwise(1)
    hours = parts[1].pipe(_whole) * 60 + parts[2].pipe(_whole).fill_null(0)
    offset = pl.when(clocked).then(sign * hours)
    named = rest.str.extract(abbreviated).replace_strict(ZONES, default=None, return_dtype=pl.Int64)
    table = table.with_columns(pl.coalesce(offset, named).alias("minutes"))
    bare = rest.str.replace(rf"\s?(UTC|GMT)?\s?{OFFSET}", "")
    bare = pl.when(offset.is_not_null()).then(bare).otherwise(rest)
    cut = pl.when(named.is_not_null() & offset.is_null())
    bare = cut.then(rest.str.replace(rf"\s?({names})$", "")).otherwise(bare)
    return table.with_columns(bare.str.strip_chars().alias("rest"))


def _clock(table: pl.DataFrame) -> pl.DataFrame:
    """Hour, minute, second and fraction; `rest` without them."""
    rest = pl.col("rest")
    table = table.with_columns(
        pl.when(rest.str.contains(CLOCK)).then(rest).otherwise(_hour_alone(rest)).alias("rest")
    )
    half = rest.str.extract(NOON).str.to_lowercase()
    table = table.with_columns(
        pl.when(half.str.contains("p|오후")).then(1).when(half.is_not_null()).then(0).alias("half"),
        rest.str.replace(r"(?i)(오전|오후|\b[ap]\.?m\b\.?|([0-9])[ap]m\b)", "$2"),
    )
    parts = [rest.str.extract(CLOCK, group) for group in (1, 2, 3, 4)]
    hour = parts[0].pipe(_whole).fill_null(0)
    twelve = pl.when(pl.col("half").is_null()).then(hour).otherwise(hour % 12 + 12 * pl.col("half"))
    wrong = pl.col("half").is_not_null() & (hour > 12)
    fraction = pl.concat_str(pl.lit("0."), parts[3].fill_null("0")).cast(pl.Float64, strict=False)
    return table.with_columns(
        pl.when(wrong).then(99).otherwise(twelve).alias("h"),
        parts[1].pipe(_whole).fill_null(0).alias("mi"),
        parts[2].pipe(_whole).fill_null(0).alias("s"),
        fraction.alias("fraction"),
        rest.str.replace(CLOCK, " ")
        .str.replace_all(r"(?i)\b(at|um|uhr)\b", "")
        .str.strip_chars(" ,"),
    )


def _hour_alone(rest: pl.Expr) -> pl.Expr:
    """9 PM, 오후 9, 9시 and 9 Uhr as 9:00, so that no hour is taken for a day or a year."""
    return (
        rest.str.replace(r"(?i)\b(\d{1,2})\s?([ap]\.?m)\b", "${1}:00 ${2}")
        .str.replace(r"(오전|오후)\s?(\d{1,2})(\s|$)", "${1} ${2}:00${3}")
        .str.replace(r"(?i)(^|\D)(\d{1,2})(?:시|\s?uhr)$", "${1}${2}:00")
    )


def _date(table: pl.DataFrame, form: TimeForm) -> pl.DataFrame:
    """Year, month and day; `left` is empty where the rest was a date."""
    rest = pl.col("rest")
    korean = r"^(\d{2,4})년\s*(\d{1,2})월\s*(\d{1,2})일$"
    table = table.with_columns(
        rest.str.replace(korean, "$1-$2-$3").str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3"),
        rest.str.contains(korean).alias("names its year"),
    )
    a, b, c = (rest.str.extract(NUMERIC, group) for group in (1, 2, 3))
    spaced = rest.str.contains(r"^\d{2}\. \d{1,2}\. \d{1,2}\.$")
    year_first = (a.str.len_chars() == 4) | spaced | pl.col("names its year")
    dotted = rest.str.contains(r"^\d{1,2}\.\s?\d{1,2}\.")
    day_first = dotted | pl.lit(form.day_first)
    month = rest.str.extract(MONTH).str.to_lowercase()
    month = month.replace_strict(dict(MONTHS), default=None, return_dtype=pl.Int64)
    wordless = rest.str.replace(MONTH, " ")
    worded_year = wordless.str.extract(r"\b(\d{4})\b")
    no_year = pl.when(worded_year.is_not_null()).then(wordless.str.replace(r"\b\d{4}\b", " "))
    day = no_year.otherwise(wordless).str.extract(r"\b(\d{1,2})(?:st|nd|rd|th)?\b")
    short_year = wordless.str.extract(r"\b\d{1,2}\D+(\d{2})\b")
    worded = month.is_not_null()
    year = pl.when(year_first).then(a).otherwise(c)
    year = pl.when(worded).then(pl.coalesce(worded_year, short_year)).otherwise(year)
    numeric_month = pl.when(year_first | day_first).then(b).otherwise(a).pipe(_whole)
    numeric_day = pl.when(year_first).then(c).when(day_first).then(a).otherwise(b)
    named = pl.when(worded).then(
        reduce(
            lambda text, cut: text.str.replace(cut, ""),
            (r"\b\d{4}\b", r"\b\d{1,2}(?:st|nd|rd|th)?\b", r"\b\d{2}\b"),
            wordless,
        ).str.strip_chars(" ,.-/")
    )
    fits = rest.str.contains(NUMERIC) & year.str.len_chars().is_in([2, 4])
    remainder = named.otherwise(pl.when(fits).then(pl.lit("")).otherwise(rest))
    return table.with_columns(
        _full_year(year).alias("y"),
        pl.when(worded).then(month).otherwise(numeric_month).alias("m"),
        pl.when(worded).then(day).otherwise(numeric_day).alias("d"),
        remainder.fill_null("?").alias("left"),
    )


def _full_year(year: pl.Expr) -> pl.Expr:
    """Two digits below 70 are of this century."""
    number = year.pipe(_whole)
    short = pl.when(number < 70).then(number + 2000).otherwise(number + 1900)
    full = pl.when(year.str.len_chars() == 2).then(short).otherwise(number)
    return full.cast(pl.String).str.zfill(4)
