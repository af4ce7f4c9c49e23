"""No list is taken over by one category, brand or maker."""

from dataclasses import dataclass
from math import ceil
from typing import ClassVar, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.kernel import kernel
from omakase.arrays.lists import reordered
from omakase.errors import ConfigError
from omakase.protocols import Parts
from omakase.types import Queries, Rows, Slate


class CapsConfig(types.Config):
    """Of what, and how much."""

    column: str = Field(default="category", description="the items' column that is capped")
    share: float = Field(
        default=0.2, gt=0, le=1, description="most of any beginning of a list, at least one item"
    )
    strict: bool = Field(
        default=False,
        description="leave out what is too much; otherwise it comes when nothing else is left",
    )


@dataclass(frozen=True)
class Caps:
    """Of the first n items at most `share` n (rounded up) are of one kind, for every n.

    So the cap holds whatever length is shown. Surplus items move back to where they fit.
    Items of no known kind are never capped.

    Cost: O(K^2) a query at worst.

    Attributes:
        kinds: (N,) int32 kind of each item, -1 where unknown.
        share, strict: as in the configuration.
    """

    config_type: ClassVar[type[types.Config]] = CapsConfig
    kinds: Rows
    share: float
    strict: bool

    @classmethod
    def of(cls, config: CapsConfig, parts: Parts) -> Self:
        return cls(_kinds(parts.items, config.column), config.share, config.strict)

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        width = slate.items.shape[1]
        most = np.asarray([ceil(self.share * n - 1e-9) for n in range(1, width + 1)], np.int64)
        order = np.full(slate.items.shape, -1, dtype=np.int64)
        _spread(slate.items, self.kinds, most, self.strict, order)
        return reordered(slate, order)


def _kinds(items: pl.DataFrame, column: str) -> Rows:
    """(N,) codes of a column; of a list of words the first counts.

    Raises:
        ConfigError: the items have no such column.
    """
    if column not in items.columns:
        raise ConfigError(f"items have no column {column!r} to cap; they have {items.columns}")
    values = items.get_column(column)
    if isinstance(values.dtype, pl.List):
        values = values.list.first()
    named = isinstance(values.dtype, pl.Categorical | pl.Enum)
    codes = values.to_physical() if named else values.rank("dense") - 1
    return codes.cast(pl.Int32).fill_null(-1).to_numpy()


@kernel
def _spread(
    items: Rows, kinds: Rows, most: NDArray[np.int64], strict: bool, order: NDArray[np.int64]
) -> None:
    """Fill (B, K) order with places of items: each time the first whose kind still fits."""
    for b in range(len(items)):
        leaders = _leaders(items[b], kinds)
        is_taken = items[b] < 0
        counts = np.zeros(items.shape[1], dtype=np.int64)
        for position in range(items.shape[1]):
            column = _first_that_fits(leaders, is_taken, counts, most[position], strict)
            if column < 0:
                break
            order[b, position] = column
            is_taken[column] = True
            counts[leaders[column]] += leaders[column] >= 0


@kernel
def _leaders(items: Rows, kinds: Rows) -> NDArray[np.int64]:
    """(K,) the first place of the same kind; -1 where the kind is unknown."""
    leaders = np.full(len(items), -1, dtype=np.int64)
    for column in range(len(items)):
        if items[column] < 0 or kinds[items[column]] < 0:
            continue
        leaders[column] = column
        for earlier in range(column):
            if leaders[earlier] == earlier and kinds[items[earlier]] == kinds[items[column]]:
                leaders[column] = earlier
                break
    return leaders


@kernel
def _first_that_fits(
    leaders: NDArray[np.int64],
    taken: NDArray[np.bool_],
    counts: NDArray[np.int64],
    most: int,
    strict: bool,
) -> int:
    first = -1
    for column in range(len(leaders)):
        if taken[column]:
            continue
        if leaders[column] < 0 or counts[leaders[column]] < most:
            return column
        if first < 0:
            first = column
    return -1 if strict else first
