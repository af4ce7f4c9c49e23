"""On which scale a column of ratings is."""

import polars as pl

SCALES = ((0.0, 1.0), (0.0, 5.0), (0.0, 10.0), (0.0, 100.0))
"""Where each of the usual scales begins and ends."""

FEW = 20
"""So few ratings tell no scale by themselves but the usual one, or one that holds them all."""

ALMOST_ALL = 0.98
NEGATIVE = 0.05
USUAL = (0.0, 5.0)


def scale_of(ratings: pl.Series) -> tuple[float, float]:
    """The smallest usual scale that holds almost all of some ratings.

    Below zero a scale goes only where one rating in twenty does; a whole scale of 0 to 1 is read
    as one of 0 to 5, which holds it, unless there are ratings between.
    """
    finite = ratings.filter(ratings.is_finite())
    if not finite.len():
        return USUAL
    below = float((finite < 0).mean() or 0)  # type: ignore[arg-type]
    both_ways = finite.len() >= FEW and below >= NEGATIVE
    size = finite.abs() if both_ways else finite
    few_on_ten = finite.len() < FEW and bool((size <= SCALES[2][1]).all())
    allowed = 1.0 if few_on_ten else ALMOST_ALL if finite.len() >= FEW else 0.5
    highest = next(
        (high for _, high in SCALES[1:] if float((size <= high).mean() or 0) >= allowed),  # type: ignore[arg-type]
        float(size.max()),  # type: ignore[arg-type]
    )
    return (-highest if both_ways else 0.0), highest
