"""Values of the app: what an experiment is, and how it stands. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from omakase_settings import Placement

ExperimentKind = Literal["algorithm", "parameters", "strategy", "placement", "ui"]
MetricKind = Literal["rate", "mean", "ratio"]
MetricRole = Literal["primary", "secondary", "guardrail"]

AS_USUAL = Placement()
"""What a variant holds that changes nothing."""


class ExperimentState(StrEnum):
    """State of an experiment. From completed there is no way back: begin a new one."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class ExperimentVariant:
    """One of the things compared.

    Attributes:
        name: unique within its experiment.
        weight: share of those who take part; all add up to 1.
        placement: what holds for its people; the control's may say nothing.
    """

    name: str
    weight: float
    placement: Placement = AS_USUAL


@dataclass(frozen=True, slots=True)
class ExperimentMetric:
    """One thing that is measured.

    Attributes:
        direction: which way is better.
        tolerance: of a guardrail: relative loss that is accepted.
    """

    name: str
    kind: MetricKind = "rate"
    role: MetricRole = "primary"
    direction: Literal["higher", "lower"] = "higher"
    tolerance: float = 0.02


@dataclass(frozen=True, slots=True)
class ExperimentDesign:
    """What an experiment is to find out.

    Attributes:
        place: name of the placement whose people take part.
        variants: the control first.
        metrics: at least one of them primary.
        traffic: share of the people who take part.
        layer: experiments of one layer exclude each other; "" for none.
        layer_share: part of the layer that it occupies.
        target: units wanted a variant.
        days: planned length.
        least_lift: least relative change of a primary metric that matters.
    """

    place: str
    variants: tuple[ExperimentVariant, ...]
    metrics: tuple[ExperimentMetric, ...]
    kind: ExperimentKind = "placement"
    unit: Literal["user", "session"] = "user"
    traffic: float = 1.0
    layer: str = ""
    layer_share: float = 1.0
    target: int = 1000
    days: float = 14.0
    level: float = 0.95
    least_lift: float = 0.05
    looking: Literal["anytime", "fixed"] = "anytime"


@dataclass(frozen=True, slots=True)
class ExperimentCard:
    """An experiment as it is stored.

    Attributes:
        layer_start: where its part of the layer begins.
        winner: the variant that it ended with; "" where none was chosen.
    """

    name: str
    state: ExperimentState
    design: ExperimentDesign
    layer_start: float
    created: datetime
    started: datetime | None
    ended: datetime | None
    winner: str


@dataclass(frozen=True, slots=True)
class AssignedVariant:
    """What somebody gets by an experiment."""

    experiment: str
    variant: str
    placement: Placement


@dataclass(frozen=True, slots=True)
class ExposureIn:
    """Somebody saw a list of an experiment.

    Attributes:
        unit_id: the user or session that was assigned.
        session_id: in which; "" where it is not known.
        time: Unix seconds.
    """

    experiment: str
    variant: str
    unit_id: str
    time: int
    user_id: str = ""
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class MeasurementIn:
    """What somebody exposed did, to be added to what they did before.

    Attributes:
        amount: 1 for a rate; the number for a mean; the numerator of a ratio.
        base: denominator of a ratio.
        time: Unix seconds; says to which day it counts.
    """

    experiment: str
    unit_id: str
    metric: str
    amount: float
    base: float = 0.0
    time: int = 0


@dataclass(frozen=True, slots=True)
class MetricSums:
    """Counts and sums of one metric over the exposed units of one variant."""

    first: float = 0.0
    second: float = 0.0
    first_squares: float = 0.0
    second_squares: float = 0.0
    products: float = 0.0


@dataclass(frozen=True, slots=True)
class VariantSums:
    """What was measured of one variant.

    Attributes:
        units: exposed.
        metrics: by name; one that is missing was never measured.
    """

    variant: str
    units: int
    metrics: Mapping[str, MetricSums]


@dataclass(frozen=True, slots=True)
class DaySums:
    """Counts and sums of every variant, from the start to the end of a day."""

    day: date
    variants: tuple[VariantSums, ...]


@dataclass(frozen=True, slots=True)
class EffectPoint:
    """The lift of a variant by a metric as it stood at the end of a day.

    Attributes:
        lift: relative to the control; None where nothing was measured of it.
        low, high: ends of the interval; None where nothing bounds it.
    """

    day: date
    metric: str
    variant: str
    lift: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ComparisonOut:
    """One variant against the control by one metric; an end that nothing bounds is None."""

    metric: str
    variant: str
    role: MetricRole
    control_mean: float
    treatment_mean: float
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    p_value: float
    better: bool | None
    safety: str | None
    needed: float | None


@dataclass(frozen=True, slots=True)
class ExperimentResults:
    """Where an experiment stands.

    Attributes:
        units: variant to its exposed units.
        state: as `omakase.experiments.analysis` names it.
        ratio_p: p-value of "the shares are the planned ones".
        verdict: in plain words: what is so, how far it is, what would change it.
        effects: how each comparison stood at the end of each day, the oldest first.
    """

    name: str
    state: str
    leader: str
    progress: float
    days_left: float | None
    units: Mapping[str, int]
    ratio_p: float
    comparisons: tuple[ComparisonOut, ...]
    verdict: tuple[str, str, str]
    effects: tuple[EffectPoint, ...] = ()
