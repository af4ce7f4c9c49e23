"""How far somebody means to go: kilometres from a message."""

import re
from typing import Final

from omakase.dialog.amounts import korean_number

WALK_METRES: Final = 80.0
"""Metres a minute on foot; 도보 N분 on Korean maps reckons about as much."""

NEAR_KM: Final = 1.5
"""What "near" means."""

FARTHEST_KM: Final = 20_000.0

_KO_NUMERAL: Final = r"[일이삼사오육칠팔구십백천]{1,8}"
_DIGITS: Final = r"(?<!\d)(?<!\d,)\d++(?:,\d{3}(?!\d))*+(?:\.\d++)?+"
_EN_NUMBERS: Final = {
    "half a": 0.5, "half an": 0.5, "a quarter": 0.25, "quarter of a": 0.25, "a": 1.0, "an": 1.0,
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0,
}  # fmt: skip
_WORDS: Final = "|".join(sorted(_EN_NUMBERS, key=len, reverse=True))
_METRES: Final = re.compile(
    rf"(?P<number>{_DIGITS}|(?<![가-힣]){_KO_NUMERAL}(?=\s?(?:미터|키로|킬로|마일))|"
    rf"\b(?:{_WORDS})(?=\s))\s?"
    r"(?P<unit>km|kms|kilomet(?:er|re)s?|킬로(?:미터)?|키로|미터|m(?:eters?|etres?)?|"
    r"miles?|마일|blocks?)(?![a-z])",
    re.IGNORECASE,
)
_WALK: Final = re.compile(
    rf"(?:도보|걸어서)\s?(?:로\s?)?(?:한\s?)?(?P<ko>{_DIGITS}|{_KO_NUMERAL})\s?분|"
    rf"(?P<ko2>{_DIGITS}|(?<![가-힣]){_KO_NUMERAL})\s?분\s?(?:거리|이내\s?거리)|"
    rf"(?P<en>{_DIGITS}|\b(?:{_WORDS}))[\s-]?min(?:ute)?s?['’]?\s?(?:walk|away|on foot|by foot)",
    re.IGNORECASE,
)
_NEAR: Final = re.compile(
    r"근처|가까운|가까이|가까이에|주변|인근|근방|부근|걸어서|걸어갈|코\s?앞|코\s?닿을|이\s?동네|"
    r"near\s?by|near me|nearby|close\s?by|close to|(?:a)?round here|stone['’]?s throw|"
    r"walking distance|walkable|round the corner|in the area|\bnear\b|this area|"
    r"this neighbou?rhood",
    re.IGNORECASE,
)
_UNITS: Final = {"k": 1.0, "킬": 1.0, "키": 1.0, "미": 0.001, "m": 0.001, "b": 0.1, "마": 1.609}


def read_radius(text: str) -> float | None:
    """Kilometres within which a message wants things; None where it says nothing of it."""
    walk = _WALK.search(text)
    if walk:
        minutes = _number(walk["ko"] or walk["ko2"] or walk["en"])
        return _kilometres(minutes * WALK_METRES / 1000)
    exact = _METRES.search(text)
    if exact:
        unit = exact["unit"].lower()
        factor = 1.609 if unit.startswith("mi") else _UNITS[unit[0]]
        return _kilometres(_number(exact["number"]) * factor)
    return NEAR_KM if _NEAR.search(text) else None


def _number(text: str) -> float:
    """Of digits, of a Korean numeral or of an English word."""
    if text[0].isdigit():
        return float(text.replace(",", ""))
    if text.isascii():
        return _EN_NUMBERS[text.lower()]
    read = korean_number(text)
    return 0.0 if read is None else read[0]


def _kilometres(number: float) -> float:
    """To a metre, and no further than the other side of the earth."""
    return round(min(number, FARTHEST_KM), 3)
