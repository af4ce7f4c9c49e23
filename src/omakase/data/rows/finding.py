"""Which column of a file of events is which: by their names, and by what they hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from omakase.data.rows import shapes
from omakase.data.rows.columns import (
    CLOCKS,
    DATES,
    EVENT_NAMES,
    FALLBACK_USERS,
    FLAGS,
    ITEMS,
    RATINGS,
    USERS,
    WEAK,
)
from omakase.data.rows.identifiers import some
from omakase.data.rows.names import candidates, plain
from omakase.data.rows.numbers import UNIT
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.texts import TextColumns

NO_TIMES = ("birth", "expir", "release", "updat", "modif", "publi", "생년", "생일", "출시", "개봉")
"""Parts of the names of dates that tell of no event."""

SHOWN = 3


@dataclass
class ColumnFinder:
    """What was found of a file so far: our columns, reasons against others, notes, warnings."""

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
    _texts: dict[str, pl.Series] = field(default_factory=dict, init=False, repr=False)

    def texts(self, theirs: str) -> pl.Series:
        """The values of a column that are there, as text."""
        if theirs not in self._texts:
            is_plain = theirs in self.plain_texts
            column = self.sample.get_column(theirs)
            self._texts[theirs] = self.plain_texts.values(theirs) if is_plain else some(column)
        return self._texts[theirs]

    @cached_property
    def plain_texts(self) -> TextColumns:
        """Those of the sample, of which some files have thousands."""
        return TextColumns(self.sample)

    @cached_property
    def _with_digits(self) -> frozenset[str]:
        """Columns of text that may hold times: almost all values have the digits of one."""
        return self.plain_texts.with_digits(shapes.MOSTLY)

    def holds_times(self, theirs: str) -> bool:
        """Whether a column holds dates in words or Unix times, by what stands in it."""
        if theirs in self.plain_texts and theirs not in self._with_digits:
            return False
        texts = self.texts(theirs)
        return shapes.is_dated(texts) or (shapes.is_epoch(texts) and texts.n_unique() > 1)

    def dtype(self, theirs: str) -> pl.DataType:
        """Of a column; the table's schema would be made anew each time."""
        return self.sample.get_column(theirs).dtype

    def free(self, usual: Sequence[str]) -> list[str]:
        """Columns called so that serve nothing yet."""
        used = set(self.found.values())
        present = [name for name in self.sample.columns if name in self.flat]
        return [name for name in candidates(usual, present) if name not in used]

    def free_names(self) -> list[str]:
        """All columns of plain values that serve nothing yet."""
        used = set(self.found.values())
        return [n for n in self.sample.columns if n in self.flat and n not in used]


def find_columns(reader: ColumnFinder) -> None:
    """Fill `reader.found`: ids first, then when, then what and how much, then the rest."""
    _find_ids(reader)
    _find_time(reader)
    _find_rest(reader)


def _find_ids(reader: ColumnFinder) -> None:
    """User and item: by their usual names, by parts of names, and a session where nobody is."""
    _take(reader, "user_id", reader.free(USERS))
    _take(reader, "item_id", reader.free(ITEMS))
    for key, words in (("user_id", USER_WORDS), ("item_id", ITEM_WORDS)):
        if key not in reader.found:
            _take(reader, key, [n for n in reader.free_names() if _has_word(n, words)])
    if "item_id" not in reader.found and "user_id" in reader.found:
        _sole_id(reader)
    if "user_id" not in reader.found:
        _take(reader, "user_id", reader.free(FALLBACK_USERS))
        if "user_id" in reader.found:
            reader.notes.append(
                f"nobody is named; each {reader.found['user_id']!r} counts as a person"
            )


def _sole_id(reader: ColumnFinder) -> None:
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


def _take(reader: ColumnFinder, ours: str, names: Sequence[str]) -> None:
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
    names_entity = korean or any(part in words for part in lower)
    marked = any(part in ID_WORDS for part in lower) or any(
        name.endswith(word) for word in ID_WORDS if not word.isascii()
    )
    return names_entity and marked


def _find_time(reader: ColumnFinder) -> None:
    if "time" in reader.never:
        return
    if "time" in reader.found:
        _with_clock(reader)
        return
    for name in reader.free(EVENT_NAMES["time"]):
        texts = reader.texts(name)
        if is_temporal(reader, name) or not texts.len():
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


def _sole_candidate(reader: ColumnFinder, name: str) -> bool:
    """Whether some of the values are times: a column with faults, not another column."""
    texts = reader.texts(name)
    times = texts.str.contains(shapes.DATED) | texts.cast(pl.Float64, strict=False).is_not_null()
    return bool(times.any()) or plain(name) in ("time", "timestamp", "datetime", "ts")


def is_temporal(reader: ColumnFinder, name: str) -> bool:
    dtype = reader.dtype(name)
    return dtype.is_temporal() and dtype != pl.Time


def _with_clock(reader: ColumnFinder) -> None:
    """A column of dates alone takes the column of clocks beside it."""
    date = reader.found["time"]
    if "date" in reader.found or is_temporal(reader, date):
        return
    if not shapes.is_date_alone(reader.texts(date)):
        return
    for clock in reader.free(CLOCKS):
        if shapes.is_clock(reader.texts(clock)):
            reader.found |= {"time": clock, "date": date}
            reader.notes.append(f"{date!r} and {clock!r} together say when")
            return


def _date_beside(reader: ColumnFinder, clock: str) -> str | None:
    names = [*reader.free(DATES), *reader.free(EVENT_NAMES["time"])]
    return next((n for n in names if n != clock and shapes.is_date_alone(reader.texts(n))), None)


def _by_content(reader: ColumnFinder) -> None:
    """One single column of dates or of Unix times, whatever it is called."""
    likely = [
        name
        for name in reader.free_names()
        if not any(word in plain(name) for word in NO_TIMES)
        and (is_temporal(reader, name) or reader.holds_times(name))
    ]
    likely = _usual_endings(likely) or likely
    if len(likely) == 1:
        reader.found["time"] = likely[0]
        reader.notes.append(f"{likely[0]!r} holds times, by what stands in it")
    elif likely:
        named = ", ".join(repr(name) for name in likely)
        reader.warnings.append(
            f"several columns hold times ({named}) and none is used; "
            f"--map time={likely[0]} takes one"
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


def _find_rest(reader: ColumnFinder) -> None:
    if "kind" not in {*reader.found, *reader.never}:
        _find_kind(reader)
    if "value" not in {*reader.found, *reader.never}:
        _find_value(reader)
    for key, usual in EVENT_NAMES.items():
        if key not in reader.found and key not in (
            "user_id",
            "item_id",
            "kind",
            "value",
            "time",
        ):
            _take(reader, key, reader.free(usual))


def _find_kind(reader: ColumnFinder) -> None:
    """The first column called like a kind that holds kinds of events."""
    for name in reader.free(EVENT_NAMES["kind"]):
        texts = reader.texts(name)
        if reader.dtype(name) == pl.Boolean or shapes.is_flag(texts):
            reader.reasons[name] = "holds yes and no, no kinds of events"
        elif shapes.kind_share(texts) > 0 or not texts.len():
            reader.found["kind"] = name
            return
        elif plain(name) in WEAK:
            reader.reasons[name] = f"holds {first_values(texts)}, which are no kinds of events"
        elif shapes.is_numeric(texts):
            reader.reasons[name] = f"holds numbers ({first_values(texts)}), no names of kinds"
        elif shapes.is_wordy(texts) or texts.len() < 20:
            reader.found["kind"] = name
            return
        else:
            reader.reasons[name] = f"holds too many different words ({first_values(texts)}, …)"


def _find_value(reader: ColumnFinder) -> None:
    for name in reader.free(EVENT_NAMES["value"]):
        texts = reader.texts(name)
        flag = plain(name.split(".")[-1]) in FLAGS or reader.dtype(name) == pl.Boolean
        if flag and not (shapes.is_flag(texts) or are_bits(texts)):
            reader.reasons[name] = f"holds {first_values(texts)}, neither yes nor no"
        elif flag or not texts.len() or _some_numbers(texts, plain(name)):
            reader.found["value"] = name
            return
        else:
            reader.reasons[name] = f"holds {first_values(texts)}, no numbers"


def _some_numbers(texts: pl.Series, name: str) -> bool:
    """Whether enough are numbers; of a column that is called a value or a rating, any."""
    least = 0.0 if name == "value" or name in RATINGS else SOME
    bare = texts.str.replace(UNIT, "$1")
    return shapes.share(bare, r"^[+-]?(\d+([.,]\d+)*|[.,]\d+)$") > least


SOME = 0.2


def are_bits(texts: pl.Series) -> bool:
    numbers = set(texts.str.replace(r"\.0+$", "").unique().to_list())
    return bool(numbers) and numbers <= {"0", "1", "-1"}


def first_values(texts: pl.Series) -> str:
    return ", ".join(repr(text[:30]) for text in texts.unique(maintain_order=True)[:SHOWN])
