"""What the columns of a file of events mean: kinds, values, scales, ids, and what is left aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from omakase.data.rows import shapes
from omakase.data.rows.columns import EVENT_NAMES, FLAGS, QUANTITIES, RATINGS
from omakase.data.rows.finding import (
    ColumnFinder,
    are_bits,
    find_columns,
    first_values,
    is_temporal,
)
from omakase.data.rows.identifiers import are_rounded, are_whole, some
from omakase.data.rows.kinds import KIND_ALIASES, kind_in_name, known_kind
from omakase.data.rows.names import plain
from omakase.data.rows.numbers import UNIT, decimal_of, number
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.scale import scale_of
from omakase.data.rows.time_form import time_form
from omakase.data.rows.times import TimeForm
from omakase.errors import MissingColumns

USUAL_TIMES = TimeForm()


@dataclass(frozen=True, slots=True)
class Aside:
    """A column that is not used.

    Attributes:
        column: its name in the file.
        reason: why, in words; empty where nothing of ours is like it.
        example: one of its values.
    """

    column: str
    reason: str = ""
    example: str = ""


@dataclass(frozen=True)
class Meaning:
    """How the rows of one file become events.

    Attributes:
        columns: our column names to the file's; "date" beside "time" where two say when.
        guessed: those of them that nobody declared.
        kind: of rows in files without kinds.
        times: how the times are written.
        decimal: decimal sign of the values.
        scale: lowest and highest rating.
        days: whether the times are days, so that what was bought twice on one is no repetition.
        whole: our columns whose ids are whole numbers, some of them written as 123.0.
        flags: whether the value says yes or no: likes and dislikes.
        unrated: the rating that says that somebody gave none: the row is a view.
        kinds: words or numbers of the file, to the kinds that they stand for.
        aside: columns that are not used.
        notes: what was detected and would change the events if it were wrong.
        warnings: what makes the events doubtful.
    """

    columns: Mapping[str, str]
    guessed: Mapping[str, str] = field(default_factory=dict)
    kind: str = "view"
    times: TimeForm = USUAL_TIMES
    decimal: str = "."
    scale: tuple[float, float] = (0.0, 5.0)
    days: bool = False
    whole: frozenset[str] = frozenset()
    flags: bool = False
    unrated: float | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[Aside, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def meaning_of(
    place: str,
    stem: str,
    sample: pl.DataFrame,
    options: ReadOptions,
    *,
    flat: Sequence[str] | None = None,
    declared: Mapping[str, str] | None = None,
) -> Meaning:
    """What the columns of a file of events mean.

    Args:
        place: name of the file, for messages.
        stem: its name without endings, which may tell a kind of events.
        sample: its first rows, all columns by the file's names, as text or in types of their own.
        options: what the owner declared.
        flat: the columns that hold plain values; by itself all.
        declared: our columns to the file's.

    Raises:
        MissingColumns: no column for the user or for the item, or a declared one is not there.
        ConfigError: a declared zone that does not exist.
    """
    mapping = {field: column for field, column in (declared or {}).items() if column}
    absent = [column for column in mapping.values() if column not in sample.columns]
    if absent:
        raise MissingColumns(place, absent, sample.columns)
    names = frozenset(sample.columns if flat is None else flat)
    never = {field for field, column in (declared or {}).items() if not column}
    reader = ColumnFinder(place, stem, sample, options, names, dict(mapping), never)
    find_columns(reader)
    missing = [name for name in ("user_id", "item_id") if name not in reader.found]
    if missing:
        raise MissingColumns(place, missing, sample.columns)
    return _meaning(reader, mapping)


def _meaning(reader: ColumnFinder, told: Mapping[str, str]) -> Meaning:
    guesses = reader.found
    value = plain(guesses["value"].split(".")[-1]) if "value" in guesses else ""
    texts = reader.texts(guesses["value"]) if "value" in guesses else pl.Series([], dtype=pl.String)
    flags = bool(texts.len()) and (shapes.is_flag(texts) or (value in FLAGS and are_bits(texts)))
    kind = _default_kind(reader, value, flags)
    decimal = reader.options.decimal or decimal_of(texts.str.replace(UNIT, "$1"))
    if decimal == "," and reader.options.decimal is None:
        reader.notes.append(f"the comma is the decimal sign ({first_values(texts)})")
    columns = _in_order(guesses)
    _warn_of_states(reader)
    return Meaning(
        columns=columns,
        guessed={field: column for field, column in columns.items() if field not in told},
        kind=kind,
        times=time_form(reader),
        decimal=decimal,
        scale=_scale(reader, kind, value, texts, decimal),
        days=_are_days(reader),
        whole=_whole(reader),
        flags=flags and reader.options.kind is None and "kind" not in guesses,
        unrated=_value_without_rating(reader, value, texts),
        kinds=dict(reader.options.kinds),
        aside=_aside(reader),
        notes=tuple(reader.notes),
        warnings=tuple(reader.warnings),
    )


def _warn_of_states(reader: ColumnFinder) -> None:
    """A column that tells of orders that came to nothing, and counts for nothing here."""
    if "kind" in reader.found:
        return
    likely = reader.plain_texts.with_words(UNDONE)
    for name in reader.free_names():
        if name in reader.plain_texts and name not in likely:
            continue
        texts = reader.texts(name).str.to_lowercase()
        undone = texts.is_in(UNDONE)
        if undone.any() and texts.n_unique() <= shapes.MOST_KINDS:
            words = texts.filter(undone).unique(maintain_order=True)
            first = words[0]
            reader.warnings.append(
                f"{int(undone.sum()):,} of the first rows read {first_values(words)} in {name!r} "
                f"and count like the others; --map kind={name} --kind-of "
                f"{first}={known_kind(first) or 'cancel'} --kind-of WORD=purchase for the rest "
                "lets them take back"
            )


UNDONE = (
    *("cancelled", "canceled", "refunded", "refund", "returned", "return", "chargeback", "void"),
    *("voided", "취소", "주문취소", "환불", "반품"),
)


def _are_days(reader: ColumnFinder) -> bool:
    """Whether the file says on which day, and not when on it."""
    if "time" not in reader.found or "date" in reader.found:
        return False
    name = reader.found["time"]
    if reader.sample.schema[name] == pl.Date:
        return True
    return not is_temporal(reader, name) and shapes.is_date_alone(reader.texts(name))


def _in_order(found: Mapping[str, str]) -> dict[str, str]:
    order = [*EVENT_NAMES, "date"]
    return {field: found[field] for field in order if field in found}


def _default_kind(reader: ColumnFinder, value: str, flags: bool) -> str:
    """The kind of rows without one: declared, by the value, by the file's name, by a receipt."""
    if reader.options.kind or "kind" in reader.found:
        return reader.options.kind or "view"
    if flags:
        reader.notes.append(f"{reader.found['value']!r} says like or dislike")
        return "like"
    if value in RATINGS or value.endswith(("rating", "stars")):
        return "rating"
    named = kind_in_name(reader.stem)
    if named and named != "view":
        reader.notes.append(f"the name of the file says {named!r}; --kind says otherwise")
        return named
    if value in QUANTITIES and named is None:
        reader.notes.append(
            f"{reader.found['value']!r} is a number of pieces, so each row is a 'purchase'; "
            "--kind says otherwise"
        )
        return "purchase"
    return "view"


def _scale(
    reader: ColumnFinder, kind: str, value: str, texts: pl.Series, decimal: str
) -> tuple[float, float]:
    if reader.options.rating_scale is not None:
        return reader.options.rating_scale
    if not texts.len() or not (kind == "rating" or "kind" in reader.found):
        return 0.0, 5.0
    if "kind" in reader.found:
        texts = _rating_values(reader)
    numbers = pl.DataFrame({"v": texts}).select(number("v", decimal)).to_series().drop_nulls()
    scale = scale_of(numbers)
    if numbers.len() and _only_minus_one(numbers):
        scale = scale_of(numbers.filter(numbers >= 0))
    if kind == "rating" and scale != (0.0, 5.0):
        low, high = scale
        reader.notes.append(
            f"ratings are on a scale of {low:g} to {high:g}; --rating-scale says otherwise"
        )
    return scale


def _rating_values(reader: ColumnFinder) -> pl.Series:
    """The values of those rows that are ratings."""
    kinds = reader.sample.get_column(reader.found["kind"]).cast(pl.String).str.to_lowercase()
    rated = kinds.str.strip_chars().replace(KIND_ALIASES) == "rating"
    return some(reader.sample.get_column(reader.found["value"]).filter(rated.fill_null(False)))


def _only_minus_one(numbers: pl.Series) -> bool:
    below = numbers.filter(numbers < 0)
    return bool(below.len()) and bool((below == -1).all()) and float(numbers.max() or 0) > 1  # type: ignore[arg-type]


def _value_without_rating(reader: ColumnFinder, value: str, texts: pl.Series) -> float | None:
    """0 in Book-Crossing and -1 in others stand for a thing that was had and not rated."""
    none = "0" if value == "bookrating" else "-1"
    below = texts.filter(texts.str.starts_with("-")).unique().to_list()
    if value not in RATINGS or not (texts == none).any() or (none == "-1" and below != ["-1"]):
        return None
    if none == "-1" and int((texts == none).sum()) < OFTEN * texts.len():
        return None
    reader.notes.append(
        f"{none} in {reader.found['value']!r} says that no rating was given: a view"
    )
    return float(none)


OFTEN = 0.02


def _whole(reader: ColumnFinder) -> frozenset[str]:
    """Columns of ids to be read without ".0"; spoiled ids are warned of."""
    integer_ids = set()
    for key in ("user_id", "item_id"):
        texts = reader.texts(reader.found[key])
        if are_whole(texts):
            integer_ids.add(key)
            reader.notes.append(f"ids in {reader.found[key]!r} are whole numbers: 123.0 is '123'")
        if are_rounded(texts):
            reader.warnings.append(
                f"ids in {reader.found[key]!r} read {first_values(texts)}: a spreadsheet rounded "
                f"them, so different ones became the same ({texts.n_unique():,} are left); "
                "format that column as text and export it again"
            )
    return frozenset(integer_ids)


def _aside(reader: ColumnFinder) -> tuple[Aside, ...]:
    used = set(reader.found.values())
    return tuple(
        Aside(name, reader.reasons.get(name, ""), _example(reader, name))
        for name in reader.sample.columns
        if name not in used and not any(t.startswith(f"{name}.") for t in used)
    )


def _example(reader: ColumnFinder, name: str) -> str:
    texts = reader.texts(name) if name in reader.flat else pl.Series([], dtype=pl.String)
    return texts[0][:40] if texts.len() else ""
