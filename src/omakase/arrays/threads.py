"""Work on parts of a range, on as many threads as Numba is allowed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from omakase.types import Progress, silent

Work = Callable[[int, int], object]


def equal_parts(costs: NDArray[np.integer], parts: int) -> NDArray[np.int64]:
    """(P + 1,) ascending bounds that cut a range into at most `parts` parts of about equal cost.

    The first bound is 0, the last len(costs). No part is empty, unless the range is.
    """
    total = np.cumsum(costs, dtype=np.int64)
    if not len(total):
        return np.zeros(2, dtype=np.int64)
    inner = np.searchsorted(total, total[-1] * np.arange(1, parts) / parts) + 1
    return np.unique(np.concatenate([[0], np.minimum(inner, len(costs)), [len(costs)]])).astype(
        np.int64
    )


def run_parts(work: Work, bounds: NDArray[np.int64], progress: Progress = silent) -> None:
    """Calls `work(start, stop)` for each part; the parts must not write to the same place.

    The kernels called must release the GIL. The number of threads is that of
    `numba.get_num_threads()`; it decides the time and never the result. `progress` hears
    of the part of the range that is done.
    """
    starts, stops = bounds[:-1].tolist(), bounds[1:].tolist()
    threads = min(get_num_threads(), len(starts))
    if threads == 1:
        for start, stop in zip(starts, stops, strict=True):
            work(start, stop)
            progress(stop, stops[-1])
        return
    with ThreadPoolExecutor(threads) as pool:
        for stop, _ in zip(stops, pool.map(work, starts, stops), strict=True):
            progress(stop, stops[-1])
