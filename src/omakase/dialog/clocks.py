"""Times by the clock: 7시 반, 오후 두시, 18:30, half past six, 7pm."""

import re
from dataclasses import dataclass
from typing import Final

from omakase.dialog.amounts import korean_number

_KO_HOURS: Final = {
    word: hour
    for hour, word in enumerate(
        "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 열한 열두".split(), start=1
    )
}
_EN_HOURS: Final = {
    word: hour
    for hour, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}
_EN_MINUTES: Final = {
    "five": 5, "ten": 10, "quarter": 15, "a quarter": 15, "fifteen": 15, "twenty": 20,
    "twenty five": 25, "thirty": 30, "half": 30, "forty": 40, "forty five": 45, "fifty": 50,
}  # fmt: skip
_SURE: Final = ("half", "quarter", "a quarter")
"""They are of an hour; "five to ten" may be people."""

_HOUR: Final = rf"\d{{1,2}}|{'|'.join(sorted(_EN_HOURS, key=len, reverse=True))}"
_MINUTE: Final = "|".join(sorted(_EN_MINUTES, key=len, reverse=True))
_HALF: Final = r"(?P<half>am|pm|a\.m\.?|p\.m\.?|o['’]?\s?clock)(?!\w)"
_KO_CLOCK: Final = re.compile(
    r"(?:(?P<part>오전|오후|아침|점심|저녁|새벽|낮|밤)\s?)?"
    r"(?P<hour>(?<!\d)\d{1,2}|열두|열한|다섯|여섯|일곱|여덟|아홉|열|한|두|세|네)\s?"
    r"시(?!간|작|장|킨|키)(?:\s?(?P<halfpast>반)|\s?(?P<minute>\d{1,2}|[이삼사오]?십[오]?|오)\s?분)?"
)
_FULL: Final = re.compile(
    r"(?<![\d:])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![\d:])"
    rf"(?:\s?{_HALF})?",
    re.IGNORECASE,
)
_EN_PAST: Final = re.compile(
    rf"\b(?P<minute>{_MINUTE}|\d{{1,2}})\s(?:minutes\s)?(?P<side>past|after|to|before|till)\s"
    rf"(?P<hour>{_HOUR})\b(?:\s?{_HALF})?(?!\s?(?:dollars|bucks|won|people|km|items))",
    re.IGNORECASE,
)
_EN_CLOCK: Final = re.compile(
    rf"\b(?P<hour>{_HOUR})(?:[\s-](?P<minute>{_MINUTE}))?\s?{_HALF}", re.IGNORECASE
)
_EN_AT: Final = re.compile(
    rf"\bat (?P<hour>{_HOUR})(?:[\s-](?P<minute>{_MINUTE}))?\b"
    r"(?!\s?(?:dollars|bucks|won|%|least|most|km|stars?|people|or\b|to\b|past\b|of\b|\$|min))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time as it is said.

    Attributes:
        hour: 0..99 as named, before it is known of which half of the day.
        minute: 0..59.
        part: the part of the day beside it; "" where none is.
        is_full: whether it is written with hours and minutes of a day of 24 hours: 06:30.
    """

    hour: int
    minute: int = 0
    part: str = ""
    is_full: bool = False


def read_clock(text: str) -> ClockTime | None:
    """The first time by the clock in a text of small letters; None where there is none."""
    korean = _KO_CLOCK.search(text)
    if korean:
        hour = _KO_HOURS.get(korean["hour"]) or int(korean["hour"])
        return ClockTime(hour, _korean_minute(korean), korean["part"] or "")
    past = _EN_PAST.search(text)
    if past and (past["minute"] in _SURE or past["half"] or _is_sure(text, past)):
        return _past(past)
    full = _FULL.search(text)
    if full:
        is_full = full["hour"].startswith("0") or int(full["hour"]) > 12
        return ClockTime(int(full["hour"]), int(full["minute"]), _part(full), is_full)
    match = _EN_CLOCK.search(text) or _EN_AT.search(text)
    if match is None:
        return None
    minute = _EN_MINUTES[match["minute"]] if match["minute"] else 0
    return ClockTime(_number(match["hour"]), minute, _part(match))


def _is_sure(text: str, past: re.Match[str]) -> bool:
    """Of "at five to ten" and "ten past seven", but not of "eat five to ten dumplings"."""
    return past["side"] == "past" or bool(re.search(r"\bat\b", text[: past.start()]))


def _past(match: re.Match[str]) -> ClockTime:
    minute = _EN_MINUTES.get(match["minute"]) or int(match["minute"])
    hour = _number(match["hour"])
    part = _part(match)
    if match["side"] in ("to", "before", "till"):
        if hour == 12:  # quarter to twelve pm is in the morning
            part = {"am": "pm", "pm": "am"}.get(part, part)
        hour, minute = (hour - 1) or 12, 60 - minute
    return ClockTime(hour, minute % 60, part)


def _korean_minute(match: re.Match[str]) -> int:
    if match["halfpast"]:
        return 30
    if not match["minute"]:
        return 0
    minute = int((korean_number(match["minute"]) or (0, 1))[0])
    return minute if minute < 60 else 0


def _number(word: str) -> int:
    return _EN_HOURS.get(word) or int(word)


def _part(match: re.Match[str]) -> str:
    half = match.groupdict().get("half") or ""
    return {"a": "am", "p": "pm"}.get(half[:1], "")
