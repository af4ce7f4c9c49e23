"""Newest first: what has just arrived, the same for everyone."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import polars as pl
from pydantic import Field

from omakase import types
from omakase.arrays.constant_scores import ConstantScores
from omakase.data.dataset import Dataset
from omakase.types import Progress, Times, silent

NEVER = np.iinfo(np.int64).min


class NewestConfig(types.Config):
    """Knobs of newest."""

    column: str = Field(
        default="created",
        description="item column with the time of arrival (Unix seconds or a date); where it is "
        "absent or empty, the item's first event tells",
    )


@dataclass(frozen=True, slots=True)
class Newest(ConstantScores):
    """Share of the catalog that arrived no later: 1 for the newest, 0 where nothing is known.

    A rank and not a time, because seconds of this century do not fit into float32.

    Attributes:
        share: (N,) float32; items of the same moment have the same.
    """

    primary = "new"
    config_type: ClassVar[type[types.Config]] = NewestConfig

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: NewestConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        return cls.of_first_events(_first_events(data), data.items, config)

    @classmethod
    def of_first_events(cls, first: Times, items: pl.DataFrame, config: NewestConfig) -> Self:
        """From when each item (N,) was first met, NEVER where it was not, and what is known."""
        arrived = first
        if config.column in items.columns:
            stated = _seconds(items.get_column(config.column))
            arrived = np.where(stated == NEVER, arrived, stated)
        no_later = np.searchsorted(np.sort(arrived), arrived, side="right") / max(1, len(arrived))
        return cls(np.where(arrived == NEVER, 0, no_later).astype(np.float32))


def _first_events(data: Dataset) -> Times:
    first = np.full(data.n_items, np.iinfo(np.int64).max)
    np.minimum.at(first, data.events.items, data.events.times)
    return np.where(first == np.iinfo(np.int64).max, NEVER, first)


def _seconds(column: pl.Series) -> Times:
    if column.dtype.is_temporal():
        column = column.cast(pl.Datetime("us")).dt.epoch("s")
    return column.cast(pl.Int64, strict=False).fill_null(NEVER).to_numpy()
