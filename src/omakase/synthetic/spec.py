"""What a world is made of."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import polars as pl

from omakase.synthetic.dice import Dice, Positions
from omakase.synthetic.vocabulary import Words

Pairs = tuple[tuple[str, str], ...]
"""Korean, English."""


def pairs(text: str) -> Pairs:
    """ "김치=kimchi, 두부=tofu" as pairs; a line may end after a comma."""
    parted = (word.strip().partition("=") for word in text.split(","))
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
class FunnelStep:
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


Beside = Callable[[Dice, Positions, pl.DataFrame], dict[str, pl.Series]]
"""(dice, item numbers, columns so far) → further columns of items."""


@dataclass(frozen=True)
class Spec:
    """One kind of world.

    Attributes:
        name: how it is asked for.
        prefix: first letter of item ids.
        leaves, styles: every item has one of each.
        makers: brands, directors, families of cooks; each style has as many.
        korean, english: how titles and descriptions are made, template by template alike.
        steps: what people do, the first step first; the last is the deepest.
        beside: what items of this world have besides.
    """

    name: str
    prefix: str
    leaves: tuple[Leaf, ...]
    styles: tuple[Style, ...]
    makers: Pairs
    korean: Texts
    english: Texts
    steps: tuple[FunnelStep, ...]
    beside: Beside

    @classmethod
    def read(cls, name: str, beside: Beside) -> "Spec":
        """The words of a world, which stand in a file of its name beside this one."""
        file = files("omakase.synthetic").joinpath(f"{name}.toml")
        words = tomllib.loads(file.read_text(encoding="utf-8"))
        return cls(
            name=name,
            prefix=words["prefix"],
            leaves=tuple(_leaf(leaf) for leaf in words["leaves"]),
            styles=tuple(_style(style) for style in words["styles"]),
            makers=pairs(words["makers"]),
            korean=_texts(words["korean"]),
            english=_texts(words["english"]),
            steps=tuple(FunnelStep(tuple(s["liked"]), tuple(s["unliked"])) for s in words["steps"]),
            beside=beside,
        )


def _leaf(words: dict[str, Any]) -> Leaf:
    (parent,), (name,) = pairs(words["parent"]), pairs(words["name"])
    nouns, materials = pairs(words["nouns"]), pairs(words["materials"])
    return Leaf(parent, name, nouns, materials, words.get("price", 0))


def _style(words: dict[str, Any]) -> Style:
    (name,) = pairs(words["name"])
    adjectives, tags = pairs(words["adjectives"]), pairs(words["tags"])
    return Style(name, adjectives, tags, words.get("price_factor", 1.0))


def _texts(words: dict[str, Any]) -> Texts:
    return Texts(tuple(words["titles"]), tuple(words["descriptions"]))
