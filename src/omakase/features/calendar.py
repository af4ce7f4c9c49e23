"""The weekday and the season of a moment, in UTC."""

import numpy as np
from numpy.typing import NDArray

from omakase.types import DAY_SECONDS


def weekday(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 Monday to 6 Sunday, in UTC; 1 January 1970 was a Thursday."""
    return (times // DAY_SECONDS + 3) % 7


def season(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 December to February, 1 March to May, 2 June to August, 3 September to November."""
    months = times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return ((months + 1) % 12) // 3
