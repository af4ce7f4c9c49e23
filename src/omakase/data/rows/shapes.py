"""What the values of a column look like: a number, a date, a clock, a flag, a kind of event."""

import re

import polars as pl

from omakase.data.rows.kinds import known_kind

NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
DATE = re.compile(r"\d{1,4}[-/.]\s*\d{1,2}[-/.]\s*\d{1,4}.*")
CLOCK = (
    r"^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(\s*([AaPp]\.?[Mm]\.?))?$"
    r"|^(오전|오후)\s*\d{1,2}:\d{2}(:\d{2})?$"
)
DATE_ALONE = (
    r"^\d{4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,2}\.?$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$|^\d{8}$"
    r"|^\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}$|^[A-Za-z]{3,9} \d{1,2}, \d{4}$"
)
DATED = (
    r"^\d{4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|^\d{4}년|\d{2}:\d{2}:\d{2} [+-]?\w+ \d{4}$|^[A-Za-z]{3,9},? \d{1,2},? "
    r"|^\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}|^[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4}"
)
YES = ("true", "yes", "y", "t", "like", "liked", "up", "thumbs_up", "예", "네", "좋아요", "추천")
NO = (
    "false",
    "no",
    "n",
    "f",
    "dislike",
    "disliked",
    "down",
    "thumbs_down",
    "아니오",
    "아니요",
    "싫어요",
    "비추천",
)
MOSTLY = 0.9
MOST_KINDS = 40
EPOCH = (946_684_800, 2_051_222_400)
"""2000 to 2035 in Unix seconds: what a number must be to be taken for a time unasked."""


def looks_like_a_field(text: str) -> bool:
    """Whether this is a number or a date, rather than a name."""
    return bool(NUMBER.fullmatch(text.strip()) or DATE.fullmatch(text.strip()))


def share(texts: pl.Series, pattern: str) -> float:
    """The share of values that a pattern fits; 0 of none."""
    fitting = int(texts.str.contains(pattern).sum())
    return fitting / texts.len() if texts.len() else 0.0


def numbers_of(texts: pl.Series) -> pl.Series:
    """Float64, null where a value is no number."""
    return texts.cast(pl.Float64, strict=False)


def is_numeric(texts: pl.Series) -> bool:
    """Whether almost all are numbers, with either decimal sign."""
    return share(texts, r"^[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?$") >= MOSTLY


def is_clock(texts: pl.Series) -> bool:
    """Whether these are times of the day alone."""
    return share(texts, CLOCK) >= MOSTLY


def is_date_alone(texts: pl.Series) -> bool:
    """Whether these are dates without a time of the day."""
    return share(texts, DATE_ALONE) >= MOSTLY


def is_dated(texts: pl.Series) -> bool:
    """Whether these are dates and times in words of any usual form."""
    return share(texts, DATED) >= MOSTLY


def is_epoch(texts: pl.Series) -> bool:
    """Whether these are numbers of seconds, or thousandths and so on, since 1970."""
    numbers = numbers_of(texts).drop_nulls()
    if numbers.len() < MOSTLY * max(1, texts.len()) or not numbers.len():
        return False
    size = float(numbers.median() or 0)  # type: ignore[arg-type]
    scale = next((s for s in (1, 1e3, 1e6, 1e9) if EPOCH[0] <= size / s < EPOCH[1]), None)
    return scale is not None and bool(numbers.is_between(EPOCH[0] * scale, EPOCH[1] * scale).all())


def is_flag(texts: pl.Series) -> bool:
    """Whether these are words for yes and no."""
    return bool(texts.len()) and bool(texts.str.to_lowercase().is_in([*YES, *NO]).all())


def kind_share(texts: pl.Series) -> float:
    """The share of values that are known kinds of events; 0 of numbers, flags and free text."""
    plain = texts.str.to_lowercase()
    names = plain.unique()
    if not names.len() or names.len() > MOST_KINDS or is_numeric(texts) or is_flag(texts):
        return 0.0
    kinds = [name for name in names.to_list() if known_kind(name) is not None]
    return int(plain.is_in(kinds).sum()) / plain.len()


def is_wordy(texts: pl.Series) -> bool:
    """Whether these are few different words, as kinds are."""
    names = texts.unique()
    few = names.len() <= min(MOST_KINDS, max(3, texts.len() // 2))
    return bool(names.len()) and few and not is_numeric(texts) and not is_flag(texts)
