"""Attributes as columns that a rule can be evaluated over at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.types import Rows

MISSING = -1
"""Code of a text that is not there."""


class AttributeType(StrEnum):
    """What an attribute holds."""

    NUMBER = "number"
    TEXT = "text"
    FLAG = "true or false"
    TEXTS = "list of texts"


@dataclass(frozen=True, slots=True)
class Numbers:
    """(N,) float64; NaN where missing."""

    values: NDArray[np.float64]

    def take_rows(self, rows: Rows) -> "Numbers":
        """The values of some rows."""
        return Numbers(self.values[rows])


@dataclass(frozen=True, slots=True)
class Flags:
    """(N,) true or false, and (N,) whether anything is known."""

    values: NDArray[np.bool_]
    known: NDArray[np.bool_]

    def take_rows(self, rows: Rows) -> "Flags":
        """The values of some rows."""
        return Flags(self.values[rows], self.known[rows])


@dataclass(frozen=True, slots=True)
class Words:
    """(N,) int32 places in `words`; MISSING where there is none."""

    codes: NDArray[np.int32]
    words: tuple[str, ...]

    def take_rows(self, rows: Rows) -> "Words":
        """The values of some rows."""
        return Words(self.codes[rows], self.words)


@dataclass(frozen=True, slots=True)
class WordLists:
    """N lists of words: those of row i are `codes[starts[i]:starts[i + 1]]`.

    Attributes:
        starts: (N + 1,) int64.
        codes: int32 places in `words`.
    """

    starts: NDArray[np.int64]
    codes: NDArray[np.int32]
    words: tuple[str, ...]

    def take_rows(self, rows: Rows) -> "WordLists":
        """The lists of some rows."""
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        first = np.repeat(self.starts[:-1][rows] - starts[:-1], lengths)
        return WordLists(starts, self.codes[first + np.arange(starts[-1])], self.words)


Column: TypeAlias = Numbers | Flags | Words | WordLists
Columns: TypeAlias = Mapping[str, Column]
Schema: TypeAlias = Mapping[str, AttributeType]
"""Attribute names of one owner to what they hold."""

KINDS: Mapping[type, AttributeType] = {
    Numbers: AttributeType.NUMBER,
    Flags: AttributeType.FLAG,
    Words: AttributeType.TEXT,
    WordLists: AttributeType.TEXTS,
}


@dataclass(frozen=True)
class TableColumns(Mapping[str, Column]):
    """The columns of a table, each made when it is first asked for, and then kept.

    Attributes:
        table: as given.
        kinds: of the columns that rules can use.
    """

    table: pl.DataFrame
    kinds: Schema
    _made: dict[str, Column] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            kind = self.kinds[name]  # first: what is not there is a KeyError, as mappings have it
            self._made[name] = _column(self.table.get_column(name), kind)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.kinds  # that of Mapping would make the column to find out

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def __len__(self) -> int:
        return len(self.kinds)


@dataclass(frozen=True)
class OverlaidColumns(Mapping[str, Column]):
    """Columns over others of the same items; where both have a name, the upper one holds."""

    below: Columns
    above: Columns

    def __getitem__(self, name: str) -> Column:
        return self.above[name] if name in self.above else self.below[name]

    def __contains__(self, name: object) -> bool:
        return name in self.above or name in self.below

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self.below, *self.above]))

    def __len__(self) -> int:
        return len(set(self.below) | set(self.above))


@dataclass(frozen=True)
class PatchedColumns(Mapping[str, Column]):
    """Columns of N items, where what is known of R of them is newer; made as they are asked for.

    Attributes:
        before: of all items.
        rows: (R,) of those items, none twice.
        newer: R places a column; columns that it lacks stay as they were.
    """

    before: Columns
    rows: Rows
    newer: Columns
    _made: dict[str, Column] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, name: str) -> Column:
        if name not in self.newer:
            return self.before[name]
        if name not in self._made:
            self._made[name] = _patch(self.before[name], self.rows, self.newer[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.before

    def __iter__(self) -> Iterator[str]:
        return iter(self.before)

    def __len__(self) -> int:
        return len(self.before)


def schema_of(columns: Columns) -> Schema:
    """What each column holds."""
    if isinstance(columns, TableColumns):
        return columns.kinds
    if isinstance(columns, PatchedColumns):
        return schema_of(columns.before)
    if isinstance(columns, OverlaidColumns):
        return {**schema_of(columns.below), **schema_of(columns.above)}
    return {name: KINDS[type(column)] for name, column in columns.items()}


def columns_of(table: pl.DataFrame) -> Columns:
    """The columns of a table that rules can use; others (binary, nested) are left out.

    Dates become Unix seconds. A column of millions that no rule names costs nothing.
    """
    kinds = {name: _kind(dtype) for name, dtype in table.schema.items()}
    return TableColumns(table, {name: kind for name, kind in kinds.items() if kind is not None})


def words_of(values: Sequence[str | None]) -> Words:
    """Texts as codes; equal texts have equal codes."""
    places: dict[str, int] = {}
    codes = [MISSING if v is None else places.setdefault(v, len(places)) for v in values]
    return Words(np.asarray(codes, dtype=np.int32), tuple(places))


def word_lists_of(values: Sequence[Iterable[str] | None]) -> WordLists:
    """Lists of texts as codes; nothing known is an empty list."""
    lists = [[word for word in (words or ()) if word is not None] for words in values]
    starts = np.concatenate([[0], np.cumsum([len(words) for words in lists])]).astype(np.int64)
    words = words_of([word for words in lists for word in words])
    return WordLists(starts, words.codes, words.words)


def _kind(dtype: pl.DataType) -> AttributeType | None:
    if dtype == pl.Boolean:
        return AttributeType.FLAG
    if dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum):
        return AttributeType.TEXT
    if dtype == pl.List(pl.String):
        return AttributeType.TEXTS
    return AttributeType.NUMBER if dtype.is_temporal() or dtype.is_numeric() else None


def _column(series: pl.Series, kind: AttributeType) -> Column:
    if kind is AttributeType.FLAG:
        return Flags(series.fill_null(False).to_numpy(), series.is_not_null().to_numpy())
    if kind is AttributeType.TEXT:
        return _words(series)
    if kind is AttributeType.TEXTS:
        return word_lists_of(series.to_list())
    if series.dtype.is_temporal():
        series = series.cast(pl.Datetime("us")).dt.epoch("s")
    return Numbers(series.cast(pl.Float64).fill_null(float("nan")).to_numpy())


def _patch(before: Column, rows: Rows, newer: Column) -> Column:
    """A column with other values in some rows; what is of another kind stays as it was."""
    if isinstance(before, Numbers) and isinstance(newer, Numbers):
        return Numbers(_replace_rows(before.values, rows, newer.values))
    if isinstance(before, Flags) and isinstance(newer, Flags):
        values = _replace_rows(before.values, rows, newer.values)
        return Flags(values, _replace_rows(before.known, rows, newer.known))
    if isinstance(before, Words) and isinstance(newer, Words):
        words, codes = _join_words(before.words, newer.words)
        return Words(_replace_rows(before.codes, rows, codes[newer.codes]), words)
    if isinstance(before, WordLists) and isinstance(newer, WordLists):
        return _patched_lists(before, rows, newer)
    return before


def _patched_lists(before: WordLists, rows: Rows, newer: WordLists) -> WordLists:
    words, codes = _join_words(before.words, newer.words)
    lists = WordLists(
        np.concatenate([before.starts, before.starts[-1] + newer.starts[1:]]),
        np.concatenate([before.codes, codes[newer.codes]]),
        words,
    )
    size = len(before.starts) - 1
    order = np.arange(size, dtype=np.int32)
    order[rows] = np.arange(size, size + len(rows), dtype=np.int32)
    return lists.take_rows(order)


def _join_words(
    before: tuple[str, ...], newer: tuple[str, ...]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The words of both, and the place of each newer one; the last is that of MISSING."""
    code_of = {word: code for code, word in enumerate(before)}
    codes = [code_of.setdefault(word, len(code_of)) for word in newer]
    return tuple(code_of), np.asarray([*codes, MISSING], dtype=np.int32)


def _replace_rows(before: NDArray[Any], rows: Rows, newer: NDArray[Any]) -> NDArray[Any]:
    values = before.copy()
    values[rows] = newer
    return values


def _words(series: pl.Series) -> Words:
    """As `words_of`, without a Python text for each row."""
    vocabulary = series.unique(maintain_order=True).drop_nulls()
    places = pl.arange(len(vocabulary), dtype=pl.Int32, eager=True)
    codes = series.replace_strict(vocabulary, places, default=MISSING, return_dtype=pl.Int32)
    return Words(codes.to_numpy(), tuple(vocabulary.cast(pl.String).to_list()))
