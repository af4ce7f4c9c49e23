"""The effect of a variant against the control: a difference, its interval, its relative lift."""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

import scipy

Sides = Literal["both", "greater", "less"]
"""What an interval bounds: both ends, only from below ("greater"), only from above ("less")."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From low to high; an end that nothing bounds is infinite."""

    low: float
    high: float

    def covers(self, truth: float) -> bool:
        """Whether a number lies within, ends included."""
        return self.low <= truth <= self.high

    @property
    def width(self) -> float:
        """high - low"""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Effect:
    """Treatment minus control.

    Attributes:
        control, treatment: the two estimates.
        control_variance, treatment_variance: of the two estimates.
        interval: of the difference.
        p_value: of "no difference", by the same method as the interval.
        lift_interval: of the lift; infinite where the control cannot be told from 0.
        size: standardised: Cohen's h of two rates, Cohen's d of two means; None where there is
            no spread.
        level: confidence of both intervals.
        method: its name, as "welch".
    """

    control: float
    treatment: float
    control_variance: float
    treatment_variance: float
    interval: Interval
    p_value: float
    lift_interval: Interval
    size: float | None
    level: float
    method: str

    @property
    def difference(self) -> float:
        """treatment - control"""
        return self.treatment - self.control

    @property
    def lift(self) -> float | None:
        """treatment / control - 1; None where the control is 0."""
        return self.treatment / self.control - 1 if self.control else None

    @property
    def standard_error(self) -> float:
        """Of the difference."""
        return sqrt(self.control_variance + self.treatment_variance)

    @property
    def is_sure(self) -> bool:
        """Whether the interval excludes zero."""
        return self.interval.low > 0 or self.interval.high < 0


def critical(level: float, sides: Sides = "both") -> float:
    """The normal quantile of an interval: 1.96 for 95 % on both sides, 1.64 on one.

    Raises:
        ValueError: a level outside 0..1.
    """
    if not 0 < level < 1:
        raise ValueError(f"a confidence of {level} is not between 0 and 1")
    return float(scipy.stats.norm.ppf((1 + level) / 2 if sides == "both" else level))


def bounded(estimate: float, margin: float, sides: Sides) -> Interval:
    """Estimate plus or minus a margin, on the sides that are bounded."""
    low = -inf if sides == "less" else estimate - margin
    high = inf if sides == "greater" else estimate + margin
    return Interval(low, high)


def p_of(statistic: float, sides: Sides, degrees: float = inf) -> float:
    """The p-value of a z (or, with degrees of freedom, t) statistic; 1 for one that is no number.

    Args:
        sides: "greater" rejects for large statistics.
    """
    if statistic != statistic:
        return 1.0
    law = scipy.stats.norm if degrees == inf else scipy.stats.t(degrees)
    match sides:
        case "both":
            return float(2 * law.sf(abs(statistic)))
        case "greater":
            return float(law.sf(statistic))
        case _:
            return float(law.cdf(statistic))


def fieller(
    control: float,
    control_variance: float,
    treatment: float,
    treatment_variance: float,
    margin: float,
    *,
    covariance: float = 0.0,
    sides: Sides = "both",
) -> Interval:
    """Interval of treatment / control - 1 by Fieller's theorem.

    Paper: Fieller, "Some problems in interval estimation", JRSS B 1954.

    Args:
        control_variance, treatment_variance, covariance: of the two estimates.
        margin: the critical value, as 1.96.
        sides: which ends are bounded.
    """
    if control == 0:
        return Interval(-inf, inf)
    doubt = margin**2 * control_variance / control**2
    if not doubt < 1:
        return Interval(-inf, inf)
    quotient = treatment / control
    slope = quotient - doubt * (covariance / control_variance if control_variance else 0.0)
    spread = (
        treatment_variance
        - 2 * quotient * covariance
        + quotient**2 * control_variance
        - doubt * _residual(treatment_variance, control_variance, covariance)
    )
    half = margin * sqrt(max(spread, 0.0)) / abs(control)
    return bounded(slope / (1 - doubt) - 1, half / (1 - doubt), sides)


def _residual(treatment: float, control: float, covariance: float) -> float:
    return treatment - covariance**2 / control if control else treatment
