"""When somebody means to go: days, hours and minutes from a message."""

import re
from dataclasses import dataclass
from typing import Final

from omakase.dialog.clocks import ClockTime, read_clock
from omakase.dialog.misspelling import is_slip

MEALS: Final = {
    "아침": 8, "브런치": 11, "아점": 11, "점심": 12, "런치": 12, "정오": 12, "점저": 16, "대낮": 14,
    "낮": 14, "오전": 10, "오후": 15, "저녁": 19, "디너": 19, "퇴근": 19, "야식": 23, "심야": 23,
    "한밤": 23, "자정": 0, "늦은 밤": 23, "오늘밤": 21, "밤": 21, "새벽": 3, "breakfast": 8,
    "morning": 9, "brunch": 11, "lunchtime": 12, "lunch": 12, "noon": 12, "midday": 12,
    "afternoon": 15, "dinnertime": 19, "dinner": 19, "supper": 19, "after work": 19,
    "tonight": 20, "tonite": 20, "2nite": 20, "evening": 19, "late night": 23, "midnight": 0,
    "night": 21, "nite": 21,
}  # fmt: skip
DAYS: Final = {
    "오늘": "today", "내일모레": "day_after", "내일": "tomorrow", "낼모레": "day_after",
    "낼": "tomorrow", "모레": "day_after", "주말": "weekend", "평일": "weekday",
    "day after tomorrow": "day_after", "tonight": "today", "tonite": "today", "2nite": "today",
    "today": "today", "this evening": "today", "this afternoon": "today", "this morning": "today",
    "tomorrow": "tomorrow", "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow",
    "2moro": "tomorrow", "weekend": "weekend", "weekday": "weekday",
}  # fmt: skip
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK_KO: Final = dict(zip("월화수목금토일", _WEEK, strict=True))
_WEEK_SHORT: Final = {
    "mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "weds": "wednesday",
    "thu": "thursday", "thur": "thursday", "thurs": "thursday", "fri": "friday",
    "sat": "saturday",
}  # fmt: skip
"""Not "sun", which shines as well; and "sat" only beside a part of the day."""

_KO_WEEKDAY: Final = re.compile(
    r"(?P<day>[월화수목금토일])(?:요일|욜)|불(?P<hot>금)(?:에|엔|에는|은|이|날)?(?![가-힣])"
)
_NOW: Final = re.compile(
    r"지금(?!까지|\s?까지|은\s|도\s)|당장|\b(?:open|right|available|eat|go)\s(?:right\s)?now\b|"
    r"\bnow\s?[?.!]*$|\basap\b",
    re.IGNORECASE,
)
_SLIPS: Final = (
    "아침", "점심", "저녁", "breakfast", "morning", "afternoon", "dinner", "tonight", "evening",
    "midnight", "tomorrow",
)  # fmt: skip
"""Words that are known when a letter of them is wrong."""

_OTHER_WORDS: Final = frozenset(("diner", "mourning", "매일", "moaning", "midnights", "evenings"))
"""They are spelt alike and mean something else."""


@dataclass(frozen=True, slots=True)
class SpokenMoment:
    """When somebody means to go.

    Attributes:
        hour: 0..23; None where no time is named.
        day: now, today, tomorrow, day_after, weekend, weekday or the name of a day; "" where none
            is.
        minute: 0..59 of the hour.
    """

    hour: int | None = None
    day: str = ""
    minute: int = 0

    @property
    def hours(self) -> float | None:
        """Hours since midnight, with the minutes as a fraction; None where no time is named."""
        return None if self.hour is None else self.hour + self.minute / 60

    def __bool__(self) -> bool:
        return self.hour is not None or bool(self.day)


def read_moment(text: str) -> SpokenMoment:
    """The day, the hour and the minute that a message names."""
    lower = _corrected(text.lower())
    clock = read_clock(lower)
    if clock is None:
        hour = next((hour for word, hour in MEALS.items() if _has(lower, word)), None)
        return SpokenMoment(hour, _day(lower))
    hour = _of_day(clock, clock.part or _part(lower))
    return SpokenMoment(hour, _day(lower), clock.minute if hour is not None else 0)


def _corrected(text: str) -> str:
    """The text with misspelt parts of the day as they are spelt."""
    return re.sub(r"[가-힣]{2,6}|[a-z]{5,10}", _correction, text)


def _correction(match: re.Match[str]) -> str:
    word = match.group()
    if word in MEALS or word in _OTHER_WORDS:
        return word
    if word.isascii():
        return next((right for right in _SLIPS if right.isascii() and is_slip(word, right)), word)
    head = word[:2]
    if head in MEALS or head in _OTHER_WORDS:
        return word
    corrected = next((right for right in _SLIPS if is_slip(head, right)), head)
    return corrected + word[2:]


def _day(text: str) -> str:
    day = next((day for word, day in DAYS.items() if _has(text, word)), "")
    if day:
        return day
    korean = _KO_WEEKDAY.search(text)
    if korean:
        return _WEEK_KO[korean["day"] or korean["hot"]]
    day = next((name for name in _WEEK if re.search(rf"\b{name}s?\b", text)), "")
    return day or _short_day(text) or ("now" if _NOW.search(text) else "")


def _short_day(text: str) -> str:
    """Of "sat night", but not of "we sat down"."""
    has_part = bool(_part(text)) or read_clock(text) is not None
    days = (day for word, day in _WEEK_SHORT.items() if re.search(rf"\b{word}\b", text))
    return next(days, "") if has_part else ""


def _part(text: str) -> str:
    return next((word for word in MEALS if _has(text, word)), "")


def _of_day(clock: ClockTime, part: str) -> int | None:
    """0..23 of an hour by the clock; without a part of the day, 1 to 6 are in the afternoon."""
    hour = clock.hour
    if hour > 24:
        return None
    early = part in ("오전", "아침", "새벽", "am", "morning", "breakfast", "midnight")
    late = bool(part) and not early
    night = part in ("밤", "night", "late night", "tonight", "자정") and hour in (12, 1, 2, 3)
    if night:
        return hour % 12
    if hour < 12 and (late or (not part and hour <= 6 and not clock.is_full)):
        return hour + 12
    return 0 if (hour == 12 and early) or hour == 24 else hour


def _has(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"\b{word}\b", text) is not None
    if word in ("낮", "밤"):
        ahead = r"(?<![가-힣])|(?<=[욜일늘])"
        return re.search(rf"(?:{ahead}){word}(?![가-힣])|(?:{ahead}){word}[에의]", text) is not None
    if word in ("낼", "퇴근", "자정", "정오"):
        return re.search(rf"(?<![가-힣]){word}", text) is not None
    return word in text
