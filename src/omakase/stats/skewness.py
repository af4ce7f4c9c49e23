"""The interval of a mean of skewed numbers, such as weighted rewards: few are large."""

from math import cbrt, inf, sqrt

import numpy as np
import scipy

from omakase.stats.effects import Interval
from omakase.stats.moments import Numbers

LEAST_SKEW = 1e-6
"""Below it the interval is Student's."""


def skewed_interval(mean: float, gaps: Numbers, level: float = 0.95) -> Interval:
    """Interval of a mean whose n terms are about `mean + gaps`; wider where the tail is.

    Paper: Hall, "On the Removal of Skewness by Transformation", JRSS B 1992.

    Args:
        gaps: (n,) independent terms (of clusters: their sums) less the mean, about 0 on average.
    """
    count = len(gaps)
    if count < 2:
        return Interval(-inf, inf)
    spread = sqrt(float((gaps**2).sum()) / (count - 1))
    if not spread:
        return Interval(mean, mean)
    skew = float((((gaps - gaps.mean()) / spread) ** 3).mean())
    reach = float(scipy.stats.t.ppf((1 + level) / 2, count - 1)) / sqrt(count)
    return Interval(
        mean - spread * _invert_cubic(reach, skew, count),
        mean - spread * _invert_cubic(-reach, skew, count),
    )


def cluster_sums(gaps: Numbers, clusters: np.ndarray) -> Numbers:
    """(groups,) sums of each cluster's gaps, scaled so that their mean is that of the gaps."""
    _, rows = np.unique(clusters, return_inverse=True)
    return np.bincount(rows, weights=gaps) * ((rows.max() + 1) / len(rows))


def _invert_cubic(quantile: float, skew: float, count: int) -> float:
    """The inverse of Hall's monotone cubic."""
    if abs(skew) < LEAST_SKEW:
        return quantile
    return 3 / skew * (cbrt(1 + skew * (quantile - skew / (6 * count))) - 1)
