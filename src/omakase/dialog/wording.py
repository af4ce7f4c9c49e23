"""Words of people and names of a catalog as a rule writes them."""

import unicodedata
from collections.abc import Sequence
from typing import Final

import polars as pl

from omakase.dialog.concepts import mentions
from omakase.dialog.letters import squeezed

_LINE: Final = 1000
"""Letters of the names that one rule lists."""

_BESIDE: Final = 12
"""Letters before and after a word of one syllable by which a place in a text is known."""


def is_of(form: str, name: str) -> bool:
    """Whether a name of the catalog is of a concept: Latin by whole words, Hangul within."""
    low = name.lower()
    return form in low.replace("-", "").split() if form.isascii() else form in squeezed(name)


def mentioned(texts: pl.Series, words: Sequence[str]) -> list[str]:
    """Where texts name words of one syllable, with the letters about them.

    Such a syllable is in many words of another meaning: 게 (crab) is in 가게 (shop).
    """
    if not words:
        return []
    contexts: dict[str, None] = {}
    named = texts.drop_nulls().unique().sort()
    for word in words:
        for text in named.filter(named.str.contains(word, literal=True)).to_list():
            for start, end in mentions(text, word):
                contexts[_about(text, start, end)] = None
    return list(contexts)


def _about(text: str, start: int, end: int) -> str:
    """A place of a text with some letters beside it, in one line."""
    beginning = text[max(0, start - _BESIDE) : start].rpartition("\n")[2]
    return beginning + text[start : end + _BESIDE].partition("\n")[0]


def spellings(word: str) -> tuple[str, ...]:
    """A word as texts may have it; of Hangul with the letters of a syllable apart, too."""
    if word.isascii():
        return (word, word.capitalize(), word.upper())
    return (word, unicodedata.normalize("NFD", word)) if len(word) > 1 else ()


def quoted(word: str) -> str:
    """A text of one line in the quotes of the rules language."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def listed(beginning: str, names: Sequence[str]) -> list[str]:
    """Rules that compare with some names of the catalog; of many, several, as none may be long.

    A name of several lines is left out: the language has no way to write it.
    """
    rules: list[str] = []
    line: list[str] = []
    for name in (quoted(name) for name in names if "\n" not in name):
        if line and sum(map(len, line)) + len(name) > _LINE:
            rules.append(f"{beginning} [{', '.join(line)}]")
            line = []
        line.append(name)
    return [*rules, f"{beginning} [{', '.join(line)}]"] if line else rules


def number_text(number: float) -> str:
    """A number with at most six decimals, as the rules language reads it."""
    text = f"{abs(number):.6f}".rstrip("0").rstrip(".")
    return f"-{text}" if number < 0 else text
