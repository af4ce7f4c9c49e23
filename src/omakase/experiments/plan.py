"""What an experiment is to find out, fixed before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from omakase.stats.guardrails import Direction
from omakase.stats.moments import Moments, PairMoments
from omakase.stats.multiple import Correction

Kind = Literal["rate", "mean", "ratio"]
Role = Literal["primary", "secondary", "guardrail"]
Looking = Literal["anytime", "fixed"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that is measured.

    Attributes:
        name: unique within its experiment.
        kind: rate (a unit did it or not), mean (a number a unit), ratio (two numbers a unit, as
            clicks and lists shown).
        role: primary decides; secondary informs; a guardrail must not get worse.
        direction: which way is better.
        tolerance: of a guardrail: relative loss that is accepted.
        base: of a rate, the control's as expected; decides which sequence is used. None: as seen.
    """

    name: str
    kind: Kind = "rate"
    role: Role = "primary"
    direction: Direction = "higher"
    tolerance: float = 0.02
    base: float | None = None


@dataclass(frozen=True, slots=True)
class ExperimentPlan:
    """What is compared, and when it is enough.

    Attributes:
        shares: variant to its share of those who take part; the first is the control.
        metrics: at least one of them primary.
        target: units wanted a variant.
        days: planned length.
        level: confidence.
        least_lift: least relative change of a primary metric that matters.
        looking: anytime: one may look and stop whenever one likes; fixed: once, at the target.
        correction: over variants and metrics of one role.
    """

    shares: Mapping[str, float]
    metrics: tuple[Metric, ...]
    target: int = 1000
    days: float = 14.0
    level: float = 0.95
    least_lift: float = 0.05
    looking: Looking = "anytime"
    correction: Correction = "holm"

    def __post_init__(self) -> None:
        if len(self.shares) < 2:
            raise ValueError("an experiment compares at least two variants")
        if not any(metric.role == "primary" for metric in self.metrics):
            raise ValueError("an experiment needs a primary metric, by which it is decided")
        if len({metric.name for metric in self.metrics}) < len(self.metrics):
            raise ValueError("two metrics share a name")
        if not (self.target >= 2 and self.least_lift > 0 and self.days > 0):
            raise ValueError("target, days and the least lift must be above 0")

    @property
    def control(self) -> str:
        """The variant that the others are held against."""
        return next(iter(self.shares))


Measurement = Moments | PairMoments
"""Of a rate: `Moments.of_rate`. Of a mean: `Moments`, or `PairMoments` with the same units' past
(then CUPED narrows the interval). Of a ratio: `PairMoments` of numerator and denominator."""


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """What was measured of one variant so far; those of two days add up.

    Attributes:
        name: of the variant.
        units: exposed.
        measurements: metric to its counts and sums over the exposed units.
    """

    name: str
    units: int
    measurements: Mapping[str, Measurement]
