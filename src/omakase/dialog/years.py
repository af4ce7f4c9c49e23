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
_NOBODYS: Final = "".join(f"(?<!{whose} )" for whose in "my our your his her their".split())
"""In her thirties is an age."""

_DECADE: Final = re.compile(
    rf"\b(?P<long>{_CENTURY}\d0)['’]?s\b|(?:{_NOBODYS}\b|['’])(?P<short>[2-9]0)['’]?s\b|"
    rf"{_NOBODYS}\b(?P<word>{'|'.join(_DECADES)})\b|(?P<korean>(?:{_CENTURY})?\d0)\s?년대",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(
    r"\s?(?:to|or|and|until|till|~|-|–|,|이?나|부터|에서|하고|와|및)\s?(?:the\s)?", re.IGNORECASE
)
_AHEAD: Final = re.compile(
    r"\b(since|after|before|older than|newer than|until)\s(?:the\s)?['’]?$", re.I
)
_BEHIND: Final = re.compile(r"\s?(이후|부터|이전|까지|보다\s?(?:나중|뒤|먼저|전))")
_RANGE: Final = re.compile(
    rf"(?P<low>{_YEAR})\s?년?\s?(?:~|-|–|to|and|until|부터|에서)\s?(?P<high>{_YEAR})(?:\s?년)?",
    re.IGNORECASE,
)
_SINCE: Final = re.compile(
    rf"\b(?:since|from|(?P<later>after|newer than))\s(?P<en>{_YEAR})(?: on(?:wards?)?)?\b|"
    rf"(?P<ko>{_YEAR})\s?년\s?(?:이후|부터|(?P<beyond>보다\s?(?:나중|뒤)|후(?![가-힣])))",
    re.IGNORECASE,
)
_UNTIL: Final = re.compile(
    rf"\b(?:(?P<before>before|older than)|until)\s(?P<en>{_YEAR})\b|"
    rf"(?P<ko>{_YEAR})\s?년\s?(?:이전|까지|(?P<under>(?:보다\s?)?(?:먼저|전)(?![가-힣])))",
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
        return _decades(text, match)
    for pattern, ends in ((_SINCE, (1, 0)), (_UNTIL, (0, 1)), (_IN, (1, 1))):
        if match := pattern.search(text):
            year = int(match["en"] or match["ko"]) + _step(match)
            return Years(year if ends[0] else None, year if ends[1] else None, match.span())
    return None


def _step(match: re.Match[str]) -> int:
    """Of "after 1990" and "before 1990" the year itself is not meant."""
    groups = match.groupdict()
    is_later = groups.get("later") or groups.get("beyond")
    return 1 if is_later else -bool(groups.get("before") or groups.get("under"))


def _decades(text: str, match: re.Match[str]) -> Years:
    """The 80s, the 80s or 90s, before the 80s: what is meant of a decade that is named."""
    low, (start, end) = _first_year(match), match.span()
    high = low + 9
    joint = _JOINED.match(text, end)
    second = _DECADE.match(text, joint.end()) if joint else None
    if second:
        second_year = _first_year(second)
        return Years(min(low, second_year), max(low, second_year) + 9, (start, second.end()))
    ahead, behind = _AHEAD.search(text[:start]), _BEHIND.match(text, end)
    if ahead is None and behind is None:
        return Years(low, high, (start, end))
    span = (ahead.start() if ahead else start, behind.end() if behind else end)
    word = (ahead[1] if ahead else behind[1] if behind else "").lower()
    if word in ("since", "이후", "부터"):
        return Years(low, None, span)
    if word in ("until", "까지"):
        return Years(None, high, span)
    is_later = word in ("after", "newer than") or word.endswith(("나중", "뒤"))
    return Years(high + 1, None, span) if is_later else Years(None, low - 1, span)


def _first_year(match: re.Match[str]) -> int:
    if match["word"]:
        return _DECADES[match["word"].lower()]
    number = int(match["long"] or match["short"] or match["korean"])
    if number >= 100:
        return number
    return number + (1900 if number >= 20 else 2000)
