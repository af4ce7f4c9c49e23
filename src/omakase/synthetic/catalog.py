"""The items of a world, with texts in two languages."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.synthetic.days import START
from omakase.synthetic.dice import Positions
from omakase.synthetic.seoul import places, quarter_names
from omakase.synthetic.spec import Pairs, Spec
from omakase.synthetic.tastes import Tastes
from omakase.synthetic.vocabulary import Slots, Words, filled, join_lists, numbered, pick_words
from omakase.types import DAY_SECONDS

KO, EN = 0, 1
OLD_DAYS = 3 * 365
LAST_NEW = 0.8
"""By this share of the time all items have come."""


def catalog(spec: Spec, tastes: Tastes, numbers: Positions, days: int) -> pl.DataFrame:
    """Items by number: the columns of a catalog, `title` and `description` in Korean."""
    texts = {**_texts(spec, tastes, numbers, KO), **_texts(spec, tastes, numbers, EN)}
    tags = pl.Series([[korean for korean, _ in style.tags] for style in spec.styles])
    table = pl.DataFrame(
        {
            "item_id": numbered(spec.prefix, numbers),
            **{name: texts[f"{name}_ko"] for name in ("title", "description", "category")},
            "brand": pick_words(side(spec.makers, KO), _maker(spec, tastes, numbers)),
            "tags": tags.gather(tastes.style(numbers)),
            "price": _prices(spec, tastes, numbers),
            "created": pl.Series(created(tastes, numbers, days)),
            **texts,
        }
    ).with_columns(pl.lit(spec.name).alias("type"), pl.lit(True).alias("active"))
    return table.with_columns(**spec.beside(tastes.dice, numbers, table))


def created(tastes: Tastes, items: Positions, days: int) -> Positions:
    """(n,) Unix seconds at which items came: most before the world starts, some later."""
    share = tastes.dice.uniform("created", items)
    old = START - share * OLD_DAYS * DAY_SECONDS
    new = START + share * LAST_NEW * days * DAY_SECONDS
    return np.where(tastes.is_new(items), new, old).astype(np.int64)


def side(pairs: Pairs, language: int) -> Words:
    """The words of one language."""
    return tuple(pair[language] for pair in pairs)


def _texts(spec: Spec, tastes: Tastes, numbers: Positions, language: int) -> dict[str, pl.Series]:
    code, texts = ("ko", spec.korean) if language == KO else ("en", spec.english)
    slots = _slots(spec, tastes, numbers, language)
    written = {
        part: filled(templates, tastes.dice.whole(part, numbers, len(templates)), slots)
        for part, templates in (("title", texts.titles), ("description", texts.descriptions))
    }
    leaf = tastes.leaf(numbers)
    parents = side(tuple(leaf.parent for leaf in spec.leaves), language)
    names = side(tuple(leaf.name for leaf in spec.leaves), language)
    return {
        **{f"{part}_{code}": _english(t) if language == EN else t for part, t in written.items()},
        f"category_{code}": join_lists(pick_words(parents, leaf), pick_words(names, leaf)),
    }


def _english(text: pl.Series) -> pl.Series:
    """With a capital first, and "an" before a vowel."""
    first = text.str.slice(0, 1).str.to_uppercase() + text.str.slice(1)
    return first.str.replace_all(r"\b([Aa]) ([aeiouAEIOU])", "${1}n $2")


def _slots(spec: Spec, tastes: Tastes, numbers: Positions, language: int) -> Slots:
    """What stands in the gaps of each item's texts; the same things in both languages."""
    leaf, style, dice = tastes.leaf(numbers), tastes.style(numbers), tastes.dice
    nouns = tuple(x.nouns for x in spec.leaves)
    materials = tuple(x.materials for x in spec.leaves)
    adjectives = tuple(x.adjectives for x in spec.styles)
    tags = tuple(x.tags for x in spec.styles)
    dice_rolls = dice.uniform("material", numbers)
    beside = (dice_rolls + 0.2 + 0.6 * dice.uniform("other", numbers)) % 1
    return {
        "noun": _word(nouns, leaf, dice.uniform("noun", numbers), language),
        "material": _word(materials, leaf, dice_rolls, language),
        "other": _word(materials, leaf, beside, language),
        "adjective": _word(adjectives, style, dice.uniform("adjective", numbers), language),
        "tag": _word(tags, style, dice.uniform("tag", numbers), language),
        "maker": (side(spec.makers, language), _maker(spec, tastes, numbers)),
        "category": (side(tuple(x.name for x in spec.leaves), language), leaf),
        "place": (quarter_names(language), places(dice, "place", numbers).quarters),
    }


def _word(
    groups: tuple[Pairs, ...], chosen: Positions, throw: NDArray[np.float64], language: int
) -> tuple[Words, Positions]:
    """All groups' words, and which one of its own group each row has."""
    sizes = np.asarray([len(group) for group in groups])
    starts = np.cumsum(sizes) - sizes
    words = tuple(pair[language] for group in groups for pair in group)
    return words, starts[chosen] + (throw * sizes[chosen]).astype(np.int64)


def _maker(spec: Spec, tastes: Tastes, items: Positions) -> Positions:
    """Each style has makers of its own."""
    share = len(spec.makers) // len(spec.styles)
    return tastes.style(items) * share + tastes.dice.whole("maker", items, share)


def _prices(spec: Spec, tastes: Tastes, items: Positions) -> pl.Series:
    """Won, by the half thousand; null where nothing is sold."""
    usual = np.asarray([leaf.price for leaf in spec.leaves])[tastes.leaf(items)]
    factor = np.asarray([style.price_factor for style in spec.styles])[tastes.style(items)]
    won = usual * factor * np.exp(0.35 * tastes.price(items))
    rounded = np.maximum(500.0, np.rint(won / 500) * 500)
    return pl.Series(np.where(usual > 0, rounded, np.nan)).fill_nan(None)
