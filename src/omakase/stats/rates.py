"""Single rates and the difference of two: intervals that hold for few successes, too."""

from math import asin, exp, inf, sqrt

from omakase.stats.effects import Effect, Interval, Sides, critical, p_of
from omakase.stats.moments import Moments


def wilson(successes: float, trials: float, level: float = 0.95, sides: Sides = "both") -> Interval:
    """Wilson's score interval of a rate; 0 to 1 without trials."""
    if trials <= 0:
        return Interval(0.0, 1.0)
    margin = critical(level, sides)
    rate, weight = successes / trials, margin**2 / trials
    centre = (rate + weight / 2) / (1 + weight)
    half = margin * sqrt(rate * (1 - rate) / trials + weight / (4 * trials)) / (1 + weight)
    low = 0.0 if sides == "less" else max(centre - half, 0.0)
    high = 1.0 if sides == "greater" else min(centre + half, 1.0)
    return Interval(low, high)


def two_proportions(
    control: Moments, treatment: Moments, *, level: float = 0.95, sides: Sides = "both"
) -> Effect:
    """Two-proportion z test, with the intervals that go on holding where successes are few.

    Paper: Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 1998 (method 10); lift: the logarithm of the quotient of the rates, half
    a success added to each side.

    Args:
        control, treatment: `Moments.of_rate` of each.
    """
    gap = treatment.mean - control.mean
    pooled = (control.total + treatment.total) / max(control.count + treatment.count, 1)
    under_null = pooled * (1 - pooled) * (_inverse(control.count) + _inverse(treatment.count))
    statistic = gap / sqrt(under_null) if 0 < under_null < inf else float("nan")
    return Effect(
        control=control.mean,
        treatment=treatment.mean,
        control_variance=_variance(control),
        treatment_variance=_variance(treatment),
        interval=_newcombe(control, treatment, level, sides),
        p_value=p_of(statistic, sides),
        lift_interval=risk_ratio(control, treatment, level=level, sides=sides),
        size=cohens_h(control.mean, treatment.mean),
        level=level,
        method="two_proportions",
    )


def cohens_h(control: float, treatment: float) -> float:
    """Difference of two rates on the scale on which their spread is equal."""
    arcs = (2 * asin(sqrt(min(max(rate, 0.0), 1.0))) for rate in (treatment, control))
    first, second = arcs
    return first - second


def risk_ratio(
    control: Moments, treatment: Moments, *, level: float = 0.95, sides: Sides = "both"
) -> Interval:
    """Of treatment / control - 1, by the logarithm of the quotient (Walters, half added)."""
    if not control.count or not treatment.count:
        return Interval(-1.0, inf)
    margin = critical(level, sides)
    treated, untreated = treatment.total + 0.5, control.total + 0.5
    quotient = (treated / (treatment.count + 0.5)) / (untreated / (control.count + 0.5))
    spread = 1 / treated + 1 / untreated - 1 / (treatment.count + 0.5) - 1 / (control.count + 0.5)
    factor = exp(margin * sqrt(max(spread, 0.0)))
    low = -1.0 if sides == "less" else quotient / factor - 1
    high = inf if sides == "greater" else quotient * factor - 1
    return Interval(low, high)


def _newcombe(control: Moments, treatment: Moments, level: float, sides: Sides) -> Interval:
    reach = level if sides == "both" else 2 * level - 1
    treatment_interval = wilson(treatment.total, treatment.count, reach)
    control_interval = wilson(control.total, control.count, reach)
    gap = treatment.mean - control.mean
    down = sqrt(
        (treatment.mean - treatment_interval.low) ** 2 + (control_interval.high - control.mean) ** 2
    )
    upward = sqrt(
        (treatment_interval.high - treatment.mean) ** 2 + (control.mean - control_interval.low) ** 2
    )
    low = -1.0 if sides == "less" else max(gap - down, -1.0)
    high = 1.0 if sides == "greater" else min(gap + upward, 1.0)
    return Interval(low, high)


def _variance(side: Moments) -> float:
    return side.mean * (1 - side.mean) / side.count if side.count else inf


def _inverse(count: float) -> float:
    return 1 / count if count else inf
