"""The only door of this app to the engine. Plain Python on this side, arrays on the other."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from omakase.experiments.analysis import Comparison, analyse
from omakase.experiments.assignment import Assignment, Slot, Variant, free_slot
from omakase.experiments.effect_plot import EffectLine, EffectMark, effect_svg
from omakase.experiments.plan import ExperimentPlan, Measurement, Metric, VariantFigures
from omakase.experiments.verdict import verdict
from omakase.explain.templates import Language
from omakase.stats.moments import Moments, PairMoments
from omakase_service.experiments.contracts import (
    ComparisonOut,
    DaySums,
    EffectPoint,
    ExperimentCard,
    ExperimentDesign,
    ExperimentMetric,
    ExperimentResults,
    MetricSums,
    VariantSums,
)

ENDLESS = 1e300
Part = tuple[float, float]
"""Start and end within a layer."""


def check_design(name: str, design: ExperimentDesign) -> None:
    """That it can be assigned and analysed.

    Raises:
        ValueError: what is wrong, in words.
    """
    plan_of(design)
    _assignment(name, design, 0.0)


def variant_of(card: ExperimentCard, unit_id: str) -> str | None:
    """Whose variant somebody gets; None where they take no part. Microseconds, no database."""
    return _assignment(card.name, card.design, card.layer_start).variant(unit_id)


def free_part(layer: str, occupied: Sequence[Part], share: float) -> float:
    """Where the first free part of a layer begins.

    Raises:
        ValueError: there is none so wide.
    """
    return free_slot(layer, [Slot(layer, *part) for part in occupied], share).start


def results(
    card: ExperimentCard,
    sums: Sequence[VariantSums],
    *,
    days: float | None,
    language: Language,
) -> ExperimentResults:
    """Where an experiment stands, in figures and words."""
    plan = plan_of(card.design)
    analysis = analyse(plan, _figures(card.design, sums), days=days)
    units = {figures.variant: figures.units for figures in sums}
    words = verdict(plan, analysis, units, language)
    return ExperimentResults(
        name=card.name,
        state=analysis.state,
        leader=analysis.leader,
        progress=analysis.progress,
        days_left=analysis.days_left,
        units=units,
        ratio_p=analysis.ratio.p_value,
        comparisons=tuple(map(_comparison, analysis.comparisons)),
        verdict=(words.headline, words.progress, words.change),
    )


def effect_points(card: ExperimentCard, days: Sequence[DaySums]) -> tuple[EffectPoint, ...]:
    """How each comparison stood at the end of each day."""
    plan = plan_of(card.design)
    points = []
    for number, day in enumerate(days, start=1):
        analysis = analyse(plan, _figures(card.design, day.variants), days=float(number))
        points += [_effect_point(day.day, comparison) for comparison in analysis.comparisons]
    return tuple(points)


def _effect_point(day: date, comparison: Comparison) -> EffectPoint:
    effect = comparison.effect
    ends = (_finite(effect.lift_interval.low), _finite(effect.lift_interval.high))
    return EffectPoint(day, comparison.metric, comparison.variant, effect.lift, *ends)


def effect_plot(name: str, points: Sequence[EffectPoint], *, language: Language) -> str:
    """An SVG of the effect over time; one metric's points, of any variants."""
    lines = [
        EffectLine(
            variant,
            tuple(
                EffectMark(point.day, point.lift, point.low, point.high)
                for point in points
                if point.variant == variant and point.lift is not None
            ),
        )
        for variant in dict.fromkeys(point.variant for point in points)
    ]
    return effect_svg(name, lines, language=language)


def plan_of(design: ExperimentDesign) -> ExperimentPlan:
    """The same in the engine's words.

    Raises:
        ValueError: it makes no sense.
    """
    return ExperimentPlan(
        shares={variant.name: variant.weight for variant in design.variants},
        metrics=tuple(
            Metric(m.name, m.kind, m.role, m.direction, m.tolerance) for m in design.metrics
        ),
        target=design.target,
        days=design.days,
        level=design.level,
        least_lift=design.least_lift,
        looking=design.looking,
    )


def _figures(design: ExperimentDesign, sums: Sequence[VariantSums]) -> list[VariantFigures]:
    return [
        VariantFigures(
            figures.variant,
            figures.units,
            {
                m.name: _measurement(m, figures.units, figures.metrics.get(m.name))
                for m in design.metrics
            },
        )
        for figures in sums
    ]


def _measurement(metric: ExperimentMetric, units: int, sums: MetricSums | None) -> Measurement:
    """Whoever did nothing counts as 0."""
    metric_sums = MetricSums() if sums is None else sums
    if metric.kind == "ratio":
        return PairMoments(
            float(units),
            metric_sums.first,
            metric_sums.second,
            metric_sums.first_squares,
            metric_sums.second_squares,
            metric_sums.products,
        )
    return Moments(float(units), metric_sums.first, metric_sums.first_squares)


def _comparison(found: Comparison) -> ComparisonOut:
    effect = found.effect
    return ComparisonOut(
        metric=found.metric,
        variant=found.variant,
        role=found.role,
        control_mean=effect.control,
        treatment_mean=effect.treatment,
        lift=effect.lift,
        lift_low=_finite(effect.lift_interval.low),
        lift_high=_finite(effect.lift_interval.high),
        p_value=found.adjusted_p,
        better=found.better,
        safety=found.safety,
        needed=_finite(found.needed),
    )


def _finite(number: float) -> float | None:
    return number if abs(number) < ENDLESS else None


def _assignment(name: str, design: ExperimentDesign, layer_start: float) -> Assignment:
    slot = None
    if design.layer:
        slot = Slot(design.layer, layer_start, min(layer_start + design.layer_share, 1.0))
    return _built(
        name,
        tuple((variant.name, variant.weight) for variant in design.variants),
        design.traffic,
        slot,
    )


@lru_cache(maxsize=256)
def _built(
    name: str, weights: tuple[tuple[str, float], ...], traffic: float, slot: Slot | None
) -> Assignment:
    """Kept, because a request asks for it each time."""
    return Assignment(name, tuple(Variant(*weight) for weight in weights), traffic, slot)
