"""How well items fit where and when a request comes, what it may cost, and who eats."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.features.opening import Week, open_hours
from omakase.features.pairs import great_circle_km, place_columns, tag_sets
from omakase.features.past import price_column
from omakase.types import Context

KM_A_DEGREE: Final = 111.0
"""Of latitude, anywhere; a little less than it is."""


@dataclass(frozen=True)
class Fits:
    """What the catalog tells of places and prices.

    Attributes:
        places: (N, 2) latitude and longitude in degrees, NaN where unknown.
        prices: (N,) NaN where unknown.
        by_latitude: rows whose place is known, from south to north.
        latitudes: of those, ascending.
        half_km: distance at which an item counts half.
        hours: (N, 7, 24) when each is open; (N, 0, 0) where no item tells.
        tags: (N,) words of each item, for diets; empty where the catalog has none.
    """

    places: NDArray[np.float64]
    prices: NDArray[np.float64]
    by_latitude: NDArray[np.int64]
    latitudes: NDArray[np.float64]
    half_km: float
    hours: Week
    tags: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, items: pl.DataFrame, *, half_km: float) -> Self:
        """Of a table with `latitude` and `longitude`, `price`, `opening_hours`, `tags`, or none."""
        coordinates = place_columns(items)
        placed = np.flatnonzero(np.isfinite(coordinates).all(axis=1))
        order = placed[np.argsort(coordinates[placed, 0], kind="stable")]
        prices, hours, tags = price_column(items), open_hours(items), tag_sets(items)
        return cls(coordinates, prices, order, coordinates[order, 0], half_km, hours, tags)

    def within(self, context: Context, km: float) -> NDArray[np.int64]:
        """Rows at most so far from the request, ascending; none where it tells no place."""
        origin = _place(context)
        if origin is None:
            return self.by_latitude[:0]
        band = km / KM_A_DEGREE
        low, high = np.searchsorted(self.latitudes, [origin[0] - band, origin[0] + band])
        rows = self.by_latitude[low:high]
        return np.sort(rows[great_circle_km(origin, self.places[rows]) <= km])

    def suits(self, context: Context, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(R,) whether each is open at the hour of the request, and caters for its diet.

        Without a weekday, open on most days. What says nothing of its hours is open; what does not
        name a diet does not cater for it.
        """
        return self.is_open(context, rows) & self.caters(context, rows)

    def is_open(self, context: Context, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(R,) see `suits`."""
        hour, day = (context.attributes.get(name) for name in ("hour", "weekday"))
        if hour is None or not self.hours.shape[1]:
            return np.ones(len(rows), dtype=np.bool_)
        days = self.hours[rows, :, int(hour)]
        return np.asarray(days.mean(axis=1) > 0.5 if day is None else days[:, int(day)])

    def caters(self, context: Context, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(R,) see `suits`."""
        diet = context.attributes.get("diet")
        if not diet or not self.tags:
            return np.ones(len(rows), dtype=np.bool_)
        return np.asarray([diet in self.tags[row] for row in rows], dtype=np.bool_)

    def fit(self, context: Context, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(R,) 0..1: closeness, and budget / price where an item costs more than the budget.

        1 where nothing is known of the item, or the request does not say.
        """
        fit = np.ones(len(rows))
        origin = _place(context)
        if origin is not None:
            km = great_circle_km(origin, self.places[rows])
            fit *= np.where(np.isfinite(km), 0.5 ** (np.nan_to_num(km) / self.half_km), 1)
        if context.budget is not None:
            prices = self.prices[rows]
            dear = prices > context.budget
            fit[dear] *= max(context.budget, 0) / prices[dear]
        return fit


def _place(context: Context) -> NDArray[np.float64] | None:
    """(2,) where the request comes from; None where it does not say."""
    if context.latitude is None or context.longitude is None:
        return None
    return np.asarray([context.latitude, context.longitude])
