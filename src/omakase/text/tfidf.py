"""TF-IDF: how much each term says about a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True)
class TfIdf:
    """The terms of a collection and their weights.

    Paper: Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988.
    Differs: a count within a text is 1 + log(count); idf is smoothed, log((1 + n) / (1 + df)) + 1.

    Attributes:
        terms: (T,) in order of the alphabet.
        idf: (T,) float32.
    """

    terms: tuple[str, ...]
    idf: NDArray[np.float32]

    @classmethod
    def of(
        cls, texts: Sequence[Sequence[str]], *, fewest: int = 2, most_share: float = 0.5
    ) -> Self:
        """From the tokens of each text; terms of fewer than `fewest` texts say nothing of others.

        Terms of more than `most_share` of the texts are left out too; with fewer than ten texts
        no term is too frequent.
        """
        return cls._from_counts(_counts(texts), len(texts), fewest, most_share)

    @classmethod
    def with_matrix(
        cls, texts: Sequence[Sequence[str]], *, fewest: int = 2, most_share: float = 0.5
    ) -> tuple[Self, sparse.csr_array]:
        """The terms, and `matrix` of the same texts; they are counted once for both."""
        counts = _counts(texts)
        terms = cls._from_counts(counts, len(texts), fewest, most_share)
        return terms, terms._weigh(counts, len(texts))

    @classmethod
    def _from_counts(cls, counts: pl.DataFrame, n: int, fewest: int, most_share: float) -> Self:
        """Of what `_counts` gives of n texts."""
        frequencies = counts.group_by("term").agg(pl.len().alias("texts")).sort("term")
        most = most_share * n if n >= 10 else n
        vocabulary = frequencies.filter(pl.col("texts").is_between(fewest, most))
        idf = np.log((1 + n) / (1 + vocabulary.get_column("texts").to_numpy())) + 1
        return cls(tuple(vocabulary.get_column("term").to_list()), idf.astype(np.float32))

    def matrix(self, texts: Sequence[Sequence[str]]) -> sparse.csr_array:
        """(len(texts), T) CSR float32; rows of length 1, or 0 without a known term."""
        return self._weigh(_counts(texts), len(texts))

    def _weigh(self, counts: pl.DataFrame, n: int) -> sparse.csr_array:
        """(n, T), as `matrix`, of what `_counts` gives of n texts."""
        place = pl.DataFrame(
            {"term": self.terms, "column": np.arange(len(self.terms))},
            schema_overrides={"term": pl.String},
        )
        weighted = counts.join(place, on="term", how="inner").sort("text", "column")
        columns = weighted.get_column("column").to_numpy()
        weights = (1 + np.log(weighted.get_column("count").to_numpy())) * self.idf[columns]
        rows = weighted.get_column("text").to_numpy()
        matrix = sparse.csr_array(
            (weights.astype(np.float32), (rows, columns)), shape=(n, len(self.terms))
        )
        return unit_rows(matrix)


def unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    """Each row divided by its length; an empty row stays empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_array(sparse.diags_array(scale.astype(np.float32)) @ matrix)


def _counts(texts: Sequence[Sequence[str]]) -> pl.DataFrame:
    """One row a text and term: `text`, `term`, `count`."""
    sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    terms = pl.Series("term", list(chain.from_iterable(texts)), dtype=pl.String)
    table = pl.DataFrame({"text": np.repeat(np.arange(len(texts)), sizes), "term": terms})
    return table.group_by("text", "term").agg(count=pl.len())
