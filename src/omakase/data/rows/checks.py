"""What a row must be to become an event."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from pydantic import Field

from omakase.data.clock import FUTURE_SECONDS, latest_time
from omakase.data.dataset import EVENT_COLUMNS
from omakase.data.rows.identifiers import NOTHING, clean_id, text_of
from omakase.data.rows.kinds import KIND_ALIASES
from omakase.data.rows.meaning import Meaning
from omakase.data.rows.numbers import number
from omakase.data.rows.shapes import NO
from omakase.data.rows.times import YEAR_2100, unix_seconds
from omakase.types import Config

CONTROL = r"[\x00-\x1f\x7f]"
FOUND_LIMIT = 40


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

    def on_scale(self, scale: tuple[float, float]) -> "Rules":
        """With a detected scale of ratings, where no other is declared."""
        bounds = dict(zip(("lowest_rating", "highest_rating"), scale, strict=True))
        fresh = {n: b for n, b in bounds.items() if n not in self.model_fields_set}
        return self.model_copy(update=fresh)


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


def check(
    rows: pl.DataFrame, rules: Rules, *, now: int, kind: str, meaning: Meaning | None = None
) -> Checked:
    """Sort good rows from bad.

    Args:
        rows: line, user_id, item_id and, where the file has them, kind, value, time, …; as text
            or in the file's own types.
        rules: what is let in.
        now: Unix seconds; times that are later by more than the rules allow are left out.
        kind: of rows in files without kinds.
        meaning: how ids, values and times are written.
    """
    form = meaning or Meaning({})
    clean = _clean(rows, kind, form)
    reason = _reason(rules, now, timed="time" in rows.columns)
    judged = clean.with_columns(reason.alias("_reason"))
    good = judged.filter(pl.col("_reason").is_null())
    return Checked(
        events=_events(good, rows.columns),
        faults=_faults(judged.filter(pl.col("_reason").is_not_null()), rules),
        warnings=[],
    )


def _clean(rows: pl.DataFrame, kind: str, form: Meaning) -> pl.DataFrame:
    """With ids and kind as clean text, what was `_given` and `_said`, and what they mean."""
    texts = {name: text_of(name, dtype) for name, dtype in rows.schema.items()}
    words = {word.lower(): kind for word, kind in form.kinds.items()}
    kinds = texts.get("kind", pl.lit(kind)).str.to_lowercase().replace({**KIND_ALIASES, **words})
    clean = rows.with_columns(
        *(clean_id(texts[name], whole=name in form.whole) for name in ("user_id", "item_id")),
        kinds.alias("kind"),
        texts.get("value", pl.lit("")).alias("_given"),
        _moment(texts).alias("_said"),
    )
    clean = clean.with_columns(number("_given", form.decimal).alias("_value"))
    if form.flags:
        clean = clean.with_columns(*_opinion())
    if form.unrated is not None:
        none = (pl.col("_value") == form.unrated) & (pl.col("kind") == "rating")
        clean = clean.with_columns(
            pl.when(none).then(pl.lit("view")).otherwise("kind").alias("kind"),
            pl.when(none).then(1.0).otherwise("_value").alias("_value"),
        )
    return clean.with_columns(_seconds(clean, form).alias("_seconds"))


def _moment(told: Mapping[str, pl.Expr]) -> pl.Expr:
    """What is said of the time: in one column, or a date and a time of the day in two."""
    if "date" not in told:
        return told.get("time", pl.lit(""))
    return pl.concat_str(told["date"], told["time"], separator=" ").str.strip_chars()


def _opinion() -> tuple[pl.Expr, pl.Expr]:
    """Yes is a like, no a dislike; each counts once."""
    text = pl.col("_given").str.to_lowercase().str.replace(r"\.0+$", "")
    against = text.is_in([*NO, "0", "-1"])
    is_present = ~text.is_in(list(NOTHING))
    return (
        pl.when(against).then(pl.lit("dislike")).otherwise(pl.lit("like")).alias("kind"),
        pl.when(is_present).then(1.0).alias("_value"),
    )


def _seconds(clean: pl.DataFrame, form: Meaning) -> pl.Series:
    if "time" not in clean.columns:
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, clean.height)
    typed = clean.schema["time"] != pl.String and "date" not in clean.columns
    return unix_seconds(clean.get_column("time" if typed else "_said"), form=form.times)


def _reason(rules: Rules, now: int, *, timed: bool) -> pl.Expr:
    """The first thing wrong with a row, null where nothing is."""
    times = _wrong_times(latest_time(now, rules.future_seconds)) if timed else {}
    wrong = {**_wrong_names(rules), **_wrong_values(rules), **times}
    return pl.coalesce(
        *(pl.when(is_wrong).then(pl.lit(reason)) for reason, is_wrong in wrong.items()),
        pl.lit(None, pl.String),
    )


def _nothing(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().is_in(list(NOTHING))


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
    beside = [c for c in columns if c not in EVENT_COLUMNS and c not in ("line", "date")]
    known = {"value": pl.col("_value").fill_null(1.0), "time": pl.col("_seconds").floor()}
    events = good.select(
        "line",
        *(known.get(c, pl.col(c)).cast(dtype).alias(c) for c, dtype in EVENT_COLUMNS.items()),
        *(pl.col(c).cast(pl.String) for c in beside),
        _micros(pl.col("_seconds")).alias("micros"),
    )
    return events if (events.get_column("micros") != 0).any() else events.drop("micros")


def _micros(seconds: pl.Expr) -> pl.Expr:
    """What lies behind the whole second, in millionths; such as tell two clicks apart."""
    return ((seconds - seconds.floor()) * 1e6).round(0).fill_null(0).cast(pl.Int64)


def _faults(rows: pl.DataFrame, rules: Rules) -> list[Fault]:
    needed = rows.select("line", "_reason", "user_id", "item_id", "kind", "_given", "_said")
    return [
        Fault(row["line"], row["_reason"], _facts(row, rules))
        for row in needed.iter_rows(named=True)
    ]


def _facts(row: Mapping[str, str], rules: Rules) -> Mapping[str, object]:
    """What the sentence of the row's reason speaks of."""
    reason = row["_reason"]
    if "time" in reason:
        return {"found": row["_said"]}
    if reason.endswith("kind"):
        return {"found": row["kind"][:FOUND_LIMIT], "expected": rules.longest_kind}
    if "value" in reason:
        rated = f"{rules.lowest_rating:g} to {rules.highest_rating:g}"
        expected = rated if row["kind"] == "rating" else "0 and above"
        return {"found": row["_given"], "expected": expected}
    longest = max(row["user_id"], row["item_id"], key=len)
    return {"found": longest[:FOUND_LIMIT], "expected": rules.longest_id}
