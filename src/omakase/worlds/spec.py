"""What a world is made of."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from omakase.worlds.dice import Dice, Positions
from omakase.worlds.words import Words

Pairs = tuple[tuple[str, str], ...]
"""Korean, English."""


def pairs(text: str) -> Pairs:
    """ "김치=kimchi, 두부=tofu" as pairs."""
    parted = (word.partition("=") for word in text.split(", "))
    return tuple((korean, english) for korean, _, english in parted)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A category without children.

    Attributes:
        parent: (Korean, English) name of the category above.
        name: its own.
        nouns: what its items are.
        materials: what they are made of, made for, or about.
        price: the usual one, in won; 0 where nothing is sold.
    """

    parent: tuple[str, str]
    name: tuple[str, str]
    nouns: Pairs
    materials: Pairs
    price: int = 0


@dataclass(frozen=True, slots=True)
class Style:
    """A manner in which items of any category come, and which some people seek."""

    name: tuple[str, str]
    adjectives: Pairs
    tags: Pairs
    price_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """What people do at one depth of interest in an item.

    Attributes:
        liked: kinds of events if they like it, each equally likely.
        unliked: kinds if they do not.
    """

    liked: Words
    unliked: Words


@dataclass(frozen=True, slots=True)
class Texts:
    """Templates of one language; see `words.filled`."""

    titles: Words
    descriptions: Words


@dataclass(frozen=True)
class Spec:
    """One kind of world.

    Attributes:
        name: how it is asked for.
        prefix: first letter of item ids.
        leaves, styles: every item has one of each.
        makers: (Korean, English) brands, directors, families of cooks.
        korean, english: how titles and descriptions are made.
        steps: what people do, the first step first; the last is the deepest.
        beside: (dice, item numbers, columns so far) → further columns of items.
    """

    name: str
    prefix: str
    leaves: tuple[Leaf, ...]
    styles: tuple[Style, ...]
    makers: Pairs
    korean: Texts
    english: Texts
    steps: tuple[Step, ...]
    beside: Callable[[Dice, Positions, pl.DataFrame], dict[str, pl.Series]]
