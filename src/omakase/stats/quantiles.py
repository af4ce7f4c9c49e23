"""Quantiles (a p95 of seconds) where the units are people with several measurements each."""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from omakase.stats.effects import Effect, Interval, Sides, critical
from omakase.stats.means import normal_effect
from omakase.stats.moments import Numbers, PairMoments


@dataclass(frozen=True, slots=True)
class QuantileEstimate:
    """A quantile and how sure it is.

    Attributes:
        estimate: the quantile.
        interval: its interval.
        variance: of the estimate, as a normal interval of that width would have.
    """

    estimate: float
    interval: Interval
    variance: float


def quantile(
    samples: Numbers, clusters: NDArray[np.int64], at: float, *, level: float = 0.95
) -> QuantileEstimate:
    """A quantile of (n,) samples, with the interval that clusters (n,) leave to it.

    The share of samples below the quantile is a ratio over clusters, with a variance by the delta
    method; the interval goes from the sample at that share's lower end to the one at its upper.
    Paper: Deng, Knoblich, Lu, "Applying the Delta Method in Metric Analytics", KDD 2018, section 4.

    Args:
        clusters: whose each sample is (people), any whole numbers.
        at: which quantile, between 0 and 1.

    Raises:
        ValueError: no samples, or a quantile that is none.
    """
    if not len(samples) or not 0 < at < 1:
        raise ValueError(f"quantile {at} of {len(samples)} samples")
    ordered = np.sort(samples)
    estimate = float(np.quantile(ordered, at))
    margin = critical(level)
    reach = margin * sqrt(_share_variance(samples <= estimate, clusters))
    if not reach < inf:
        return QuantileEstimate(estimate, Interval(-inf, inf), inf)
    ends = np.quantile(ordered, [max(at - reach, 0.0), min(at + reach, 1.0)])
    low, high = float(ends[0]), float(ends[1])
    return QuantileEstimate(estimate, Interval(low, high), ((high - low) / (2 * margin)) ** 2)


def quantile_effect(
    control: QuantileEstimate,
    treatment: QuantileEstimate,
    *,
    level: float = 0.95,
    sides: Sides = "both",
) -> Effect:
    """The difference of two quantiles of independent variants."""
    return normal_effect(
        control.estimate,
        treatment.estimate,
        control.variance,
        treatment.variance,
        size=None,
        level=level,
        sides=sides,
        method="quantile",
    )


def _share_variance(below: NDArray[np.bool_], clusters: NDArray[np.int64]) -> float:
    """Of the share of samples that are below, people drawn."""
    _, rows = np.unique(clusters, return_inverse=True)
    inside = np.bincount(rows, weights=below).astype(np.float64)
    samples = np.bincount(rows).astype(np.float64)
    if len(samples) < 2:
        return inf
    pairs = PairMoments.of(inside, samples)
    quotient = pairs.first / pairs.second
    spread = (
        pairs.numerator.variance
        - 2 * quotient * pairs.covariance
        + quotient**2 * pairs.denominator.variance
    )
    return max(spread, 0.0) / (pairs.count * pairs.denominator.mean**2)
