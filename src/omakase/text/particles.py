"""Korean particles, which follow the last sound of the word before them."""

import re
from collections.abc import Mapping
from typing import Final

PARTICLES: Final[Mapping[str, tuple[str, str]]] = {
    "을": ("을", "를"),
    "이": ("이", "가"),
    "은": ("은", "는"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이나": ("이나", "나"),
    "이라": ("이라", "라"),
}
"""What follows a final consonant, and what a vowel."""

HANGUL, LAST, FINALS, RIEUL = 0xAC00, 0xD7A3, 28, 8
_DIGITS: Final = "영일이삼사오육칠팔구"
_BRACKETED: Final = re.compile(r"\s*\([^()]*\)\W*$")
_SIGNS: Final = re.compile(r"[\W_]+$")


def with_particle(word: str, particle: str) -> str:
    """ "김치", "을" → "김치를". After ㄹ, 으로 is 로.

    Digits count by their Korean reading; what stands in brackets at the end, and signs, are not
    heard. Other letters count as vowels.
    """
    after_consonant, after_vowel = PARTICLES[particle]
    final = _final(word)
    if final == 0 or (particle == "으로" and final == RIEUL):
        return word + after_vowel
    return word + after_consonant


class Noun(str):
    """A word that takes a particle in a format: "{name:을}" is 김치를 or 국밥을."""

    __slots__ = ()

    def __format__(self, particle: str) -> str:
        return with_particle(str(self), particle) if particle else str(self)


def _final(word: str) -> int:
    """Number of the final consonant of the last syllable that is heard; 0 where it has none."""
    sounds = _SIGNS.sub("", _BRACKETED.sub("", word)) or _SIGNS.sub("", word)
    last = sounds[-1:]
    if last.isascii() and last.isdigit():
        last = _DIGITS[int(last)]
    return (ord(last) - HANGUL) % FINALS if last and HANGUL <= ord(last) <= LAST else 0
