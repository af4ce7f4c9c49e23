"""Search over any catalog: weighted fields, one ranking, forgiving of typing mistakes."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.dialog.letters import composed, likeness, stem, trigrams
from omakase.text.tokens import Way, tokeniser
from omakase.text.words import Tokeniser, is_korean, words

FIELDS: Final[Mapping[str, float]] = {
    "title": 3.0, "title_en": 3.0, "title_ko": 3.0, "category": 2.0, "category_en": 2.0,
    "tags": 2.0, "brand": 2.0, "district": 1.5, "description": 1.0, "description_en": 1.0,
}  # fmt: skip
"""Text columns that people mean most, by weight; other text columns of a catalog count 0.5."""

_ELSE: Final = 0.5
_NOT_TEXT: Final = frozenset(
    ("item_id", "image_url", "opening_hours", "created", "type", "quality_flags", "active")
)
_K1, _B = 1.2, 0.75
_LEAST_LIKE: Final = 0.55
_HANGUL: Final = re.compile("[가-힣]{2,}")


@dataclass(frozen=True)
class Hit:
    """An item that fits a query; rows are those of the table that was indexed."""

    row: int
    score: float


class SearchIndex:
    """BM25 over fields, each a bag of terms with a weight.

    Paper: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009
    (the simple form of BM25F: term counts weighted by field, then saturated once).
    """

    def __init__(
        self, items: pl.DataFrame, *, way: Way = "auto", earlier: "SearchIndex | None" = None
    ) -> None:
        """Index all text columns of a table, one item a row.

        Args:
            way: how Korean is cut; "words" needs nothing but Python and uses runs of two letters.
            earlier: an index made in the same way of what the table was before; texts that are
                written still are not cut again, which is most of the work.
        """
        columns = {name: _texts(items, name) for name in items.columns if _is_text(items, name)}
        sample = [line for lines in columns.values() for line in lines[:200]]
        self._korean = is_korean(sample)
        same = earlier if earlier is not None and earlier._korean == self._korean else None
        self._cut: Cutter = same._cut if same else Cutter(tokeniser(way, sample))
        self._lines: dict[str, list[str]] = _cut_lines(
            columns, self._cut, same._lines if same else {}
        )
        counts = _term_weights(columns, self._lines, len(items))
        self.terms: dict[str, int] = {}
        self._matrix = _bm25(counts, self.terms, len(items))
        self._near: dict[str, list[str]] = defaultdict(list)
        for term in self.terms:
            for part in trigrams(term):
                self._near[part].append(term)

    def search(self, query: str, *, limit: int = 50) -> list[Hit]:
        """At most `limit` items that fit, best first; ties by row. Nothing fits an empty query."""
        scores = self.scores(query)
        order = np.lexsort((np.arange(len(scores)), -scores))[:limit]
        return [Hit(int(row), float(scores[row])) for row in order if scores[row] > 0]

    def scores(self, query: str) -> NDArray[np.float64]:
        """(N,) how well each item fits; a term that nobody writes counts as the one nearest it."""
        total = np.zeros(self._matrix.shape[0])
        query_terms = self._cut([query])[0]
        met = np.zeros_like(total)
        for term in dict.fromkeys(query_terms):
            column, weight = self._column(term)
            if column is not None:
                total += weight * column
                met += column > 0
        return total * (1 + met) / max(1, len(set(query_terms)) + 1)

    def knows(self, word: str) -> bool:
        """Whether some item has all of the word's terms, spelt as they are."""
        terms = self._cut([word])[0]
        return bool(terms) and all(term in self.terms for term in terms)

    def count(self, word: str) -> int:
        """How many items have all of a word's terms, spelt as they are."""
        terms = self._cut([word])[0]
        if not terms or any(term not in self.terms for term in terms):
            return 0
        columns = self._matrix[:, [self.terms[term] for term in terms]]
        return int((columns.toarray() > 0).all(axis=1).sum())

    def nearest(self, term: str) -> tuple[str, float] | None:
        """The indexed term that is spelt most like this one, with its likeness, if any is near."""
        if len(term) < 3 and not _HANGUL.match(term):
            return None
        grams = trigrams(term)
        shared = Counter(candidate for part in grams for candidate in self._near.get(part, ()))
        best = max(
            (
                (likeness(grams, trigrams(candidate)), candidate)
                for candidate, _ in shared.most_common(50)
            ),
            default=(0.0, ""),
        )
        return (best[1], best[0]) if best[0] >= _LEAST_LIKE else None

    def _column(self, term: str) -> tuple[NDArray[np.float64] | None, float]:
        weight, columns = 1.0, [self.terms[term]] if term in self.terms else []
        if not columns and _HANGUL.fullmatch(term):  # 찌개 is in 김치찌개, which is one morpheme
            columns = [column for word, column in self.terms.items() if term in word]
        if not columns:
            near = self.nearest(term)
            if near is None:
                return None, 0.0
            columns, weight = [self.terms[near[0]]], near[1]
        return self._matrix[:, columns].toarray().max(axis=1), weight


@dataclass(frozen=True)
class Cutter:
    """Texts to terms: morphemes or runs of two letters for Korean, stems for English."""

    tokens: Tokeniser

    def __call__(self, texts: Sequence[str]) -> list[list[str]]:
        """Terms of each text, in order."""
        plain = self.tokens is words
        return [
            [term for token in line for term in (_pairs(token) if plain else (stem(token),))]
            for line in self.tokens([composed(text).lower() for text in texts])
        ]


def _pairs(token: str) -> tuple[str, ...]:
    if not _HANGUL.search(token):
        return (stem(token),)
    return tuple(token[at : at + 2] for at in range(max(1, len(token) - 1)))


def _is_text(items: pl.DataFrame, name: str) -> bool:
    kind = items.schema[name]
    return name not in _NOT_TEXT and kind in (pl.String, pl.List(pl.String))


def _texts(items: pl.DataFrame, name: str) -> list[str]:
    column = items.get_column(name)
    if column.dtype == pl.String:
        return column.fill_null("").to_list()
    return [" ".join(word for word in line or () if word) for line in column.to_list()]


def _cut_lines(
    columns: Mapping[str, Sequence[str]], cut: Cutter, known: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """Each text that is written anywhere with its terms; a category is at many items."""
    texts = dict.fromkeys(text for lines in columns.values() for text in lines)
    new = [text for text in texts if text not in known]
    terms = {
        text: [intern(term) for term in line] for text, line in zip(new, cut(new), strict=True)
    }
    return {text: known[text] if text in known else terms[text] for text in texts}


def _term_weights(
    columns: Mapping[str, Sequence[str]], terms: Mapping[str, list[str]], size: int
) -> list[dict[str, float]]:
    counts: list[dict[str, float]] = [defaultdict(float) for _ in range(size)]
    for name, texts in columns.items():
        weight = FIELDS.get(name, _ELSE)
        for row, text in enumerate(texts):
            for term in terms[text]:
                counts[row][term] += weight
    return counts


def _bm25(
    counts: Sequence[Mapping[str, float]], terms: dict[str, int], size: int
) -> sparse.csc_array:
    """(N, T): the share of each term in an item's score; `terms` is filled with the columns."""
    rows: list[int] = []
    columns: list[int] = []
    weights: list[float] = []
    for row, line in enumerate(counts):
        for term, count in line.items():
            rows.append(row)
            columns.append(terms.setdefault(term, len(terms)))
            weights.append(count)
    frequency = np.bincount(columns, minlength=max(1, len(terms))) if columns else np.zeros(1)
    lengths = np.asarray([sum(line.values()) for line in counts] or [1.0])
    norm: Any = _K1 * (1 - _B + _B * lengths / max(1e-9, lengths.mean()))
    idf = np.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
    often: Any = np.asarray(weights)
    score: Any = idf[columns] * often * (_K1 + 1) / (often + norm[rows]) if rows else often
    return sparse.csc_array((score, (rows, columns)), shape=(size, max(1, len(terms))))
