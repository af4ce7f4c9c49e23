"""What the columns of a file of events are taken for: by their names, and by what they hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from omakase.data.rows import shapes
from omakase.data.rows.columns import (
    CLOCKS,
    DATES,
    EVENT_NAMES,
    FALLBACK_USERS,
    FLAGS,
    ITEMS,
    QUANTITIES,
    RATINGS,
    USERS,
    WEAK,
    candidates,
    plain,
)
from omakase.data.rows.identifiers import are_rounded, are_whole, some
from omakase.data.rows.kinds import KIND_ALIASES, kind_in_name, known_kind
from omakase.data.rows.numbers import UNIT, decimal_of, number
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.scale import scale_of
from omakase.data.rows.times import Evidence, TimeForm, evidence_of
from omakase.errors import AmbiguousData, ConfigError, MissingColumns

NO_TIMES = ("birth", "expir", "release", "updat", "modif", "publi", "생년", "생일", "출시", "개봉")
"""Parts of the names of dates that tell of no event."""

SHOWN = 3


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
    times: TimeForm = TimeForm()
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


@dataclass
class _Reader:
    """Gathers a `Meaning` from a sample, one question after another."""

    place: str
    stem: str
    sample: pl.DataFrame
    options: ReadOptions
    flat: frozenset[str]
    found: dict[str, str]
    never: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def texts(self, theirs: str) -> pl.Series:
        """The values of a column that are there, as text."""
        return some(self.sample.get_column(theirs))

    def free(self, usual: Sequence[str]) -> list[str]:
        """Columns called so that serve nothing yet."""
        taken = set(self.found.values())
        present = [name for name in self.sample.columns if name in self.flat]
        return [name for name in candidates(usual, present) if name not in taken]

    def free_names(self) -> list[str]:
        """All columns of plain values that serve nothing yet."""
        taken = set(self.found.values())
        return [n for n in self.sample.columns if n in self.flat and n not in taken]


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
    told = {ours: theirs for ours, theirs in (declared or {}).items() if theirs}
    absent = [theirs for theirs in told.values() if theirs not in sample.columns]
    if absent:
        raise MissingColumns(place, absent, sample.columns)
    names = frozenset(sample.columns if flat is None else flat)
    never = {ours for ours, theirs in (declared or {}).items() if not theirs}
    reader = _Reader(place, stem, sample, options, names, dict(told), never)
    _find_ids(reader)
    _find_time(reader)
    _find_rest(reader)
    missing = [name for name in ("user_id", "item_id") if name not in reader.found]
    if missing:
        raise MissingColumns(place, missing, sample.columns)
    return _meaning(reader, told)


def _find_ids(reader: _Reader) -> None:
    """User and item: by their usual names, by parts of names, and a session where nobody is."""
    _take(reader, "user_id", reader.free(USERS))
    _take(reader, "item_id", reader.free(ITEMS))
    for ours, words in (("user_id", USER_WORDS), ("item_id", ITEM_WORDS)):
        if ours not in reader.found:
            _take(reader, ours, [n for n in reader.free_names() if _has_word(n, words)])
    if "item_id" not in reader.found and "user_id" in reader.found:
        _sole_id(reader)
    if "user_id" not in reader.found:
        _take(reader, "user_id", reader.free(FALLBACK_USERS))
        if "user_id" in reader.found:
            reader.notes.append(
                f"nobody is named; each {reader.found['user_id']!r} counts as a person"
            )


def _sole_id(reader: _Reader) -> None:
    """The only other column of ids, whatever it is of: joke_id."""
    served = {name for usual in EVENT_NAMES.values() for name in usual}
    names = [
        name
        for name in reader.free_names()
        if re.search(r"(?i)[a-z]_id$|[a-z]ID$|[a-z]Id$", name) and plain(name) not in served
    ]
    names = [n for n in names if not any(w in plain(n) for w in (*NO_ITEMS, *USER_WORDS))]
    if len(names) == 1:
        reader.found["item_id"] = names[0]
        reader.notes.append(f"{names[0]!r} is taken for the item, being the only other id")


NO_ITEMS = ("review", "order", "event", "session", "message", "category", "parent", "seller", "row")


def _take(reader: _Reader, ours: str, names: Sequence[str]) -> None:
    if ours not in reader.found and ours not in reader.never and names:
        reader.found[ours] = names[0]


USER_WORDS = (
    "user",
    "customer",
    "cust",
    "member",
    "mbr",
    "client",
    "buyer",
    "visitor",
    "account",
    "회원",
    "고객",
    "사용자",
    "유저",
    "구매자",
)
ITEM_WORDS = (
    "item",
    "product",
    "prod",
    "prd",
    "goods",
    "article",
    "movie",
    "film",
    "sku",
    "book",
    "song",
    "track",
    "game",
    "restaurant",
    "place",
    "shop",
    "menu",
    "content",
    "상품",
    "제품",
    "품목",
    "영화",
    "도서",
    "식당",
    "가게",
    "메뉴",
)
ID_WORDS = (
    "id",
    "no",
    "num",
    "number",
    "code",
    "cd",
    "key",
    "sn",
    "idx",
    "seq",
    "hash",
    "번호",
    "코드",
    "아이디",
)


def _has_word(name: str, words: Sequence[str]) -> bool:
    """Whether a name is made of one of some words and one that says that it is an id."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[가-힣]+|\d+", name)
    lower = [part.lower() for part in parts]
    korean = any(word in name for word in words if not word.isascii())
    thing = korean or any(part in words for part in lower)
    marked = any(part in ID_WORDS for part in lower) or any(
        name.endswith(word) for word in ID_WORDS if not word.isascii()
    )
    return thing and marked


def _find_time(reader: _Reader) -> None:
    if "time" in reader.never:
        return
    if "time" in reader.found:
        _with_clock(reader)
        return
    for name in reader.free(EVENT_NAMES["time"]):
        texts = reader.texts(name)
        if _is_temporal(reader, name) or not texts.len():
            reader.found["time"] = name
            return
        if shapes.is_clock(texts):
            date = _date_beside(reader, name)
            if date is None:
                reader.reasons[name] = "a time of the day without a date"
                continue
            reader.found |= {"time": name, "date": date}
            reader.notes.append(f"{date!r} and {name!r} together say when")
            return
        if shapes.is_dated(texts) or shapes.is_numeric(texts):
            reader.found["time"] = name
            _with_clock(reader)
            return
        if reader.options.date_format:
            reader.found["time"] = name
            return
        reader.reasons[name] = "called like a time, and holds none"
        if _sole_candidate(reader, name):
            reader.found["time"] = name
            return
    _by_content(reader)


def _sole_candidate(reader: _Reader, name: str) -> bool:
    """Whether some of the values are times: a column with faults, not another column."""
    texts = reader.texts(name)
    times = texts.str.contains(shapes.DATED) | texts.cast(pl.Float64, strict=False).is_not_null()
    return bool(times.any()) or plain(name) in ("time", "timestamp", "datetime", "ts")


def _is_temporal(reader: _Reader, name: str) -> bool:
    return reader.sample.schema[name].is_temporal() and reader.sample.schema[name] != pl.Time


def _with_clock(reader: _Reader) -> None:
    """A column of dates alone takes the column of clocks beside it."""
    date = reader.found["time"]
    if "date" in reader.found or _is_temporal(reader, date):
        return
    if not shapes.is_date_alone(reader.texts(date)):
        return
    for clock in reader.free(CLOCKS):
        if shapes.is_clock(reader.texts(clock)):
            reader.found |= {"time": clock, "date": date}
            reader.notes.append(f"{date!r} and {clock!r} together say when")
            return


def _date_beside(reader: _Reader, clock: str) -> str | None:
    names = [*reader.free(DATES), *reader.free(EVENT_NAMES["time"])]
    return next((n for n in names if n != clock and shapes.is_date_alone(reader.texts(n))), None)


def _by_content(reader: _Reader) -> None:
    """One single column of dates or of Unix times, whatever it is called."""
    likely = [
        name
        for name in reader.free_names()
        if not any(word in plain(name) for word in NO_TIMES)
        and (
            _is_temporal(reader, name)
            or shapes.is_dated(reader.texts(name))
            or (shapes.is_epoch(reader.texts(name)) and reader.texts(name).n_unique() > 1)
        )
    ]
    likely = _usual_endings(likely) or likely
    if len(likely) == 1:
        reader.found["time"] = likely[0]
        reader.notes.append(f"{likely[0]!r} holds times, by what stands in it")
    elif likely:
        named = ", ".join(repr(name) for name in likely)
        reader.warnings.append(
            f"several columns hold times ({named}) and none is used; --map time={likely[0]} takes one"
        )
    if "time" not in reader.found:
        reader.warnings.append(
            "no column of times was found: the order of the lines stands for it; "
            "--map time=COLUMN names one"
        )


def _usual_endings(names: Sequence[str]) -> list[str]:
    """Those of the names that end like the usual one of a time: order_purchase_timestamp."""
    long = [usual for usual in EVENT_NAMES["time"] if len(usual) >= LONG_NAME]
    return [name for name in names if plain(name).endswith(tuple(long))]


LONG_NAME = 8


def _find_rest(reader: _Reader) -> None:
    if "kind" not in {*reader.found, *reader.never}:
        _find_kind(reader)
    if "value" not in {*reader.found, *reader.never}:
        _find_value(reader)
    for ours, usual in EVENT_NAMES.items():
        if ours not in reader.found and ours not in ("user_id", "item_id", "kind", "value", "time"):
            _take(reader, ours, reader.free(usual))


def _find_kind(reader: _Reader) -> None:
    """The first column called like a kind that holds kinds of events."""
    for name in reader.free(EVENT_NAMES["kind"]):
        texts = reader.texts(name)
        if reader.sample.schema[name] == pl.Boolean or shapes.is_flag(texts):
            reader.reasons[name] = "holds yes and no, no kinds of events"
        elif shapes.kind_share(texts) > 0 or not texts.len():
            reader.found["kind"] = name
            return
        elif plain(name) in WEAK:
            reader.reasons[name] = f"holds {_first(texts)}, which are no kinds of events"
        elif shapes.is_numeric(texts):
            reader.reasons[name] = f"holds numbers ({_first(texts)}), no names of kinds"
        elif shapes.is_wordy(texts) or texts.len() < 20:
            reader.found["kind"] = name
            return
        else:
            reader.reasons[name] = f"holds too many different words ({_first(texts)}, …)"


def _find_value(reader: _Reader) -> None:
    for name in reader.free(EVENT_NAMES["value"]):
        texts = reader.texts(name)
        flag = plain(name.split(".")[-1]) in FLAGS or reader.sample.schema[name] == pl.Boolean
        if flag and not (shapes.is_flag(texts) or _are_bits(texts)):
            reader.reasons[name] = f"holds {_first(texts)}, neither yes nor no"
        elif flag or not texts.len() or _some_numbers(texts, plain(name)):
            reader.found["value"] = name
            return
        else:
            reader.reasons[name] = f"holds {_first(texts)}, no numbers"


def _some_numbers(texts: pl.Series, name: str) -> bool:
    """Whether enough are numbers; of a column that is called a value or a rating, any."""
    least = 0.0 if name == "value" or name in RATINGS else SOME
    bare = texts.str.replace(UNIT, "$1")
    return shapes.share(bare, r"^[+-]?(\d+([.,]\d+)*|[.,]\d+)$") > least


SOME = 0.2


def _are_bits(texts: pl.Series) -> bool:
    numbers = set(texts.str.replace(r"\.0+$", "").unique().to_list())
    return bool(numbers) and numbers <= {"0", "1", "-1"}


def _first(texts: pl.Series) -> str:
    return ", ".join(repr(text[:30]) for text in texts.unique(maintain_order=True)[:SHOWN])


def _meaning(reader: _Reader, told: Mapping[str, str]) -> Meaning:
    found = reader.found
    value = plain(found["value"].split(".")[-1]) if "value" in found else ""
    texts = reader.texts(found["value"]) if "value" in found else pl.Series([], dtype=pl.String)
    flags = bool(texts.len()) and (shapes.is_flag(texts) or (value in FLAGS and _are_bits(texts)))
    kind = _default_kind(reader, value, flags)
    decimal = reader.options.decimal or decimal_of(texts.str.replace(UNIT, "$1"))
    if decimal == "," and reader.options.decimal is None:
        reader.notes.append(f"the comma is the decimal sign ({_first(texts)})")
    columns = _ordered(found)
    _warn_of_states(reader)
    return Meaning(
        columns=columns,
        guessed={ours: theirs for ours, theirs in columns.items() if ours not in told},
        kind=kind,
        times=_time_form(reader),
        decimal=decimal,
        scale=_scale(reader, kind, value, texts, decimal),
        days=_are_days(reader),
        whole=_whole(reader),
        flags=flags and reader.options.kind is None and "kind" not in found,
        unrated=_unrated(reader, value, texts),
        kinds=dict(reader.options.kinds),
        aside=_aside(reader),
        notes=tuple(reader.notes),
        warnings=tuple(reader.warnings),
    )


def _warn_of_states(reader: _Reader) -> None:
    """A column that tells of orders that came to nothing, and counts for nothing here."""
    if "kind" in reader.found:
        return
    for name in reader.free_names():
        texts = reader.texts(name).str.to_lowercase()
        undone = texts.is_in(UNDONE)
        if undone.any() and texts.n_unique() <= shapes.MOST_KINDS:
            words = texts.filter(undone).unique(maintain_order=True)
            first = words[0]
            reader.warnings.append(
                f"{int(undone.sum()):,} of the first rows read {_first(words)} in {name!r} and count "
                f"like the others; --map kind={name} --kind-of {first}={known_kind(first) or 'cancel'} "
                "--kind-of WORD=purchase for the rest lets them take back"
            )


UNDONE = (
    *("cancelled", "canceled", "refunded", "refund", "returned", "return", "chargeback", "void"),
    *("voided", "취소", "주문취소", "환불", "반품"),
)


def _are_days(reader: _Reader) -> bool:
    """Whether the file says on which day, and not when on it."""
    if "time" not in reader.found or "date" in reader.found:
        return False
    name = reader.found["time"]
    if reader.sample.schema[name] == pl.Date:
        return True
    return not _is_temporal(reader, name) and shapes.is_date_alone(reader.texts(name))


def _ordered(found: Mapping[str, str]) -> dict[str, str]:
    order = [*EVENT_NAMES, "date"]
    return {ours: found[ours] for ours in order if ours in found}


def _default_kind(reader: _Reader, value: str, flags: bool) -> str:
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
    reader: _Reader, kind: str, value: str, texts: pl.Series, decimal: str
) -> tuple[float, float]:
    if reader.options.rating_scale is not None:
        return reader.options.rating_scale
    if not texts.len() or not (kind == "rating" or "kind" in reader.found):
        return 0.0, 5.0
    if "kind" in reader.found:
        texts = _rated(reader)
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


def _rated(reader: _Reader) -> pl.Series:
    """The values of those rows that are ratings."""
    kinds = reader.sample.get_column(reader.found["kind"]).cast(pl.String).str.to_lowercase()
    rated = kinds.str.strip_chars().replace(KIND_ALIASES) == "rating"
    return some(reader.sample.get_column(reader.found["value"]).filter(rated.fill_null(False)))


def _only_minus_one(numbers: pl.Series) -> bool:
    below = numbers.filter(numbers < 0)
    return bool(below.len()) and bool((below == -1).all()) and float(numbers.max() or 0) > 1  # type: ignore[arg-type]


def _unrated(reader: _Reader, value: str, texts: pl.Series) -> float | None:
    """0 in Book-Crossing and -1 in others stand for a thing that was had and not rated."""
    none = "0" if value == "bookrating" else "-1"
    below = texts.filter(texts.str.starts_with("-")).unique().to_list()
    if value not in RATINGS or not (texts == none).any() or (none == "-1" and below != ["-1"]):
        return None
    if none == "-1" and float((texts == none).mean() or 0) < OFTEN:
        return None
    reader.notes.append(
        f"{none} in {reader.found['value']!r} says that no rating was given: a view"
    )
    return float(none)


OFTEN = 0.02


def _whole(reader: _Reader) -> frozenset[str]:
    """Columns of ids to be read without ".0"; spoiled ids are warned of."""
    whole = set()
    for ours in ("user_id", "item_id"):
        texts = reader.texts(reader.found[ours])
        if are_whole(texts):
            whole.add(ours)
            reader.notes.append(f"ids in {reader.found[ours]!r} are whole numbers: 123.0 is '123'")
        if are_rounded(texts):
            reader.warnings.append(
                f"ids in {reader.found[ours]!r} read {_first(texts)}: a spreadsheet rounded them, so "
                f"different ones became the same ({texts.n_unique():,} are left); "
                "format that column as text and export it again"
            )
    return frozenset(whole)


def _time_form(reader: _Reader) -> TimeForm:
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
    if "date" in reader.found or _is_temporal(reader, reader.found["time"]):
        return form
    numbers = _numbers_of(texts)
    if numbers != "unix":
        reader.notes.append(NUMBER_NOTES[numbers].format(reader.found["time"], _first(texts)))
    return TimeForm(numbers, form.day_first, zone)


NUMBER_NOTES = {
    "excel": "{0!r} holds days of a spreadsheet ({1})",
    "compact": "{0!r} holds dates written together ({1})",
}


def _check_zone(zone: str) -> None:
    try:
        pl.Series([0]).cast(pl.Datetime("us")).dt.replace_time_zone(zone)
    except pl.exceptions.PolarsError as error:
        raise ConfigError(f"no time zone named {zone!r}; write it as Europe/Berlin") from error


def _numbers_of(texts: pl.Series) -> str:
    """What a column of bare numbers is, if it is one."""
    numbers = shapes.numbers_of(texts)
    if not texts.len() or numbers.null_count():
        return "unix"
    digits = r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(([01]\d|2[0-3])[0-5]\d([0-5]\d)?)?(\.0)?$"
    if texts.str.contains(digits).all():
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


def _aside(reader: _Reader) -> tuple[Aside, ...]:
    taken = set(reader.found.values())
    return tuple(
        Aside(name, reader.reasons.get(name, ""), _example(reader, name))
        for name in reader.sample.columns
        if name not in taken and not any(t.startswith(f"{name}.") for t in taken)
    )


def _example(reader: _Reader, name: str) -> str:
    texts = reader.texts(name) if name in reader.flat else pl.Series([], dtype=pl.String)
    return texts[0][:40] if texts.len() else ""


def settle_order(place: str, meaning: Meaning, options: ReadOptions, seen: Evidence) -> Meaning:
    """With the order of day and month, where the dates of the file tell it.

    Raises:
        AmbiguousData: every date can be read both ways, or some are in one order, some in the other.
    """
    if options.day_first is not None or options.date_format:
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
    return Meaning(
        **{
            **{name: getattr(meaning, name) for name in Meaning.__dataclass_fields__},
            "times": TimeForm(form.numbers, day_first, form.zone, form.format),
            "notes": (*meaning.notes, f"dates in {column!r} have {words} first"),
        }
    )


def evidence_in(meaning: Meaning, rows: pl.DataFrame) -> Evidence:
    """What some rows, by our names, say of the order of day and month."""
    column = "date" if "date" in rows.columns else "time"
    if column not in rows.columns or rows.schema[column] != pl.String or meaning.times.format:
        return Evidence(0, 0, 0)
    return evidence_of(rows.get_column(column).drop_nulls())
