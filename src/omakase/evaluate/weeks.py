"""One week's figures beside another's."""

from collections.abc import Sequence

import numpy as np
import scipy


def mean_change(
    before: Sequence[float], after: Sequence[float], *, level: float = 0.95
) -> tuple[float, float, float] | None:
    """By how much a mean has changed, with the ends of Welch's interval; other people each time.

    None where either side has fewer than two values, of which nothing is known.
    """
    if min(len(before), len(after)) < 2:
        return None
    old, new = np.asarray(before, np.float64), np.asarray(after, np.float64)
    change = float(new.mean() - old.mean())
    shares = [float(sample.var(ddof=1)) / len(sample) for sample in (old, new)]
    total = sum(shares)
    if total == 0:
        return change, change, change
    sizes = (len(old), len(new))
    freedom = total**2 / sum(s**2 / (size - 1) for s, size in zip(shares, sizes, strict=True))
    reach = float(np.sqrt(total) * scipy.stats.t.ppf((1 + level) / 2, freedom))
    return change, change - reach, change + reach
