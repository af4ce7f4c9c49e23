"""Days on which somebody did more than a person can: programs, and accounts that many share."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.types import DAY_SECONDS

USUAL_SHARE: Final = 0.95
"""Share of people's days that are no longer than what is usual."""

BEYOND_USUAL: Final = 5.0
"""How many times longer than usual a day must be, too, to be no person's."""

UNTIMED_DAYS: Final = 366
"""Days from 1970 on in which the lines of files without times lie."""

_DAY: Final = pl.col("time") // DAY_SECONDS


def made_by_people(events: pl.DataFrame, most: int) -> pl.DataFrame:
    """The events without the days on which somebody did more than anybody can.

    Times of the first year are places in a file that knows none, and no days. Where all of a
    person's past bears one date, long days are usual.
    """
    busy = busy_days(events, most)
    if busy.is_empty():
        return events
    by_people = events.with_columns(_DAY.alias("day")).join(busy, on=["user_id", "day"], how="anti")
    return by_people.drop("day")


def busy_days(events: pl.DataFrame, most: int) -> pl.DataFrame:
    """`user_id`, `day`, `len` of the days of more events than `most`, and than is usual."""
    days = events.group_by("user_id", _DAY.alias("day")).len()
    lengths, counts = np.unique(days.get_column("len").to_numpy(), return_counts=True)
    least = longest_day(lengths, counts, most)
    return days.filter((pl.col("len") > least) & (pl.col("day") >= UNTIMED_DAYS))


def longest_day(lengths: NDArray[np.integer], counts: NDArray[np.integer], most: int) -> float:
    """Events that a person's day may have.

    Args:
        lengths: (K,) ascending numbers of events that days have.
        counts: (K,) how many days have each.
    """
    if not len(lengths):
        return float(most)
    rank = int(USUAL_SHARE * (counts.sum() - 1) + 0.5)  # the day at that share, from the shortest
    usual = lengths[np.searchsorted(np.cumsum(counts), rank, side="right")]
    return max(float(most), BEYOND_USUAL * float(usual))
