"""How well items fit where a request comes from, and what it may cost."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.features.pairs import great_circle_km, place_columns
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
    """

    places: NDArray[np.float64]
    prices: NDArray[np.float64]
    by_latitude: NDArray[np.int64]
    latitudes: NDArray[np.float64]
    half_km: float

    @classmethod
    def of(cls, items: pl.DataFrame, *, half_km: float) -> Self:
        """Of a table with `latitude` and `longitude`, `price`, or none of them."""
        places = place_columns(items)
        placed = np.flatnonzero(np.isfinite(places).all(axis=1))
        order = placed[np.argsort(places[placed, 0], kind="stable")]
        return cls(places, price_column(items), order, places[order, 0], half_km)

    def within(self, context: Context, km: float) -> NDArray[np.int64]:
        """Rows at most so far from the request, ascending; none where it tells no place."""
        here = _place(context)
        if here is None:
            return self.by_latitude[:0]
        band = km / KM_A_DEGREE
        low, high = np.searchsorted(self.latitudes, [here[0] - band, here[0] + band])
        rows = self.by_latitude[low:high]
        return np.sort(rows[great_circle_km(here, self.places[rows]) <= km])

    def fit(self, context: Context, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(R,) 0..1: closeness, and budget / price where an item costs more than the budget.

        1 where nothing is known of the item, or the request does not say.
        """
        fit = np.ones(len(rows))
        here = _place(context)
        if here is not None:
            km = great_circle_km(here, self.places[rows])
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
