"""What lists that were shown are worth beyond being clicked: by what was taken, and by labels.

Plain arrays and no model, so that millions of lists can be measured where nothing else is loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]

HEAD: Final = 0.2
"""Share of the catalog that is its head, the most taken; what is not is its long tail."""


@dataclass(frozen=True)
class Popularity:
    """How often the items of a catalog were taken.

    Attributes:
        taken: (T,) of those that were taken at all, rising.
        n_items: of the catalog; T where it is less.
    """

    taken: Integers
    n_items: int

    @classmethod
    def of(cls, taken: Sequence[int], n_items: int) -> "Popularity":
        """Of counts in any order."""
        ordered = np.sort(np.asarray(taken, dtype=np.int64))
        return cls(ordered, max(n_items, len(ordered)))

    def bits(self, taken: Integers) -> Numbers:
        """(...,) how surprising items are that were taken so often: -log2 of their share of all.

        What nobody took counts as taken half a time; 0 where nothing was taken at all.

        Paper: Vargas and Castells, "Rank and relevance in novelty and diversity metrics for
            recommender systems", RecSys 2011 (free discovery).
        """
        total = max(int(self.taken.sum()), 1)
        return -np.log2(np.minimum(np.maximum(taken, 0.5) / total, 1.0))

    def unexpectedness(self, taken: Integers) -> Numbers:
        """(...,) share of the catalog that was taken more often: 0 for the most popular."""
        more_popular = len(self.taken) - np.searchsorted(self.taken, taken, side="right")
        return np.asarray(more_popular / max(self.n_items, 1), dtype=np.float64)

    def in_tail(self, taken: Integers) -> NDArray[np.bool_]:
        """(...,) whether at least a fifth of the catalog was taken more often."""
        return np.asarray(self.unexpectedness(taken) >= HEAD)


@dataclass(frozen=True)
class LabelSets:
    """The labels of N items, each once.

    Attributes:
        starts: (N + 1,) where the labels of each begin.
        codes: (nnz,) numbers of labels.
    """

    starts: Integers
    codes: Integers

    def diversities(self, sizes: Integers, rows: Integers) -> Numbers:
        """(B,) mean of 1 - likeness over all pairs of a list; NaN with fewer than two labelled.

        Two items with the labels A and B are as alike as |A and B| / sqrt(|A| |B|); an item
        without labels is no part of a pair.

        Paper: Ziegler et al., "Improving recommendation lists through topic diversification",
            WWW 2005.

        Args:
            sizes: (B,) places of each list.
            rows: (sum of sizes,) items, list by list.
        """
        counts = np.diff(self.starts)[rows]
        lists = np.repeat(np.arange(len(sizes)), sizes)
        labelled = np.bincount(lists[counts > 0], minlength=len(sizes))
        list_rows = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(list_rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        codes = self.codes[self.starts[rows][list_rows] + within]
        n_labels = int(self.codes.max(initial=0)) + 1
        cells, inverse = np.unique(lists[list_rows] * n_labels + codes, return_inverse=True)
        sums = np.bincount(inverse, weights=1 / np.sqrt(counts[list_rows]), minlength=len(cells))
        # the square of a sum of unit vectors: their number, and twice the likeness of each pair
        together = np.bincount(cells // n_labels, weights=sums**2, minlength=len(sizes))
        pairs = labelled * (labelled - 1)
        alike = (together - labelled) / np.maximum(pairs, 1)
        return np.where(pairs > 0, 1 - np.clip(alike, 0, 1), np.nan)
