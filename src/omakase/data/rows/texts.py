"""The columns of text of a table, looked at all at once: some files have thousands."""

from collections.abc import Sequence
from itertools import compress

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.data.rows.identifiers import NOTHING


class TextColumns:
    """Trimmed values of C columns of text, R rows each; null where there is no value.

    They lie in one column of C times R values, since an expression a column costs far more than
    the few values of a sample.
    """

    def __init__(self, table: pl.DataFrame) -> None:
        columns = [column for column in table if column.dtype == pl.String]
        self._places = {column.name: n * table.height for n, column in enumerate(columns)}
        self._rows = table.height
        text = pl.col("text").str.strip_chars()
        is_there = ~text.str.to_lowercase().is_in(NOTHING)
        whole = pl.concat([pl.Series("text", [], pl.String), *(c.alias("text") for c in columns)])
        self._values = whole.to_frame().select(pl.when(is_there).then(text)).to_series()

        self._present = self._counts(self._values.is_not_null())

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def values(self, name: str) -> pl.Series:
        """Those of a column that are there."""
        column = self._values.slice(self._places[name], self._rows)
        count = self._present[self._places[name] // max(1, self._rows)]
        return column.drop_nulls() if 0 < count < self._rows else column.head(count)

    def with_digits(self, share: float) -> frozenset[str]:
        """Columns of which at least such a share of the values has a digit; none without values."""
        present = self._present
        fitting = self._counts(self._values.str.contains(r"\d"))
        return frozenset(compress(self._places, (fitting >= share * present) & (present > 0)))

    def with_words(self, words: Sequence[str]) -> frozenset[str]:
        """Columns in which one of some words in lower case stands, however it is written."""
        fitting = self._counts(self._values.str.to_lowercase().is_in(words))
        return frozenset(compress(self._places, fitting > 0))

    def _counts(self, fits: pl.Series) -> NDArray[np.int64]:
        """(C,) of how many values something holds."""
        flags = fits.fill_null(value=False).to_numpy()
        counts: NDArray[np.int64] = flags.reshape(len(self._places), self._rows).sum(axis=1)
        return counts
