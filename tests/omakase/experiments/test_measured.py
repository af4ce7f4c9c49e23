"""Which statistic a metric gets."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.experiments.measured import fraction_of, measured_effect, needed_for
from omakase.experiments.plan import ExperimentPlan, Metric
from omakase.stats.moments import Moments, PairMoments
from omakase.stats.power import Design, needed_units
from omakase.stats.rates import two_proportions

RATE = Metric("clicks")
RNG = np.random.default_rng(1)
NUMBERS = Moments.of(RNG.normal(5, 1, 300))
PAIRS = PairMoments.of(RNG.normal(5, 1, 300), RNG.normal(5, 1, 300))


def plan(metric=RATE, **fields):
    return ExperimentPlan({"a": 0.5, "b": 0.5}, (metric,), **fields)


def method(metric, figures, **fields):
    return measured_effect(plan(metric, **fields), metric, figures, figures).method


@pytest.mark.parametrize(
    ("metric", "figures", "looking", "expected"),
    [
        (RATE, Moments.of_rate(20, 1000), "anytime", "conversions_sequence"),
        (RATE, Moments.of_rate(400, 1000), "anytime", "two_proportions_sequence"),
        (Metric("c", base=0.01), Moments.of_rate(400, 1000), "anytime", "conversions_sequence"),
        (RATE, Moments.of_rate(20, 1000), "fixed", "two_proportions"),
        (Metric("m", "mean"), NUMBERS, "anytime", "welch_sequence"),
        (Metric("m", "mean"), PAIRS, "anytime", "cuped_sequence"),
        (Metric("m", "mean"), PAIRS, "fixed", "cuped"),
        (Metric("r", "ratio"), PAIRS, "fixed", "ratio"),
    ],
)
def test_measured_effect_takes_the_statistic_of_its_kind(metric, figures, looking, expected):
    assert method(metric, figures, looking=looking) == expected


def test_measured_effect_of_few_people_says_nothing_while_one_looks():
    few = Moments.of(RNG.normal(5, 1, 50))
    effect = measured_effect(plan(Metric("m", "mean")), Metric("m", "mean"), few, few)
    assert (effect.interval.low, effect.interval.high, effect.p_value) == (-inf, inf, 1)


@pytest.mark.parametrize(("kind", "figures"), [("rate", PAIRS), ("ratio", NUMBERS), ("mean", None)])
def test_measured_effect_of_other_figures_is_refused(kind, figures):
    metric = Metric("m", kind)
    with pytest.raises(ValueError, match="figures of 'm'"):
        measured_effect(plan(metric, looking="fixed"), metric, figures, figures)


def test_fraction_is_of_both_variants():
    assert fraction_of(plan(target=1000), 500) == 0.25


def test_needed_for_is_the_power_calculation():
    control = Moments.of_rate(100, 1000)
    design = Design(*[control.variance] * 3, 0.1 * 0.05, comparisons=2)
    fixed = plan(looking="fixed")
    assert needed_for(fixed, RATE, control, 2) == needed_units(design) / 2
    assert needed_for(plan(), RATE, control, 2) > needed_for(fixed, RATE, control, 2)
    assert needed_for(plan(), RATE, Moments.of_rate(0, 10), 1) == inf


def test_needed_for_falls_by_the_past():
    past = RNG.normal(5, 1, 300)
    linked = PairMoments.of(past + 0.1 * RNG.normal(0, 1, 300), past)
    metric = Metric("m", "mean")
    assert needed_for(plan(metric), metric, linked, 1) < 0.05 * needed_for(
        plan(metric), metric, linked.numerator, 1
    )
    ratio = Metric("r", "ratio")
    assert 0 < needed_for(plan(ratio), ratio, PAIRS, 1) < inf


def test_measured_effect_at_a_fixed_look_is_the_plain_test():
    sides = Moments.of_rate(50, 1000), Moments.of_rate(70, 1000)
    assert measured_effect(plan(looking="fixed"), RATE, *sides) == two_proportions(*sides)


@pytest.mark.parametrize(
    ("wins", "expected"),
    [(199, "conversions_sequence"), (200, "two_proportions_sequence"),
     (201, "two_proportions_sequence"), (0, "conversions_sequence")],
)  # fmt: skip
def test_measured_effect_of_a_rate_below_a_fifth_is_exact(wins, expected):
    assert method(RATE, Moments.of_rate(wins, 1000)) == expected


@pytest.mark.parametrize("kind", ["mean", "ratio"])
def test_measured_effect_of_few_people_is_open_at_both_ends_and_knows_its_method(kind):
    few = PairMoments.of(RNG.normal(5, 1, 99), RNG.normal(5, 1, 99))
    metric = Metric("m", kind)
    effect = measured_effect(plan(metric), metric, few, few)
    assert (effect.interval.low, effect.lift_interval.high) == (-inf, inf)
    assert effect.method in ("cuped_sequence", "ratio_sequence")
    assert measured_effect(plan(metric), metric, PAIRS, PAIRS).interval.width < inf


@given(st.integers(1, 10_000), st.integers(2, 10_000))
def test_fraction_of_all_planned_units_is_one(units, target):
    assert fraction_of(plan(target=target), 2 * target) == 1
    assert fraction_of(plan(target=target), units) == units / (2 * target)


@given(st.integers(1, 999), st.integers(1, 6))
def test_needed_units_rise_with_the_comparisons_and_fall_with_the_lift(wins, comparisons):
    control = Moments.of_rate(wins, 1000)
    needed = needed_for(plan(), RATE, control, comparisons)
    assert needed_for(plan(), RATE, control, comparisons + 1) >= needed
    assert needed_for(plan(least_lift=0.1), RATE, control, comparisons) < needed
    assert needed_for(plan(), RATE, control, 0) == needed_for(plan(), RATE, control, 1)


def test_needed_for_what_never_varies_is_endless():
    assert needed_for(plan(), RATE, Moments.of_rate(10, 10), 1) == inf
    mean = Metric("m", "mean")
    assert needed_for(plan(mean), mean, Moments.of_summary(9, 5.0, 0.0), 1) == inf
    assert needed_for(plan(mean), mean, Moments.of_summary(9, 0.0, 4.0), 1) == inf
