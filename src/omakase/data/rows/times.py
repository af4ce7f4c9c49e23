"""Dates and times as people write them, as Unix seconds."""

import polars as pl

YEAR_2100 = 4_102_444_800
USUAL = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d")
ZONED = ("%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%d %H:%M%z")
PLAIN = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")
DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
MONTH_FIRST = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")


def unix_seconds(times: pl.Series, *, day_first: bool = True) -> pl.Series:
    """Float64 seconds, null where a value is no time; whole seconds where the file has them.

    Reads numbers (seconds; from 10^11 on milliseconds, 10^14 microseconds, 10^17 nanoseconds),
    ISO 8601 with or without a zone, `YYYY-MM-DD HH:MM[:SS]`, `YYYY/MM/DD`, `DD/MM/YYYY [HH:MM]`
    (or month first). Without a zone it is UTC. Dates and times of Polars are taken as they are.
    """
    if times.dtype.is_temporal():
        return times.cast(pl.Datetime("us")).dt.epoch("us") / 1e6
    numbers = _scaled(times.cast(pl.Float64, strict=False))
    if times.dtype != pl.String or numbers.null_count() == times.null_count():
        return numbers
    written = times.filter(numbers.is_null())
    places = numbers.is_null().arg_true()
    return numbers.scatter(places, _written(written, day_first))


def _scaled(numbers: pl.Series) -> pl.Series:
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


def _written(times: pl.Series, day_first: bool) -> pl.Series:
    """The usual forms as they stand; what they do not fit is put in their shape first."""
    found = _tried(times, USUAL)
    left = found.is_null()
    if not left.any():
        return found
    clean = pl.DataFrame({"t": times.filter(left)}).select(_clean()).to_series()
    slashed = DAY_FIRST if day_first else MONTH_FIRST
    return found.scatter(left.arg_true(), _tried(clean, (*PLAIN, *ZONED, *slashed)))


def _tried(times: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """What the first fitting format makes of each."""
    found = pl.Series([None] * len(times), dtype=pl.Float64)
    places = pl.arange(len(times), eager=True)
    for format in formats:
        seconds = _parsed(times.gather(places), format)
        read = seconds.is_not_null()
        found = found.scatter(places.filter(read), seconds.filter(read))
        places = places.filter(~read)
        if places.is_empty():
            break
    return found


def _clean() -> pl.Expr:
    return (
        pl.col("t")
        .str.replace(r"^(\d{4})[./](\d{1,2})[./](\d{1,2})", "$1-$2-$3")
        .str.replace(r"^(\S+)T(\d)", "$1 $2")
        .str.replace(r"\s*(?:Z|UTC|GMT)$", "+0000")
        .str.replace(r"\s*([+-]\d{2}):?(\d{2})$", "$1$2")
        .str.replace(r"(:\d{2}[+-]\d{2})$", "${1}00")
    )


def _parsed(times: pl.Series, format: str) -> pl.Series:
    zone = "UTC" if format.endswith("%z") else None
    parsed = times.str.to_datetime(format, strict=False, time_unit="us", time_zone=zone)
    return parsed.dt.epoch("s").cast(pl.Float64)
