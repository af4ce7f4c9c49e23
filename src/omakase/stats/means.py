"""Differences of means and of ratios of sums."""

from math import inf, sqrt

import numpy as np
import scipy

from omakase.stats.effects import (
    Effect,
    Sides,
    bounded,
    critical,
    fieller,
    p_of,
)
from omakase.stats.moments import Moments, Numbers, PairMoments


def welch(
    control: Moments, treatment: Moments, *, level: float = 0.95, sides: Sides = "both"
) -> Effect:
    """Welch's t test of two means; spreads and counts may differ. Lift by Fieller."""
    degrees = _degrees(control, treatment)
    reach = (1 + level) / 2 if sides == "both" else level
    margin = float(scipy.stats.t.ppf(reach, degrees)) if degrees < inf else critical(level, sides)
    size = cohens_d(control, treatment)
    return normal_effect(
        control.mean,
        treatment.mean,
        control.mean_variance,
        treatment.mean_variance,
        size=size,
        level=level,
        sides=sides,
        method="welch",
        margin=margin,
        degrees=degrees,
    )


def ratio(
    control: PairMoments, treatment: PairMoments, *, level: float = 0.95, sides: Sides = "both"
) -> Effect:
    """Difference of two ratios of sums (clicks / lists shown), units drawn, by the delta method.

    The units are what was assigned (people), though each brings several events.
    Paper: Deng, Knoblich, Lu, "Applying the Delta Method in Metric Analytics", KDD 2018.
    """
    control_ratio, their_variance = _ratio(control)
    treatment_ratio, our_variance = _ratio(treatment)
    spread = sqrt((their_variance * control.count + our_variance * treatment.count) / 2)
    return normal_effect(
        control_ratio,
        treatment_ratio,
        their_variance,
        our_variance,
        size=(treatment_ratio - control_ratio) / spread if 0 < spread < inf else None,
        level=level,
        sides=sides,
        method="ratio",
    )


def normal_effect(
    control: float,
    treatment: float,
    control_variance: float,
    treatment_variance: float,
    *,
    size: float | None,
    level: float,
    sides: Sides,
    method: str,
    margin: float | None = None,
    degrees: float = inf,
) -> Effect:
    """The effect of two independent estimates that are about normal, each with its variance."""
    gap, error = treatment - control, sqrt(control_variance + treatment_variance)
    reach = critical(level, sides) if margin is None else margin
    statistic = gap / error if 0 < error < inf else float("nan")
    return Effect(
        control=control,
        treatment=treatment,
        control_variance=control_variance,
        treatment_variance=treatment_variance,
        interval=bounded(gap, reach * error, sides),
        p_value=p_of(statistic, sides, degrees),
        lift_interval=fieller(
            control, control_variance, treatment, treatment_variance, reach, sides=sides
        ),
        size=size,
        level=level,
        method=method,
    )


def cohens_d(control: Moments, treatment: Moments) -> float | None:
    """Difference of means in pooled standard deviations; None without spread."""
    freedom = control.count + treatment.count - 2
    if freedom <= 0:
        return None
    pooled = (control.count - 1) * control.variance + (treatment.count - 1) * treatment.variance
    spread = sqrt(max(pooled, 0.0) / freedom)
    return (treatment.mean - control.mean) / spread if spread else None


def winsorised(samples: Numbers, *, upper: float = 0.99, lower: float = 0.0) -> Numbers:
    """(n,) with what lies outside two quantiles moved onto them.

    Give the samples of all variants together, so that all are cut at the same two points.

    Raises:
        ValueError: quantiles that are not 0 <= lower < upper <= 1.
    """
    if not 0 <= lower < upper <= 1:
        raise ValueError(f"quantiles {lower} and {upper} are not 0 <= lower < upper <= 1")
    low, high = np.quantile(samples, [lower, upper])
    return np.clip(samples, low, high)


def _degrees(control: Moments, treatment: Moments) -> float:
    """Welch and Satterthwaite's degrees of freedom."""
    parts = control.mean_variance, treatment.mean_variance
    if not 0 < sum(parts) < inf:
        return inf
    below = parts[0] ** 2 / (control.count - 1) + parts[1] ** 2 / (treatment.count - 1)
    return float(sum(parts) ** 2 / below)


def _ratio(side: PairMoments) -> tuple[float, float]:
    """A ratio of sums and its variance."""
    if not side.second or side.count < 2:
        return 0.0, inf
    quotient, base = side.first / side.second, side.denominator.mean
    spread = (
        side.numerator.variance
        - 2 * quotient * side.covariance
        + quotient**2 * side.denominator.variance
    )
    return quotient, max(spread, 0.0) / (side.count * base**2)
