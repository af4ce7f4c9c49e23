"""Opening hours: by day, as owners keep them, and in one line, as files and models have them."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
KOREAN: Final = dict(zip("월화수목금토일", DAYS, strict=True))
SPAN: Final = rf"(?:{'|'.join(DAYS)})(?:-(?:{'|'.join(DAYS)}))?"
TIME: Final = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9]"
TIMES: Final = f"{TIME}-{TIME}"
PART: Final = re.compile(rf"({SPAN}(?:,{SPAN})*)\s+({TIMES}(?:,{TIMES})*)")
LONGEST: Final = 2_000
"""Characters of a week; a longer text is none."""

ALWAYS: Final = "Mo-Su 00:00-24:00"


def by_day(said: Any) -> Any:
    """A week in one line, as OpenStreetMap writes it, as {"Mo": "11:00-15:00,17:00-22:00", …}.

    What is no text is given back as it is.

    Raises:
        ValueError: a text that is no such week.
    """
    if not isinstance(said, str):
        return said
    if len(said) > LONGEST:
        raise ValueError(f"opening hours have at most {LONGEST} characters, these {len(said)}")
    week: dict[str, str] = {}
    line = ALWAYS if said.strip() == "24/7" else said.strip(" ;")
    for part in line.split(";") if line else ():
        read = PART.fullmatch(re.sub(r"\s*,\s*", ",", part.strip()))
        if read is None:
            raise ValueError(
                f"{part.strip()[:40]!r} is not opening hours: give them by day, or a week such as "
                "'Mo-Fr 11:00-15:00,17:00-22:00; Sa 10:00-02:00'"
            )
        week |= dict.fromkeys(_days(read[1]), read[2])
    return week


def line_of(by_day: Mapping[str, Any]) -> str | None:
    """{"mon": "09:00-18:00", "일": ["10:00", "15:00"]} as "Mo 09:00-18:00; Su 10:00-15:00".

    A day begins with two letters of its English name, or its Korean one; its hours are a text, or
    a pair of times. What is neither is left out; none where nothing is left.
    """
    days = ((_day(name), _times(hours)) for name, hours in by_day.items())
    return "; ".join(f"{day} {times}" for day, times in days if day and times) or None


def _days(spans: str) -> list[str]:
    """Of "Mo", "Mo,We" or "Fr-Mo", which goes over Sunday."""
    days = []
    for span in spans.split(","):
        first, _, last = span.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += [DAYS[(start + n) % 7] for n in range((end - start) % 7 + 1)]
    return days


def _day(name: str) -> str | None:
    name = unicodedata.normalize("NFC", name.strip())  # as Macs write Korean: in parts of syllables
    short = name[:2].capitalize()
    return short if short in DAYS else KOREAN.get(name[:1])


def _times(said: Any) -> str:
    """Of a text, or of when it opens and when it shuts."""
    if (
        isinstance(said, list)
        and len(said) == 2
        and all(isinstance(element, str) for element in said)
    ):
        return "-".join(said)
    return said if isinstance(said, str) else ""
