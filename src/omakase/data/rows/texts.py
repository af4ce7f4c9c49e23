"""The columns of text of a table, looked at all at once: some files have thousands."""

from itertools import compress

import polars as pl

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

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def values(self, name: str) -> pl.Series:
        """Those of a column that are there."""
        return self._values.slice(self._places[name], self._rows).drop_nulls()

    def with_digits(self, share: float) -> frozenset[str]:
        """Columns of which at least such a share of the values has a digit; none without values."""
        if not self._rows:
            return frozenset()
        shape = len(self._places), self._rows
        present = self._values.is_not_null().to_numpy().reshape(shape).sum(axis=1)
        fitting = self._values.str.contains(r"\d").fill_null(value=False)
        enough = fitting.to_numpy().reshape(shape).sum(axis=1) >= share * present
        return frozenset(compress(self._places, enough & (present > 0)))
