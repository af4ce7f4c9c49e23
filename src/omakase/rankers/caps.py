"""No list is taken over by one category, brand or maker."""

from dataclasses import dataclass
from math import ceil
from typing import ClassVar, Self

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
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


@njit(cache=True, nogil=True)
def _spread(
    items: Rows, kinds: Rows, most: NDArray[np.int64], strict: bool, order: NDArray[np.int64]
) -> None:
    """Fill (B, K) order with places of items: each time the first whose kind still fits."""
    for b in range(len(items)):
        leaders = _leaders(items[b], kinds)
        taken = items[b] < 0
        counts = np.zeros(items.shape[1], dtype=np.int64)
        for held in range(items.shape[1]):
            place = _first_that_fits(leaders, taken, counts, most[held], strict)
            if place < 0:
                break
            order[b, held] = place
            taken[place] = True
            counts[leaders[place]] += leaders[place] >= 0


@njit(cache=True, nogil=True)
def _leaders(items: Rows, kinds: Rows) -> NDArray[np.int64]:
    """(K,) the first place of the same kind; -1 where the kind is unknown."""
    leaders = np.full(len(items), -1, dtype=np.int64)
    for place in range(len(items)):
        if items[place] < 0 or kinds[items[place]] < 0:
            continue
        leaders[place] = place
        for before in range(place):
            if leaders[before] == before and kinds[items[before]] == kinds[items[place]]:
                leaders[place] = before
                break
    return leaders


@njit(cache=True, nogil=True)
def _first_that_fits(
    leaders: NDArray[np.int64],
    taken: NDArray[np.bool_],
    counts: NDArray[np.int64],
    most: int,
    strict: bool,
) -> int:
    first = -1
    for place in range(len(leaders)):
        if taken[place]:
            continue
        if leaders[place] < 0 or counts[leaders[place]] < most:
            return place
        if first < 0:
            first = place
    return -1 if strict else first
