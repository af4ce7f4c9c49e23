"""What is known of each item's showings and clicks."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from omakase.bandits.race import Numbers
from omakase.errors import ConfigError


@dataclass(frozen=True)
class Feedback:
    """Counts an item.

    Attributes:
        shown, clicked: (N,) how often; clicked at most shown.
    """

    shown: Numbers
    clicked: Numbers

    def __post_init__(self) -> None:
        if self.shown.shape != self.clicked.shape:
            raise ValueError(f"{len(self.shown)} items shown and {len(self.clicked)} clicked")

    @classmethod
    def of_items(cls, items: pl.DataFrame, shown: str, clicked: str) -> Self:
        """From two columns of a table of items; without both, nothing was shown yet.

        Raises:
            ConfigError: only one of the two is there, or it holds no numbers.
        """
        present = [name for name in (shown, clicked) if name in items.columns]
        if not present:
            return cls(np.zeros(len(items)), np.zeros(len(items)))
        if len(present) == 1:
            lacking = clicked if present == [shown] else shown
            raise ConfigError(f"items have a column {present[0]!r}, but no {lacking!r} beside it")
        times, clicks = (_numbers(items, name) for name in (shown, clicked))
        return cls(times, np.minimum(clicks, times))


def _numbers(items: pl.DataFrame, name: str) -> Numbers:
    if not items.schema[name].is_numeric():
        raise ConfigError(
            f"column {name!r} of the items holds no numbers, but {items.schema[name]}"
        )
    column = items.get_column(name).cast(pl.Float64).fill_null(0.0).to_numpy()
    return np.maximum(column, 0.0)
