"""When a film was made or a bottle was filled: years from a message.

A bare number is no year: one of these words has to stand beside it, or it is a decade.
"""

import re
from dataclasses import dataclass
from typing import Final

_YEAR: Final = r"(?<![\d$₩])(?:1[89]|20)\d\d(?!\d|\s?(?:won|원|krw|천|만|\$|dollars|usd)|,\d)"
_CENTURY: Final = r"(?:1[89]|20)"
_DECADES: Final = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960,
    "seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000,
}  # fmt: skip
_DECADE: Final = re.compile(
    rf"\b(?P<long>{_CENTURY}\d0)['’]?s\b|(?:\b|['’])(?P<short>[2-9]0)['’]?s\b|"
    rf"\b(?P<word>{'|'.join(_DECADES)})\b|(?P<korean>(?:{_CENTURY})?\d0)\s?년대",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    rf"(?P<low>{_YEAR})\s?년?\s?(?:~|-|–|to|and|until|부터|에서)\s?(?P<high>{_YEAR})(?:\s?년)?",
    re.IGNORECASE,
)
_SINCE: Final = re.compile(
    rf"\b(?:since|after|from|newer than)\s(?P<en>{_YEAR})(?: on(?:wards?)?)?\b|"
    rf"(?P<ko>{_YEAR})\s?년\s?(?:이후|부터|보다\s?(?:나중|뒤))",
    re.IGNORECASE,
)
_UNTIL: Final = re.compile(
    rf"\b(?:(?P<before>before|older than)|until)\s(?P<en>{_YEAR})\b|"
    rf"(?P<ko>{_YEAR})\s?년\s?(?:이전|까지|보다\s?(?:먼저|전))",
    re.IGNORECASE,
)
_IN: Final = re.compile(
    rf"\b(?:in|of|from the year)\s(?P<en>{_YEAR})\b|"
    rf"(?P<ko>{_YEAR})\s?년\s?(?:작|도|에|산|생)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Years:
    """From one year to another, both included; None where an end is open.

    Attributes:
        span: where they stand in the text.
    """

    low: int | None
    high: int | None
    span: tuple[int, int]


def read_years(text: str) -> Years | None:
    """The years that a message names; the widest reading first, none where it names none."""
    if match := _RANGE.search(text):
        low, high = sorted((int(match["low"]), int(match["high"])))
        return Years(low, high, match.span())
    if match := _DECADE.search(text):
        first = _first_year(match)
        return Years(first, first + 9, match.span())
    for pattern, ends in ((_SINCE, (1, 0)), (_UNTIL, (0, 1)), (_IN, (1, 1))):
        if match := pattern.search(text):
            year = int(match["en"] or match["ko"]) - bool(match.groupdict().get("before"))
            return Years(year if ends[0] else None, year if ends[1] else None, match.span())
    return None


def _first_year(match: re.Match[str]) -> int:
    if match["word"]:
        return _DECADES[match["word"].lower()]
    number = int(match["long"] or match["short"] or match["korean"])
    if number >= 100:
        return number
    return number + (1900 if number >= 20 else 2000)
