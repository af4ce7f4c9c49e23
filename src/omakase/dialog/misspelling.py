"""Whether a word is another with one letter wrong; Hangul by its jamo."""

import unicodedata
from typing import Final

SHORTEST: Final = 5
"""Letters of a word in Latin below which a slip makes another word."""


def is_slip(word: str, right: str) -> bool:
    """One letter is missing, too many, another, or two have changed places; the first is right."""
    if word == right:
        return False
    if word.isascii() != right.isascii() or (right.isascii() and len(word) < SHORTEST):
        return False
    if not right.isascii() and len(word) != len(right):
        return False
    first, second = (unicodedata.normalize("NFD", text) for text in (word, right))
    return first[0] == second[0] and _is_one_apart(first, second)


def _is_one_apart(first: str, second: str) -> bool:
    """Damerau and Levenshtein's distance of exactly one."""
    short, long = sorted((first, second), key=len)
    if len(long) - len(short) > 1 or first == second:
        return False
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    turned = short[at : at + 2] == long[at : at + 2][::-1]
    return turned and short[at + 2 :] == long[at + 2 :]
