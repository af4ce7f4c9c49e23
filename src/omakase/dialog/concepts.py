"""What people ask for whatever the catalog calls it: diets, ingredients, company, qualities."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

ConceptKind = Literal["diet", "ingredient", "company", "quality"]

_KINDS: dict[str, ConceptKind] = {
    "diet": "diet",
    "ingredient": "ingredient",
    "company": "company",
    "quality": "quality",
}


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that people ask for or keep away from.

    Attributes:
        korean, english: what it is called to people.
        words: by which messages and items name it; a hyphen stands for a space or nothing.
        dishes: what holds it and tells so by its name alone: items are read by them, messages not.
    """

    name: str
    kind: ConceptKind
    korean: str
    english: str
    words: tuple[str, ...]
    dishes: tuple[str, ...] = ()


@cache
def concepts() -> dict[str, Concept]:
    """All concepts by name."""
    table = (files("omakase.dialog") / "concepts.txt").read_text(encoding="utf-8")
    matches = {}
    for line in table.strip().splitlines():
        head, korean, english, words, *dishes = (part.strip() for part in line.split("|"))
        kind, name = head.split()
        dish_words = tuple(" ".join(dishes).split())
        matches[name] = Concept(
            name, _KINDS[kind], korean, english, tuple(words.split()), dish_words
        )
    return matches


def concept_by_word(word: str) -> Concept | None:
    """The concept that a word names: by its own name first, then by any of its words.

    Of several the one with the fewest words is meant: 곱창 is offal rather than meat.
    """
    low = word.lower()
    every = concepts().values()
    matches = (c for c in every if low in (c.korean, c.english, c.name, c.words[0]))
    named = (concept for concept in every if low in concept.words)
    return next(matches, None) or min(named, key=lambda c: len(c.words), default=None)


def mentions(text: str, word: str) -> list[tuple[int, int]]:
    """Where a text names a word: Latin as a whole word, Hangul from the beginning of one."""
    return [match.span() for match in _pattern(word).finditer(text.lower())]


@cache
def _pattern(word: str) -> re.Pattern[str]:
    loose = re.escape(word.lower()).replace(r"\-", r"[\s-]?")
    if word.isascii():
        return re.compile(rf"\b{loose}\b")
    if len(word) == 1:
        return re.compile(
            rf"(?<![가-힣]){loose}(?=(?:은|는|이|가|을|를|도|만|랑|하고|와|과)?(?:\s|$|[,.!?]))"
        )
    return re.compile(rf"(?<![가-힣]){loose}")
