"""From counts and sums to effects, checks and a state: all that a verdict is written from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from omakase.experiments.measured import fraction_of, measured_effect, needed_for
from omakase.experiments.plan import ExperimentPlan, Metric, Role, VariantFigures
from omakase.stats.effects import Effect
from omakase.stats.guardrails import Safety, check_guardrail
from omakase.stats.multiple import Correction, adjusted_p_values
from omakase.stats.sample_ratio import SampleRatio, sample_ratio, sample_ratio_sequence

State = Literal[
    "mismatch", "harmful", "winner", "worse", "equal", "running", "too_early", "undecided"
]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One variant against the control, by one metric.

    Attributes:
        metric, variant: their names.
        role: of the metric.
        effect: with the interval of this one comparison.
        adjusted_p: the p-value that allows for all comparisons of its role.
        better: True or False where that is sure after adjustment, None where it is open.
        safety: of a guardrail; None of other metrics.
        needed: units a variant that find the plan's least lift with a power of 80 %.
    """

    metric: str
    variant: str
    role: Role
    effect: Effect
    adjusted_p: float
    better: bool | None
    safety: Safety | None
    needed: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """Where an experiment stands.

    Attributes:
        state: mismatch (people came in other shares than planned: believe nothing), harmful (a
            guardrail of the best variant is broken), winner, worse (every variant is surely worse
            than the control), equal (at the target, and no lift that matters is possible),
            running, too_early (a fixed horizon not reached), undecided (the target is reached and
            it is still open).
        leader: the variant that is best so far; it has won where the state is winner.
        progress: from 0 to 1, of the target, by the variant that has the fewest units.
        days_left: at the pace so far; None where it cannot be told.
        comparisons: every variant but the control, by every metric.
        ratio: the check of the split.
    """

    state: State
    leader: str
    progress: float
    days_left: float | None
    comparisons: tuple[Comparison, ...]
    ratio: SampleRatio

    def of(self, metric: str, variant: str) -> Comparison:
        """One comparison.

        Raises:
            KeyError: there is none.
        """
        for comparison in self.comparisons:
            if (comparison.metric, comparison.variant) == (metric, variant):
                return comparison
        raise KeyError(f"no comparison of {variant!r} by {metric!r}")


def analyse(
    plan: ExperimentPlan, figures: Sequence[VariantFigures], *, days: float | None = None
) -> Analysis:
    """Where an experiment stands.

    Args:
        figures: of every variant of the plan, so far.
        days: since the start, for the days left.

    Raises:
        ValueError: a variant or a measurement of the plan is missing.
    """
    by_name = _complete(plan, figures)
    comparisons = _compare(plan, by_name)
    counts = [by_name[name].units for name in plan.shares]
    check = sample_ratio_sequence if plan.looking == "anytime" else sample_ratio
    ratio = check(counts, list(plan.shares.values()))
    progress = min(min(counts) / plan.target, 1.0)
    leader = _leader(plan, comparisons)
    return Analysis(
        state=_state(plan, comparisons, leader, progress, ratio),
        leader=leader,
        progress=progress,
        days_left=_days_left(plan, min(counts), days),
        comparisons=comparisons,
        ratio=ratio,
    )


def _complete(
    plan: ExperimentPlan, figures: Sequence[VariantFigures]
) -> Mapping[str, VariantFigures]:
    by_name = {figure.name: figure for figure in figures}
    for name in plan.shares:
        if name not in by_name:
            raise ValueError(f"no figures of variant {name!r}")
        for metric in plan.metrics:
            if metric.name not in by_name[name].measurements:
                raise ValueError(f"no figures of {metric.name!r} for variant {name!r}")
    return by_name


def _compare(plan: ExperimentPlan, by_name: Mapping[str, VariantFigures]) -> tuple[Comparison, ...]:
    roles: tuple[tuple[Role, Correction], ...] = (
        ("primary", plan.correction),
        ("secondary", plan.correction),
        ("guardrail", "none"),
    )
    return tuple(
        comparison
        for role, correction in roles
        for comparison in _of_role(plan, by_name, role, correction)
    )


def _of_role(
    plan: ExperimentPlan,
    by_name: Mapping[str, VariantFigures],
    role: Role,
    correction: Correction,
) -> list[Comparison]:
    metrics = [metric for metric in plan.metrics if metric.role == role]
    pairs = [(m, v) for m in metrics for v in plan.shares if v != plan.control]
    effects = [_effect(plan, by_name, metric, variant) for metric, variant in pairs]
    p_values = adjusted_p_values([effect.p_value for effect in effects], correction)
    control = by_name[plan.control]
    return [
        Comparison(
            metric=metric.name,
            variant=variant,
            role=role,
            effect=effect,
            adjusted_p=p_value,
            better=_better(effect, p_value, metric, plan.level),
            safety=check_guardrail(effect, metric.tolerance, metric.direction)
            if role == "guardrail"
            else None,
            needed=needed_for(plan, metric, control.measurements[metric.name], len(pairs)),
        )
        for (metric, variant), effect, p_value in zip(pairs, effects, p_values, strict=True)
    ]


def _effect(
    plan: ExperimentPlan, by_name: Mapping[str, VariantFigures], metric: Metric, variant: str
) -> Effect:
    control, treatment = by_name[plan.control], by_name[variant]
    return measured_effect(
        plan,
        metric,
        control.measurements[metric.name],
        treatment.measurements[metric.name],
        share=plan.shares[variant] / (plan.shares[variant] + plan.shares[plan.control]),
        fraction=fraction_of(plan, control.units + treatment.units),
    )


def _better(effect: Effect, p_value: float, metric: Metric, level: float) -> bool | None:
    if not p_value < 1 - level or effect.difference == 0:
        return None
    return (effect.difference > 0) == (metric.direction == "higher")


def _primary(plan: ExperimentPlan) -> Metric:
    return next(metric for metric in plan.metrics if metric.role == "primary")


def _gain(effect: Effect, metric: Metric) -> float:
    return effect.difference if metric.direction == "higher" else -effect.difference


def _leader(plan: ExperimentPlan, comparisons: Sequence[Comparison]) -> str:
    """By the first primary metric."""
    metric = _primary(plan)
    gains = {c.variant: _gain(c.effect, metric) for c in comparisons if c.metric == metric.name}
    best = max(gains, key=lambda variant: gains[variant])
    return best if gains[best] > 0 else plan.control


def _state(
    plan: ExperimentPlan,
    comparisons: Sequence[Comparison],
    leader: str,
    progress: float,
    ratio: SampleRatio,
) -> State:
    metric = _primary(plan)
    comparisons_of_metric = [c for c in comparisons if c.metric == metric.name]
    if ratio.alarm:
        return "mismatch"
    if any(c.safety == "harmed" for c in comparisons if c.variant == leader):
        return "harmful"
    if plan.looking == "fixed" and progress < 1:
        return "too_early"
    if any(c.better for c in comparisons_of_metric if c.variant == leader):
        return "winner"
    if all(c.better is False for c in comparisons_of_metric):
        return "worse"
    if progress < 1:
        return "running"
    return (
        "equal"
        if all(_within(c.effect, plan.least_lift) for c in comparisons_of_metric)
        else "undecided"
    )


def _within(effect: Effect, least: float) -> bool:
    return -least < effect.lift_interval.low and effect.lift_interval.high < least


def _days_left(plan: ExperimentPlan, fewest: float, days: float | None) -> float | None:
    if fewest >= plan.target:
        return 0.0
    if not days or not fewest:
        return None
    days_left = (plan.target - fewest) / (fewest / days)
    return days_left if days_left < inf else None
