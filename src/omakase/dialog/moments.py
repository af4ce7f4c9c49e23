"""When and how far: hours, days and distances from a message."""

import re
from dataclasses import dataclass
from typing import Final

WALK_METRES: Final = 80.0
"""Metres a minute on foot; 도보 N분 on Korean maps reckons about as much."""

NEAR_KM: Final = 1.5
"""What "near" means."""

FARTHEST_KM: Final = 20_000.0

MEALS: Final = {
    "아침": 8, "브런치": 11, "점심": 12, "런치": 12, "낮": 14, "오후": 15, "저녁": 19, "디너": 19,
    "야식": 23, "심야": 23, "한밤": 23, "밤": 21, "새벽": 3, "breakfast": 8, "morning": 9,
    "brunch": 11, "lunch": 12, "noon": 12, "afternoon": 15, "dinner": 19, "supper": 19,
    "tonight": 20, "evening": 19, "late night": 23, "midnight": 0, "night": 21,
}  # fmt: skip
DAYS: Final = {
    "오늘": "today", "내일": "tomorrow", "모레": "day_after", "주말": "weekend", "평일": "weekday",
    "월요일": "monday", "화요일": "tuesday", "수요일": "wednesday", "목요일": "thursday",
    "금요일": "friday", "토요일": "saturday", "일요일": "sunday", "tonight": "today",
    "today": "today", "tomorrow": "tomorrow", "weekend": "weekend",
}  # fmt: skip
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KO_HOURS: Final = {
    word: hour
    for hour, word in enumerate(
        "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 열한 열두".split(), start=1
    )
}
_KO_CLOCK: Final = re.compile(
    r"(?:(?P<part>오전|오후|아침|점심|낮|저녁|밤|새벽)\s?)?"
    r"(?P<hour>\d{1,2}|열두|열한|다섯|여섯|일곱|여덟|아홉|열|한|두|세|네)\s?시(?!간|작|장|킨|키)"
)
_EN_CLOCK: Final = re.compile(
    r"\b(?P<hour>\d{1,2})(?::\d{2})?\s?(?P<half>am|pm|a\.m\.|p\.m\.|o'?clock)(?!\w)", re.I
)
_EN_AT: Final = re.compile(
    r"\bat (?P<hour>\d{1,2})(?::\d{2})?\b(?!\s?(?:dollars|won|%|least|km))", re.I
)
_METRES: Final = re.compile(
    r"(?<!\d)(?P<number>\d++(?:\.\d++)?+)\s?(?P<unit>km|킬로(?:미터)?|키로|미터|m(?:eters?|etres?)?|"
    r"miles?|마일|blocks?)(?![a-z])",
    re.IGNORECASE,
)
_WALK: Final = re.compile(
    r"(?:도보|걸어서)\s?(?:로\s?)?(?P<ko>(?<!\d)\d++)\s?분|(?P<ko2>(?<!\d)\d++)\s?분\s?(?:거리|이내\s?거리)|"
    r"(?P<en>(?<!\d)\d++)[\s-]min(?:ute)?s?['’]?\s?(?:walk|away|on foot)",
    re.IGNORECASE,
)
_NEAR: Final = re.compile(
    r"근처|가까운|가까이|가까이에|주변|인근|근방|부근|걸어서|걸어갈|near\s?by|near me|nearby|"
    r"close by|close to|around here|"
    r"walking distance|in the area|\bnear\b|this area",
    re.IGNORECASE,
)
_UNITS: Final = {"k": 1.0, "킬": 1.0, "키": 1.0, "미": 0.001, "m": 0.001, "b": 0.1, "마": 1.609}


@dataclass(frozen=True, slots=True)
class SpokenMoment:
    """When somebody means to go.

    Attributes:
        hour: 0..23; None where no time is named.
        day: today, tomorrow, day_after, weekend, weekday or the name of a day; "" where none is.
    """

    hour: int | None = None
    day: str = ""

    def __bool__(self) -> bool:
        return self.hour is not None or bool(self.day)


def read_moment(text: str) -> SpokenMoment:
    """The hour and the day that a message names."""
    lower = text.lower()
    day = next((day for word, day in DAYS.items() if _has(lower, word)), "")
    day = day or next((name for name in _WEEK if re.search(rf"\b{name}s?\b", lower)), "")
    return SpokenMoment(_hour(lower), day)


def read_radius(text: str) -> float | None:
    """Kilometres within which a message wants things; None where it says nothing of it."""
    walk = _WALK.search(text)
    if walk:
        minutes = float(walk["ko"] or walk["ko2"] or walk["en"])
        return _kilometres(minutes * WALK_METRES / 1000)
    exact = _METRES.search(text)
    if exact:
        unit = exact["unit"].lower()
        factor = 1.609 if unit.startswith("mi") else _UNITS[unit[0]]
        return _kilometres(float(exact["number"]) * factor)
    return NEAR_KM if _NEAR.search(text) else None


def _kilometres(number: float) -> float:
    """To a metre, and no further than the other side of the earth."""
    return round(min(number, FARTHEST_KM), 3)


def _hour(text: str) -> int | None:
    korean = _KO_CLOCK.search(text)
    if korean:
        hour = _KO_HOURS.get(korean["hour"]) or int(korean["hour"])
        return _of_day(hour, korean["part"] or _part(text))
    for pattern in (_EN_CLOCK, _EN_AT):
        match = pattern.search(text)
        if match:
            half = match.groupdict().get("half") or ""
            part = {"a": "am", "p": "pm"}.get(half[:1], "") or _part(text)
            return _of_day(int(match["hour"]), part)
    return next((hour for word, hour in MEALS.items() if _has(text, word)), None)


def _part(text: str) -> str:
    return next((word for word in MEALS if _has(text, word)), "")


def _of_day(hour: int, part: str) -> int | None:
    """0..23 of an hour by the clock; without a part of the day, 1 to 6 are in the afternoon."""
    if hour > 24:
        return None
    early = part in ("오전", "아침", "새벽", "am", "morning", "breakfast", "midnight")
    late = bool(part) and not early
    night = part in ("밤", "night", "late night", "tonight") and hour in (12, 1, 2, 3)
    if night:
        return hour % 12
    if hour < 12 and (late or (not part and hour <= 6)):
        return hour + 12
    return 0 if (hour == 12 and early) or hour == 24 else hour


def _has(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"\b{word}\b", text) is not None
    if word in ("낮", "밤"):
        return re.search(rf"(?<![가-힣]){word}(?![가-힣])|(?<![가-힣]){word}에", text) is not None
    return word in text
