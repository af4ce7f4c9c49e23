"""Sums of money as people type them: 2만원, 만 오천원, 1.5만, $20, twenty dollars, 20k won."""

import re
from dataclasses import dataclass
from typing import Final

_KO_DIGITS: Final = dict(zip("일이삼사오육칠팔구", range(1, 10), strict=True)) | {"영": 0}
_KO_UNITS: Final = {"십": 10, "백": 100, "천": 1000}
_EN_SMALL: Final = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_EN_TENS: Final = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_ENGLISH: Final = {**_EN_SMALL, **_EN_TENS, "hundred": 100, "thousand": 1000}
_WORD: Final = "|".join(sorted(_ENGLISH, key=len, reverse=True))
_MOST_WORDS: Final = 12
"""After the first of a number; a longer run is none, and is not read anew from each word of it."""

_COIN: Final = r"(?:dollars?|bucks?|usd|euros?|eur|pounds?|gbp|won|krw|원)"
_KO_BOUND: Final = (
    r"(?:이하|미만|아래|밑|언더|안쪽|이내|내로|넘|이상|초과|대|정도|쯤|짜리|까지|선에서|안팎|내외)"
)
_KO_PRICE_BOUND: Final = r"(?:이하|미만|아래|밑|안쪽|이내|넘|이상|초과|까지|언더|내외)"
"""After a bare number of at least four digits they tell a price; years have others."""

_DIGITS: Final = r"(?<!\d)\d[\d,]*+(?:\.\d+)?"
"""A run of digits is taken as one, so that a long one costs no more than its length."""
MOST: Final = 1e15
"""Larger numbers are no prices."""

_HANGUL: Final = "일이삼사오육칠팔구십백천만"
_RUN_BEGINS: Final = rf"(?:(?<![\d{_HANGUL}])(?<!\d,)(?<![\d{_HANGUL}]\s)|(?=\d[\d,]*+\.\d))"
"""Where no earlier place reads the same numeral: a long run is read once, not from each place.

Only the first number of a run may have decimals, so that one with some begins a run.
"""

_HANGUL_RUN: Final = rf"[{_HANGUL}]{{0,20}}"
"""Longer ones name no price, and a run without an end is tried again from each of its places."""

_NOT_COUNTED: Final = (
    r"(?!\s?(?:여\s?)?(?:명|관객|걸음|보(?![가-힣])|개(?!월)|번|편|권|석|미터|킬로|칼로리))"
)
"""3만명 are people and 2만보 steps."""

_AMOUNT: Final = re.compile(
    rf"(?P<sign>[$€£₩]\s?(?P<signed>{_DIGITS})(?:\s?(?P<k1>k\b))?)"
    rf"|{_RUN_BEGINS}(?P<korean>(?:{_DIGITS}|[{_HANGUL}])(?:\s?(?:\d[\d,]*+|[{_HANGUL}]))*+)\s?원"
    rf"|(?P<bare>{_DIGITS}\s?[십백천만](?:\s?\d*\s?[십백천만])*+){_NOT_COUNTED}"
    rf"|(?<![가-힣])(?P<spelt>{_HANGUL_RUN}[만천](?:\s|[{_HANGUL}]){{0,20}}?)(?=\s?{_KO_BOUND})"
    rf"|(?P<plain>{_DIGITS})\s?(?P<k2>k\b)?\s?(?P<ish>-?ish\s)?(?:{_COIN}\b|[$€£₩](?!\s?\d))"
    rf"|(?<![\d.])(?P<number>(?:\d{{4,12}}|\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?=k)))(?P<k3>k)?(?=\s?{_KO_PRICE_BOUND})"
    rf"|(?P<words>\b(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD})){{0,{_MOST_WORDS}}}+)\s{_COIN}\b",
    re.IGNORECASE,
)


_SLANG: Final = (
    (re.compile(r"마[넌눤년]"), "만원"),
    (re.compile(r"(?<=[일이삼사오육칠팔구\d])(\s?)처[넌년]"), r"\1천원"),
    (re.compile(r"(?<=[만천백십\d])(\s?)[윈언웡훤웜뭔](?!어)"), r"\1원"),
)
"""Won as people write it in a hurry; each is as long as what it stands for."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in a text.

    Attributes:
        number: in the currency's main unit.
        step: its lowest unit that was named: 10,000 of 2만, for "2만원대".
        start, end: in the text.
        is_about: "15ish dollars".
    """

    number: float
    step: float
    start: int
    end: int
    is_about: bool = False


def amounts(text: str) -> list[Amount]:
    """All sums of money in a text, from left to right; numbers of other things are none."""
    matches = []
    for match in _AMOUNT.finditer(_corrected(text)):
        number, step = _number(match)
        if number is not None and number <= MOST:
            is_about = bool(match["ish"])
            matches.append(Amount(number, step, match.start(), match.end(), is_about))
    return matches


def _corrected(text: str) -> str:
    """The text, as long as it was, with 만원 where 마넌 or 만윈 is written."""
    for wrong, right in _SLANG:
        text = wrong.sub(right, text)
    return text


def korean_number(text: str) -> tuple[float, float] | None:
    """The number a Korean numeral names and its lowest unit; None where it names none.

    Digits and syllables may be mixed: 2만5천, 만오천, 십오만, 1.5만, 15,000.
    """
    total = section = 0.0
    digit: float | None = None
    step = 1.0
    for token in re.findall(rf"{_DIGITS}|[{_HANGUL}]", text):
        if token == "만":
            total += (section + (digit or 0.0) or 1.0) * 10_000
            section, digit, step = 0.0, None, 10_000.0
        elif token in _KO_UNITS:
            section += (1.0 if digit is None else digit) * _KO_UNITS[token]
            digit, step = None, float(_KO_UNITS[token])
        elif token in _KO_DIGITS:
            digit, step = float(_KO_DIGITS[token]), 1.0
        else:
            digit = float(token.replace(",", ""))
            step = _step(digit)
    number = total + section + (digit or 0.0)
    return (number, step) if number else None


def _number(match: re.Match[str]) -> tuple[float | None, float]:
    for name in ("korean", "bare", "spelt"):
        if match[name]:
            read = korean_number(match[name])
            return (None, 1.0) if read is None else read
    if match["words"]:
        return _english_number(match["words"]), 1.0
    digits = match["signed"] or match["plain"] or match["number"]
    number = float(digits.replace(",", ""))
    number *= 1000 if match["k1"] or match["k2"] or match["k3"] else 1
    return number, _step(number)


def _english_number(text: str) -> float:
    total = section = 0
    for word in re.findall(r"[a-z]+", text.lower()):
        if word == "thousand":
            total, section = total + max(1, section) * 1000, 0
        elif word == "hundred":
            section = max(1, section) * 100
        else:
            section += _ENGLISH.get(word, 0)
    return float(total + section)


def _step(number: float) -> float:
    """The largest power of ten that divides a number of thousands; else 1."""
    step = 1.0
    while number >= 10 * step and number % (10 * step) == 0:
        step *= 10
    return step
