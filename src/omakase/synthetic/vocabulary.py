"""Sentences out of word lists, many at a time; Korean particles follow the word before them."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.synthetic.dice import Positions
from omakase.text.particles import with_particle

Words = tuple[str, ...]
Slots = Mapping[str, tuple[Words, Positions]]
"""Name of a gap: a word list, and which of its words stands there in each row."""

GAP = re.compile(r"\{(\w+)(?::(\w+))?\}")


def filled(templates: Sequence[str], choice: Positions, slots: Slots) -> pl.Series:
    """(n,) sentences: row r is `templates[choice[r]]` with its gaps filled.

    A gap is "{noun}", or "{noun:을}" for the word with its particle.
    """
    texts = np.empty(len(choice), dtype=object)
    for number, template in enumerate(templates):
        rows = np.flatnonzero(choice == number)
        if len(rows):
            texts[rows] = _sentences(template, rows, slots)
    return pl.Series(texts.tolist(), dtype=pl.String)


def pick_words(words: Sequence[str], at: Positions) -> pl.Series:
    """(n,) words by their places."""
    return pl.Series(words, dtype=pl.String).gather(at)


def join_lists(*columns: pl.Series) -> pl.Series:
    """(n,) lists: the values of each row."""
    return pl.select(pl.concat_list(list(columns))).to_series()


def numbered(prefix: str, numbers: Positions) -> pl.Series:
    """(n,) ids that sort as their numbers: "U00000007"."""
    digits = pl.Series(numbers).cast(pl.String).str.zfill(8)
    return pl.select(pl.concat_str(pl.lit(prefix), digits)).to_series()


def _sentences(template: str, rows: NDArray[np.intp], slots: Slots) -> list[str]:
    pieces: list[pl.Expr | pl.Series] = []
    start = 0
    for gap in GAP.finditer(template):
        pieces.append(pl.lit(template[start : gap.start()]))
        words, at = slots[gap[1]]
        pieces.append(_word_list(words, gap[2]).gather(at[rows]))
        start = gap.end()
    pieces.append(pl.lit(template[start:]))
    return pl.select(pl.concat_str(pieces)).to_series().to_list()


@lru_cache(maxsize=1024)
def _word_list(words: Words, particle: str | None) -> pl.Series:
    return pl.Series([with_particle(w, particle) if particle else w for w in words])
