"""How many units an experiment needs, and what it can see with those it has."""

from dataclasses import dataclass, replace
from math import ceil, inf, sqrt
from typing import Self

import scipy

from omakase.stats.effects import Sides, critical
from omakase.stats.sequential import sequence_margin

DAYS_MOST = 10_000
LEAST_EFFECT = 1e-12


@dataclass(frozen=True, slots=True)
class Design:
    """What an experiment of a control and a treatment is to find out.

    Attributes:
        control_variance, treatment_variance: of one unit's measurement.
        null_variance: of one unit where there is no effect (for rates the pooled one).
        effect: the least difference that is to be found, in the metric's unit; not 0.
        level: confidence.
        power: chance of finding it.
        share: of the units that the treatment gets.
        sides: of the test.
        comparisons: with the control, over variants and metrics; the level is shared by them.
        peeking: whether one looks all the time (confidence sequence), or once at the end.
    """

    control_variance: float
    treatment_variance: float
    null_variance: float
    effect: float
    level: float = 0.95
    power: float = 0.8
    share: float = 0.5
    sides: Sides = "both"
    comparisons: int = 1
    peeking: bool = False

    def __post_init__(self) -> None:
        if not self.effect:
            raise ValueError("an effect of 0 cannot be found: name the least one that matters")
        if not (0 < self.level < 1 and 0 < self.power < 1 and 0 < self.share < 1):
            raise ValueError("level, power and share lie between 0 and 1")

    @classmethod
    def of_rate(
        cls,
        rate: float,
        lift: float,
        *,
        level: float = 0.95,
        power: float = 0.8,
        share: float = 0.5,
        sides: Sides = "both",
        comparisons: int = 1,
        peeking: bool = False,
    ) -> Self:
        """Of a rate that is to grow by a relative lift.

        Raises:
            ValueError: a rate, or the rate after the lift, that is not between 0 and 1.
        """
        grown = rate * (1 + lift)
        if not (0 < rate < 1 and 0 < grown < 1):
            raise ValueError(f"rates of {rate} and {grown} are not between 0 and 1")
        pooled = (1 - share) * rate + share * grown
        return cls(
            control_variance=rate * (1 - rate),
            treatment_variance=grown * (1 - grown),
            null_variance=pooled * (1 - pooled),
            effect=grown - rate,
            level=level,
            power=power,
            share=share,
            sides=sides,
            comparisons=comparisons,
            peeking=peeking,
        )

    @classmethod
    def of_mean(
        cls,
        mean: float,
        standard_deviation: float,
        lift: float,
        *,
        correlation: float = 0.0,
        level: float = 0.95,
        power: float = 0.8,
        share: float = 0.5,
        sides: Sides = "both",
        comparisons: int = 1,
        peeking: bool = False,
    ) -> Self:
        """Of a mean that is to grow by a relative lift.

        Args:
            correlation: with a covariate from before, for CUPED.
        """
        variance = standard_deviation**2 * (1 - correlation**2)
        return cls(
            variance,
            variance,
            variance,
            mean * lift,
            level,
            power,
            share,
            sides,
            comparisons,
            peeking,
        )


def needed_units(design: Design) -> int:
    """Units of both variants together."""
    reach, luck = _margin(design), float(scipy.stats.norm.ppf(design.power))
    return ceil(((reach * _test_spread(design) + luck * _spread(design)) / abs(design.effect)) ** 2)


def power_of(design: Design, units: float) -> float:
    """The chance of finding the effect with so many units of both variants together.

    Of a sequence, the chance at that last look; earlier looks may find it sooner.
    """
    if units <= 0:
        return 0.0
    edge = _margin(design) * _test_spread(design) / sqrt(units)
    error = _spread(design) / sqrt(units)
    if not error:
        return 1.0
    return float(scipy.stats.norm.sf((edge - abs(design.effect)) / error))


def detectable_effect(design: Design, units: float) -> float:
    """The least difference that so many units find with the design's power, its variances kept.

    It is 0 where measurements never differ, and where chance alone finds something so often.
    """

    def missing(effect: float) -> float:
        return power_of(replace(design, effect=effect), units) - design.power

    if units <= 0:
        return inf
    if missing(LEAST_EFFECT) >= 0:
        return 0.0
    top = 1e-9 + 20 * (_spread(design) + sqrt(design.null_variance)) / sqrt(units)
    return float(
        scipy.optimize.brentq(missing, LEAST_EFFECT, top / min(design.share, 1 - design.share))
    )


def progress(units: float, needed: float) -> float:
    """Share of the needed units that is there, at most 1."""
    return min(units / needed, 1.0) if needed > 0 else 1.0


def days_left(units: float, needed: float, units_a_day: float) -> int | None:
    """Whole days until the needed units are there; None where too few come."""
    if units >= needed:
        return 0
    if units_a_day <= 0 or (needed - units) / units_a_day > DAYS_MOST:
        return None
    return ceil((needed - units) / units_a_day)


def _margin(design: Design) -> float:
    level = 1 - (1 - design.level) / design.comparisons
    if design.peeking:
        return sequence_margin(1.0, level, design.sides)
    return critical(level, design.sides)


def _spread(design: Design) -> float:
    """Of the difference, times the root of the units."""
    share = design.share
    return sqrt(design.control_variance / (1 - share) + design.treatment_variance / share)


def _test_spread(design: Design) -> float:
    """As `_spread`, the one that the test reckons with: sequences do not pool."""
    share = design.share
    return _spread(design) if design.peeking else sqrt(design.null_variance / (share * (1 - share)))
