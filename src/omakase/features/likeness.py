"""How alike items are by what is known of them, also of items that came after learning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.features.content import labels, texts
from omakase.text.tfidf import TfIdf
from omakase.text.words import words
from omakase.types import PAD, Rows, Weights

LABELS: Final = ("category", "brand", "tags")
FEWEST: Final = 0.1
"""Likeness below which an item says nothing of another."""

SHARPNESS: Final = 12
"""Power of the likeness by which neighbours count: what is nearly the same counts most."""


@dataclass(frozen=True)
class ContentNeighbors:
    """The known items that each of M other items is most like.

    Attributes:
        rows: (M, K) of known items, best first, PAD where there are fewer.
        likeness: (M, K) 0..1, 0 at PAD.
    """

    rows: Rows
    likeness: Weights

    def nearest(self, k: int) -> "ContentNeighbors":
        """The same with at most k for each."""
        return ContentNeighbors(self.rows[:, :k], self.likeness[:, :k])

    @property
    def weights(self) -> Weights:
        """(M, K) how much each neighbour counts; they add up to 1 where there is any."""
        powers = self.likeness**SHARPNESS
        total = powers.sum(axis=1, keepdims=True)
        return np.asarray(powers / np.maximum(total, 1e-12), dtype=np.float32)


@dataclass(frozen=True)
class ContentSpace:
    """Words and labels of N known items, in which further items can be placed.

    Cosines of texts and of labels, half and half. Texts are split at spaces whatever the language:
    a model of morphemes would take half a gigabyte in each process that answers.

    Attributes:
        terms, labels: words of texts and labels, with their weights.
        known: (N, F) CSR, a row an item.
        columns: the same, (F, N) CSR.
    """

    terms: TfIdf
    labels: TfIdf
    known: sparse.csr_array
    columns: sparse.csr_array

    @classmethod
    def of(cls, items: pl.DataFrame) -> Self:
        """The space of a table with one row an item; any of its columns may be absent."""
        # new items may share what one known has
        terms, by_words = TfIdf.with_matrix(words(texts(items)), fewest=1)
        label_terms, by_labels = TfIdf.with_matrix(_labels(items), fewest=1, most_share=1.0)
        known = _half_and_half(by_words, by_labels)
        return cls(terms, label_terms, known, sparse.csr_array(known.T))

    def vectors(self, items: pl.DataFrame) -> sparse.csr_array:
        """(M, F) CSR float32 of any items, by the terms of the known ones."""
        return _half_and_half(
            self.terms.matrix(words(texts(items))), self.labels.matrix(_labels(items))
        )

    def vector_of(self, row: int) -> sparse.csr_array:
        """(1, F) of a known item."""
        return sparse.csr_array(self.known[[row]])

    def likeness(self, anchor: sparse.csr_array, rows: Rows) -> Weights:
        """(R,) likeness of one item, (1, F), to each of (R,) known ones."""
        alike = sparse.csr_array(self.known[rows] @ anchor.T)
        return np.asarray(alike.todense(), dtype=np.float32).ravel()

    def neighbors(self, vectors: sparse.csr_array, k: int) -> ContentNeighbors:
        """The k known items most like each of (M, F), at least `FEWEST` alike."""
        alike = sparse.csr_array(vectors @ self.columns)
        rows = np.full((alike.shape[0], k), PAD, dtype=np.int32)
        likeness = np.zeros((alike.shape[0], k), dtype=np.float32)
        for m, (begin, end) in enumerate(zip(alike.indptr, alike.indptr[1:], strict=False)):
            columns, values = alike.indices[begin:end], alike.data[begin:end]
            best = _best(columns, values, k)
            rows[m, : len(best)], likeness[m, : len(best)] = columns[best], values[best]
        return ContentNeighbors(rows, likeness)


def _half_and_half(*parts: sparse.csr_array) -> sparse.csr_array:
    """Two matrices side by side, whose products add up to half of each."""
    half = np.float32(np.sqrt(0.5))
    return sparse.csr_array(sparse.hstack([half * part for part in parts], format="csr"))


def _best(columns: NDArray[np.integer], values: NDArray[np.floating], k: int) -> NDArray[np.intp]:
    """Places of the k largest values, largest first; of equal ones the lower column."""
    enough = np.flatnonzero(values >= FEWEST)
    if len(enough) > k:
        least = np.partition(values[enough], -k)[-k]
        enough = enough[values[enough] >= least]
    return enough[np.lexsort((columns[enough], -values[enough]))][:k]


def _labels(items: pl.DataFrame) -> list[list[str]]:
    """What each item is labelled with, a text for each label."""
    lines: list[list[str]] = [[] for _ in range(len(items))]
    for name in LABELS:
        if name in items.columns:
            _add(lines, name, labels(items, name))
    return lines


def _add(lines: Sequence[list[str]], name: str, values: Sequence[Sequence[str]]) -> None:
    for line, weight in zip(lines, values, strict=True):
        line += [f"{name} {value}" for value in weight]
