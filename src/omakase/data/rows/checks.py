"""What a row must be to become an event."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from pydantic import Field

from omakase.data.clock import FUTURE_SECONDS, latest_time
from omakase.data.dataset import EVENT_COLUMNS
from omakase.data.rows.times import YEAR_2100, unix_seconds
from omakase.types import Config

NOTHING = ["", "null", "nan", "none", "n/a", "undefined", "\\n"]
"""How programs write that there is no value."""

KIND_ALIASES: Mapping[str, str] = {
    "pv": "view",
    "pageview": "view",
    "page_view": "view",
    "detail": "view",
    "addtocart": "cart",
    "add_to_cart": "cart",
    "cart_add": "cart",
    "buy": "purchase",
    "order": "purchase",
    "transaction": "purchase",
    "sale": "purchase",
    "fav": "bookmark",
    "favorite": "bookmark",
    "favourite": "bookmark",
    "wish": "bookmark",
    "rate": "rating",
    "impressions": "impression",
    "show": "impression",
}
CONTROL = r"[\x00-\x1f\x7f]"
FOUND_LIMIT = 40
RATING_NAMES = ("rating", "score", "stars", "overall")


class Rules(Config):
    """What is let in."""

    kind: str | None = Field(
        default=None, description="kind of events where the file names none; by itself guessed"
    )
    kinds: tuple[str, ...] | None = Field(
        default=None, description="declared kinds of events; none: every kind is welcome"
    )
    lowest_rating: float = Field(default=0.0, description="lowest rating that is believed")
    highest_rating: float = Field(default=5.0, description="highest rating that is believed")
    longest_id: int = Field(default=255, ge=1, description="most characters of an id")
    longest_kind: int = Field(default=50, ge=1, description="most characters of a kind")
    future_seconds: int = Field(
        default=FUTURE_SECONDS, ge=0, description="how far ahead of now a time is believed"
    )
    day_first: bool = Field(
        default=True, description="03/04/2024 is the third of April; otherwise the fourth of March"
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: a key of `SENTENCES`, and the facts of its sentence."""

    line: int
    reason: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows after the checks.

    Attributes:
        events: the good ones: line, the columns of `EVENT_COLUMNS` (time null where the file has
            none), and whatever stood beside, as text.
        faults: why the others were left out, by line.
        warnings: what is odd about some of the good ones, by line.
    """

    events: pl.DataFrame
    faults: list[Fault]
    warnings: list[Fault]


def default_kind(columns: Mapping[str, str]) -> str:
    """Of a file without kinds: "rating" where the value's column is called so, otherwise "view"."""
    return "rating" if columns.get("value", "").lower() in RATING_NAMES else "view"


def check(rows: pl.DataFrame, rules: Rules, *, now: int, kind: str) -> Checked:
    """Sort good rows from bad.

    Args:
        rows: line, user_id, item_id and, where the file has them, kind, value, time, …; as text
            or in the file's own types.
        rules: what is let in.
        now: Unix seconds; times that are later by more than the rules allow are left out.
        kind: of rows in files without kinds.
    """
    clean = _clean(rows, rules, kind)
    reason = _reason(rules, now, timed="time" in rows.columns)
    judged = clean.with_columns(reason.alias("_reason"))
    good = judged.filter(pl.col("_reason").is_null())
    return Checked(
        events=_events(good, rows.columns),
        faults=_faults(judged.filter(pl.col("_reason").is_not_null()), rules),
        warnings=[],
    )


def _clean(rows: pl.DataFrame, rules: Rules, kind: str) -> pl.DataFrame:
    """With ids and kind as clean text, what was `_given` and `_said`, and what they mean."""
    told = {name: text_of(name, dtype) for name, dtype in rows.schema.items()}
    kinds = told.get("kind", pl.lit(kind)).str.to_lowercase().replace(KIND_ALIASES)
    clean = rows.with_columns(
        told["user_id"],
        told["item_id"],
        kinds.alias("kind"),
        told.get("value", pl.lit("")).alias("_given"),
        told.get("time", pl.lit("")).alias("_said"),
    )
    numbers = pl.col("_given").cast(pl.Float64, strict=False).alias("_value")
    return clean.with_columns(numbers, _seconds(clean, rules).alias("_seconds"))


def text_of(column: str, dtype: pl.DataType) -> pl.Expr:
    """A column as trimmed text, empty where it is null; whole numbers as their digits.

    Tables in which some ids are missing keep the others as floats; 7.0 is the id "7" all the same.
    """
    text = pl.col(column).cast(pl.String)
    if dtype.is_float():
        text = text.str.replace(r"^(-?\d+)\.0$", "$1")
    return text.fill_null("").str.strip_chars()


def _seconds(clean: pl.DataFrame, rules: Rules) -> pl.Series:
    if "time" not in clean.columns:
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, clean.height)
    typed = clean.schema["time"] != pl.String
    times = clean.get_column("time" if typed else "_said")
    return unix_seconds(times, day_first=rules.day_first)


def _reason(rules: Rules, now: int, *, timed: bool) -> pl.Expr:
    """The first thing wrong with a row, null where nothing is."""
    times = _wrong_times(latest_time(now, rules.future_seconds)) if timed else {}
    wrong = {**_wrong_names(rules), **_wrong_values(rules), **times}
    return pl.coalesce(
        *(pl.when(here).then(pl.lit(reason)) for reason, here in wrong.items()),
        pl.lit(None, pl.String),
    )


def _nothing(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().is_in(NOTHING)


def _wrong_names(rules: Rules) -> dict[str, pl.Expr]:
    ids = pl.col("user_id", "item_id")
    wrong = {
        "empty_user": _nothing("user_id"),
        "empty_item": _nothing("item_id"),
        "id_too_long": pl.any_horizontal(ids.str.len_chars() > rules.longest_id),
        "control_character": pl.any_horizontal(ids.str.contains(CONTROL)),
        "empty_kind": _nothing("kind"),
        "bad_kind": (pl.col("kind").str.len_chars() > rules.longest_kind)
        | pl.col("kind").str.contains(CONTROL),
    }
    if rules.kinds is not None:
        wrong["unknown_kind"] = ~pl.col("kind").is_in(list(rules.kinds))
    return wrong


def _wrong_values(rules: Rules) -> dict[str, pl.Expr]:
    value, rated = pl.col("_value"), pl.col("kind") == "rating"
    lowest = pl.when(rated).then(rules.lowest_rating).otherwise(0.0)
    return {
        "value_not_finite": ~value.is_finite(),
        "empty_value": rated & _nothing("_given"),
        "bad_value": value.is_null() & ~_nothing("_given"),
        "value_out_of_range": (value < lowest) | (rated & (value > rules.highest_rating)),
    }


def _wrong_times(latest: int) -> dict[str, pl.Expr]:
    seconds = pl.col("_seconds")
    return {
        "empty_time": _nothing("_said"),
        "bad_time": seconds.is_null(),
        "negative_time": seconds < 0,
        "time_out_of_range": seconds > YEAR_2100,
        "future_time": seconds > latest,
    }


def _events(good: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    beside = [c for c in columns if c not in EVENT_COLUMNS and c != "line"]
    known = {"value": pl.col("_value").fill_null(1.0), "time": pl.col("_seconds").floor()}
    return good.select(
        "line",
        *(known.get(c, pl.col(c)).cast(dtype).alias(c) for c, dtype in EVENT_COLUMNS.items()),
        *(pl.col(c).cast(pl.String) for c in beside),
    )


def _faults(rows: pl.DataFrame, rules: Rules) -> list[Fault]:
    needed = rows.select("line", "_reason", "user_id", "item_id", "kind", "_given", "_said")
    return [
        Fault(row["line"], row["_reason"], _facts(row, rules))
        for row in needed.iter_rows(named=True)
    ]


def _facts(row: Mapping[str, str], rules: Rules) -> Mapping[str, object]:
    """What the sentence of the row's reason speaks of."""
    reason = row["_reason"]
    if reason.endswith("time"):
        return {"found": row["_said"]}
    if reason.endswith("kind"):
        return {"found": row["kind"][:FOUND_LIMIT], "expected": rules.longest_kind}
    if "value" in reason:
        rated = f"{rules.lowest_rating:g} to {rules.highest_rating:g}"
        expected = rated if row["kind"] == "rating" else "0 and above"
        return {"found": row["_given"], "expected": expected}
    longest = max(row["user_id"], row["item_id"], key=len)
    return {"found": longest[:FOUND_LIMIT], "expected": rules.longest_id}
