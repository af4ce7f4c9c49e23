"""Opening hours as owners keep them, in the one line that models read."""

from collections.abc import Mapping
from typing import Any, Final

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
KOREAN: Final = dict(zip("월화수목금토일", DAYS, strict=True))


def line_of(by_day: Mapping[str, Any]) -> str | None:
    """{"mon": "09:00-18:00", "일": ["10:00", "15:00"]} as "Mo 09:00-18:00; Su 10:00-15:00".

    A day begins with two letters of its English name, or its Korean one; its hours are a text, or
    a pair of times. What is neither is left out; none where nothing is left.
    """
    told = ((_day(name), _times(said)) for name, said in by_day.items())
    return "; ".join(f"{day} {times}" for day, times in told if day and times) or None


def _day(name: str) -> str | None:
    short = name.strip()[:2].capitalize()
    return short if short in DAYS else KOREAN.get(name.strip()[:1])


def _times(said: Any) -> str:
    """Of a text, or of when it opens and when it shuts."""
    if isinstance(said, list) and len(said) == 2 and all(isinstance(each, str) for each in said):
        return "-".join(said)
    return said if isinstance(said, str) else ""
