"""Which statistic a metric gets: by its kind, its past, and whether one looks all the time."""

from math import inf
from typing import Final

from omakase.experiments.plan import ExperimentPlan, Measurement, Metric
from omakase.stats import adjustment, means, rates
from omakase.stats.effects import Effect, Interval
from omakase.stats.moments import Moments, PairMoments
from omakase.stats.power import Design, needed_units
from omakase.stats.sequential import anytime, cautious, conversions, normal_enough

LOW_RATE: Final = 0.2
"""Base rate below which the exact sequence of conversions is used: it wastes little there."""
LEAST_FRACTION: Final = 1e-6


def measured_effect(
    plan: ExperimentPlan,
    metric: Metric,
    control: Measurement,
    treatment: Measurement,
    *,
    share: float = 0.5,
    fraction: float = 1.0,
) -> Effect:
    """The effect of one variant on one metric, as the plan wants to look at it.

    Args:
        share: of the two variants' traffic that the assignment gives to the treatment.
        fraction: of the planned sample that is there.

    Raises:
        ValueError: a measurement that does not fit the kind of its metric.
    """
    if plan.looking == "fixed":
        return _at_horizon(metric, control, treatment, plan.level)
    if metric.kind == "rate" and isinstance(control, Moments) and isinstance(treatment, Moments):
        pooled = (control.total + treatment.total) / max(control.count + treatment.count, 1)
        base = pooled if metric.base is None else metric.base
        if base < LOW_RATE:
            planned = max(base, 1e-6) * plan.target / max(1 - share, 1e-6)
            return conversions(control, treatment, share=share, planned=planned, level=plan.level)
    effect = _at_horizon(metric, control, treatment, plan.level)
    sides = [side if isinstance(side, Moments) else side.numerator for side in (control, treatment)]
    if not normal_enough(*sides, is_rate=metric.kind == "rate"):
        return _unknown(effect)
    careful = cautious(effect, control.count, treatment.count)
    return anytime(careful, max(fraction, LEAST_FRACTION))


def fraction_of(plan: ExperimentPlan, units: float) -> float:
    """Of the planned units of two variants."""
    return units / (2 * plan.target)


def needed_for(
    plan: ExperimentPlan, metric: Metric, control: Measurement, comparisons: int
) -> float:
    """Units a variant that find the least lift with a power of 80 %; infinite where unknown."""
    mean, variance = _unit(metric, control)
    if not mean or not variance:
        return inf
    design = Design(
        variance,
        variance,
        variance,
        abs(mean) * plan.least_lift,
        level=plan.level,
        comparisons=max(comparisons, 1),
        peeking=plan.looking == "anytime",
    )
    return needed_units(design) / 2


def _at_horizon(
    metric: Metric, control: Measurement, treatment: Measurement, level: float
) -> Effect:
    match metric.kind, control, treatment:
        case "rate", Moments(), Moments():
            return rates.two_proportions(control, treatment, level=level)
        case "mean", Moments(), Moments():
            return means.welch(control, treatment, level=level)
        case "mean", PairMoments(), PairMoments():
            return adjustment.cuped(control, treatment, level=level).effect
        case "ratio", PairMoments(), PairMoments():
            return means.ratio(control, treatment, level=level)
    raise ValueError(f"the figures of {metric.name!r} are not those of a {metric.kind}")


def _unknown(effect: Effect) -> Effect:
    everything = Interval(-inf, inf)
    return Effect(
        control=effect.control,
        treatment=effect.treatment,
        control_variance=effect.control_variance,
        treatment_variance=effect.treatment_variance,
        interval=everything,
        p_value=1.0,
        lift_interval=everything,
        size=effect.size,
        level=effect.level,
        method=f"{effect.method}_sequence",
    )


def _unit(metric: Metric, side: Measurement) -> tuple[float, float]:
    """Mean of the metric, and variance of one unit's part in it."""
    if isinstance(side, Moments):
        return side.mean, side.variance
    if metric.kind == "ratio":
        effect = means.ratio(side, side)
        return effect.control, effect.control_variance * side.count
    unexplained = 1 - adjustment.correlation(side) ** 2
    return side.numerator.mean, side.numerator.variance * unexplained
