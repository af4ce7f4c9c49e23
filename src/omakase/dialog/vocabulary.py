"""Words of people that no catalog has, and what of the catalog is meant by them.

A word that the guide cannot read stands in talks that end well with items of one kind, and badly
with others. What it means is read off that: no labels are needed, only what people chose and how
content they were.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Final, Literal

AliasKind = Literal["category", "brand", "tag", "district"]
Attribute = tuple[AliasKind, str]

_KINDS: Final[tuple[AliasKind, ...]] = ("category", "brand", "district", "tag")
"""What people name rather, where all else is equal."""

LEAST_PEOPLE: Final = 3
"""Who must have said a word before it is learnt: nobody teaches the guide alone, and no word that
only one person uses is kept."""

SURE: Final = 2.2
"""Standard errors by which the evidence for a meaning must lie above zero: of five content people
who chose alike with nobody against them it lies so far."""

PURITY: Final = 0.5
"""Share of the choices of content people, after a word, that must have what the word means."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A word of people for something that the catalog calls otherwise.

    Attributes:
        word: squeezed, without particles.
        name: as the catalog has it; of a category one step of its path.
    """

    word: str
    kind: AliasKind
    name: str


@dataclass(frozen=True, slots=True)
class WordUse:
    """A talk, as far as the meaning of its words goes.

    Attributes:
        person: whose.
        words: that nobody could read.
        attributes: of what was chosen.
        worth: -1..1, how content the person was; 0 says nothing.
    """

    person: str
    words: frozenset[str]
    attributes: frozenset[Attribute]
    worth: float


@dataclass
class Support:
    """What speaks for one meaning of one word.

    Attributes:
        total: sum of `worth · (has the attribute - share of all choices that have it)`.
        squares: of the same terms.
    """

    total: float = 0.0
    squares: float = 0.0

    @property
    def deviation(self) -> float:
        """The sum over its own standard error: by satisfaction at random, about N(0, 1)."""
        return self.total / sqrt(self.squares) if self.squares else 0.0


@dataclass
class _Word:
    """What is known of one word: by attribute, and by choices of content people."""

    evidence: dict[Attribute, Support] = field(default_factory=lambda: defaultdict(Support))
    content: dict[Attribute, int] = field(default_factory=lambda: defaultdict(int))
    people: set[str] = field(default_factory=set)
    choices: int = 0


def learn_aliases(
    uses: Sequence[WordUse], sizes: Mapping[Attribute, int] | None = None
) -> list[Alias]:
    """Words whose meaning is sure, by word.

    Args:
        sizes: how many items of the catalog have an attribute; of meanings that explain a word
            equally well the one with the fewest items counts.

    The terms of a word's evidence are as often for as against where satisfaction is at random: the
    test is one of sign, whatever people choose. Of meanings that are sure, the rarest that explains
    most choices wins: stew rather than Korean food.
    """
    shares = _shares(uses)
    aliases = []
    for word, usage in sorted(_words(uses, shares).items()):
        meaning = _meaning(usage, sizes or {})
        if meaning is not None:
            aliases.append(Alias(word, *meaning))
    return aliases


def merged(before: Iterable[Alias], learnt: Iterable[Alias]) -> tuple[Alias, ...]:
    """A vocabulary with what was learnt since; the later meaning of a word counts."""
    by_word = {alias.word: alias for alias in (*before, *learnt)}
    return tuple(by_word[word] for word in sorted(by_word))


def _shares(uses: Sequence[WordUse]) -> dict[Attribute, float]:
    """How many of all choices have an attribute."""
    counts: dict[Attribute, int] = defaultdict(int)
    for use in uses:
        for attribute in use.attributes:
            counts[attribute] += 1
    return {attribute: count / len(uses) for attribute, count in counts.items()}


def _words(uses: Sequence[WordUse], shares: Mapping[Attribute, float]) -> dict[str, _Word]:
    """Support by word, of all attributes that anything chosen after it has."""
    by_word: dict[str, list[WordUse]] = defaultdict(list)
    for use in uses:
        for word in use.words:
            by_word[word].append(use)
    return {word: _word(usages, shares) for word, usages in by_word.items()}


def _word(uses: Sequence[WordUse], shares: Mapping[Attribute, float]) -> _Word:
    usage = _Word()
    attributes = {attribute for use in uses for attribute in use.attributes}
    for use in uses:
        if use.worth > 0:
            usage.people.add(use.person)
            usage.choices += 1
        for attribute in attributes:
            has = attribute in use.attributes
            term = use.worth * (has - shares[attribute])
            evidence = usage.evidence[attribute]
            evidence.total += term
            evidence.squares += term * term
            usage.content[attribute] += has and use.worth > 0
    return usage


def _meaning(known: _Word, sizes: Mapping[Attribute, int]) -> Attribute | None:
    """What a word means; None where nothing is sure."""
    if len(known.people) < LEAST_PEOPLE:
        return None
    sure = [
        (round(evidence.total, 6), -sizes.get(attribute, 0), -_KINDS.index(attribute[0]), attribute)
        for attribute, evidence in known.evidence.items()
        if evidence.deviation >= SURE and known.content[attribute] > PURITY * known.choices
    ]
    return max(sure)[-1] if sure else None
