"""What it means for two rows of a sparse matrix to be alike: the knobs, and their arithmetic."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase.arrays.nearest import Measure
from omakase.types import Arrays, Config

Floats = NDArray[np.float32]


class Similarity(Config):
    """Knobs of a likeness between rows (people, or items) over columns (the others)."""

    similarity: Literal["cosine", "adjusted_cosine", "pearson", "jaccard"] = Field(
        default="cosine",
        description="cosine; adjusted_cosine: less the mean of each column; pearson: less the "
        "row's own mean; jaccard: shared over all, weights ignored",
    )
    weighting: Literal["none", "tfidf", "bm25"] = Field(
        default="none", description="how columns that many rows share are made to count less"
    )
    shrinkage: float = Field(
        default=0.0, ge=0, description="added to the size of a pair, so that chance likeness fades"
    )
    threshold: float = Field(
        default=0.1, ge=0, le=1, description="pairs less alike than this are forgotten"
    )
    alpha: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="share of the asking row in the size of a pair: 0.5 is the plain cosine, less "
        "favours what is rare",
    )
    bm25_k1: float = Field(default=1.2, gt=0, description="how soon repeated events stop counting")
    bm25_b: float = Field(
        default=0.75, ge=0, le=1, description="how far long rows are cut down, 0 not at all"
    )


@dataclass(frozen=True, slots=True)
class Weigher:
    """Makes raw rows comparable: centred and weighted as they were when it was fitted.

    Attributes:
        knobs: the likeness asked for.
        means: (m,) mean of each column over its entries.
        rarity: (m,) log of rows per entry of the column, at least 0.
        length: mean sum of a row.
    """

    knobs: Similarity
    means: Floats
    rarity: Floats
    length: float

    @classmethod
    def fitted(cls, rows: sparse.csr_array, knobs: Similarity) -> Self:
        """From the (n, m) rows that will be searched."""
        counts = np.bincount(rows.indices, minlength=rows.shape[1])
        sums = np.asarray(rows.sum(axis=0), np.float64).ravel()
        rarity = np.log(rows.shape[0] / np.maximum(counts, 1))
        length = float(np.abs(rows.data).sum(dtype=np.float64)) / max(1, rows.shape[0])
        means = sums / np.maximum(counts, 1)
        return cls(knobs, means.astype(np.float32), rarity.astype(np.float32), max(length, 1e-12))

    def weigh(self, rows: sparse.csr_array) -> sparse.csr_array:
        """(n, m) rows as the likeness sees them; no entry that is 0."""
        weighed = self.dampened(self.centred(rows))
        weighed.eliminate_zeros()
        return weighed

    def centred(self, rows: sparse.csr_array, means: Floats | None = None) -> sparse.csr_array:
        """(n, m) the first step of weighing: less the mean, or as shares in Jaccard.

        Args:
            means: (n,) of the whole rows, where these hold some of their columns only.
        """
        centred = rows.astype(np.float32)  # a copy
        centred.data = self._subtract_means(centred, row_means(rows) if means is None else means)
        return centred

    def dampened(self, rows: sparse.csr_array, lengths: Floats | None = None) -> sparse.csr_array:
        """(n, m) the second step, of centred rows; the same entries, of which some may be 0.

        Args:
            lengths: (n,) as `row_lengths` of the whole rows, where these hold some columns only.
        """
        dampened = rows.copy()
        dampened.data = self._dampen(rows, row_lengths(rows) if lengths is None else lengths)
        return dampened

    def size(self, weighed: sparse.csr_array, share: float) -> Floats:
        """(n,) size of each weighed row, raised to its share of the size of a pair."""
        return self.size_of(_row_sums(weighed, np.square(weighed.data, dtype=np.float64)), share)

    def size_of(self, squares: NDArray[np.float64], share: float) -> Floats:
        """(n,) the same, from the sums of squares of the weighed rows."""
        power = 1.0 if self.knobs.similarity == "jaccard" else share
        return np.power(squares, power).astype(np.float32)

    def measure(self, asking: sparse.csr_array, right: Floats) -> Measure:
        """Between weighed rows and others whose size is `right`."""
        union = self.knobs.similarity == "jaccard"
        return Measure(
            self.size(asking, self.knobs.alpha), right, union, shrinkage=self.knobs.shrinkage
        )

    def arrays(self) -> Arrays:
        """All that must be saved."""
        return {
            "means": self.means,
            "rarity": self.rarity,
            "length": np.asarray([self.length], np.float64),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, knobs: Similarity) -> Self:
        """Inverse of `arrays`."""
        return cls(knobs, arrays["means"], arrays["rarity"], float(arrays["length"][0]))

    def _subtract_means(self, rows: sparse.csr_array, means: Floats) -> Floats:
        match self.knobs.similarity:
            case "adjusted_cosine":
                return rows.data - self.means[rows.indices]
            case "pearson":
                return rows.data - _of_each(rows, means)
            case "jaccard":
                return (rows.data > 0).astype(np.float32)
            case _:
                return rows.data

    def _dampen(self, rows: sparse.csr_array, sums: Floats) -> Floats:
        """Dampened and scaled by rarity; a negative value stays as negative as it was positive."""
        strength, rarity = np.abs(rows.data), self.rarity[rows.indices]
        if self.knobs.similarity == "jaccard" or self.knobs.weighting == "none":
            return rows.data
        if self.knobs.weighting == "tfidf":
            return np.sign(rows.data) * np.sqrt(strength) * rarity
        k1, b = np.float32(self.knobs.bm25_k1), np.float32(self.knobs.bm25_b)
        patience = k1 * (1 - b + b * _of_each(rows, sums / np.float32(self.length)))
        return rows.data * (k1 + 1) / (patience + strength) * rarity


def _of_each(rows: sparse.csr_array, values: Floats) -> Floats:
    """(nnz,) the value of the row that each entry is in."""
    return np.repeat(values, np.diff(rows.indptr))


def row_means(rows: sparse.csr_array) -> Floats:
    """(n,) mean of the entries of each row, 0 where it has none."""
    counts = np.maximum(np.diff(rows.indptr), 1)
    return (_row_sums(rows, rows.data) / counts).astype(np.float32)


def row_lengths(rows: sparse.csr_array) -> Floats:
    """(n,) sum of the sizes of the entries of each row."""
    return _row_sums(rows, np.abs(rows.data)).astype(np.float32)


def _row_sums(rows: sparse.csr_array, values: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n,) sum of one value an entry; in double, so that the order of the entries is nothing."""
    owner = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    return np.bincount(owner, values, minlength=rows.shape[0]).astype(np.float64)
