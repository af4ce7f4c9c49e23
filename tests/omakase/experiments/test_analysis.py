"""Where an experiment stands."""

import numpy as np
import pytest

from omakase.experiments.analysis import analyse
from omakase.experiments.plan import ExperimentPlan, Metric, VariantFigures
from omakase.stats.moments import Moments

CLICKS, SECONDS = Metric("clicks"), Metric("seconds", "mean", "guardrail", "lower")


def plan(**fields):
    given = {"shares": {"now": 0.5, "new": 0.5}, "metrics": (CLICKS,), "target": 10_000, **fields}
    return ExperimentPlan(**given)


def figures(units, **clicks):
    return [
        VariantFigures(name, units, {"clicks": Moments.of_rate(wins, units)})
        for name, wins in clicks.items()
    ]


@pytest.mark.parametrize(
    ("units", "now", "new", "state", "leader"),
    [
        (9000, 500, 700, "winner", "new"),
        (9000, 700, 500, "worse", "now"),
        (9000, 500, 510, "running", "new"),
        (10_000, 500, 510, "undecided", "new"),
        (10_000, 5000, 5001, "equal", "new"),
    ],
)
def test_state_follows_the_evidence(units, now, new, state, leader):
    analysis = analyse(plan(least_lift=0.1), figures(units, now=now, new=new))
    assert (analysis.state, analysis.leader) == (state, leader)
    assert analysis.progress == units / 10_000


def test_fixed_horizon_is_not_judged_before_its_sample_is_there():
    fixed = plan(looking="fixed")
    assert analyse(fixed, figures(9000, now=500, new=700)).state == "too_early"
    assert analyse(fixed, figures(10_000, now=500, new=700)).state == "winner"


def test_mismatch_of_the_split_comes_before_all_else():
    sides = [*figures(9000, now=500), *figures(10_000, new=900)]
    analysis = analyse(plan(), sides)
    assert analysis.state == "mismatch"
    assert analysis.ratio.alarm


def slow(name, wins, seconds):
    clicks = Moments.of_rate(wins, 10_000)
    return VariantFigures(
        name, 10_000, {"clicks": clicks, "seconds": Moments.of_summary(10_000, seconds, 0.01)}
    )


@pytest.mark.parametrize(
    ("seconds", "state", "safety"), [(1.2, "harmful", "harmed"), (1.0, "winner", "safe")]
)
def test_guardrail_stops_a_winner(seconds, state, safety):
    guarded = plan(metrics=(CLICKS, SECONDS))
    analysis = analyse(guarded, [slow("now", 500, 1.0), slow("new", 700, seconds)])
    assert analysis.state == state
    assert analysis.of("seconds", "new").safety == safety
    assert analysis.of("clicks", "new").better is True
    assert analysis.of("clicks", "new").safety is None
    with pytest.raises(KeyError, match="newest"):
        analysis.of("clicks", "newest")


def test_metric_that_is_better_lower_is_led_by_the_lowest():
    churn = plan(metrics=(Metric("clicks", direction="lower"),))
    analysis = analyse(churn, figures(9000, now=700, new=500))
    assert (analysis.state, analysis.leader) == ("winner", "new")


def test_comparisons_of_many_variants_are_corrected():
    shares = {"now": 0.25, "b": 0.25, "c": 0.25, "d": 0.25}
    sides = figures(5000, now=500, b=600, c=520, d=480)
    analysis = analyse(plan(shares=shares), sides)
    plain = analyse(plan(shares=shares, correction="none"), sides)
    for variant in "bcd":
        mine, theirs = analysis.of("clicks", variant), plain.of("clicks", variant)
        assert mine.adjusted_p >= theirs.adjusted_p == theirs.effect.p_value
    assert analysis.of("clicks", "b").adjusted_p == pytest.approx(
        3 * plain.of("clicks", "b").adjusted_p
    )


@pytest.mark.parametrize(("days", "left"), [(None, None), (5, 5.0)])
def test_days_left_are_told_by_the_pace(days, left):
    assert analyse(plan(), figures(5000, now=50, new=50), days=days).days_left == left
    assert analyse(plan(), figures(10_000, now=50, new=50), days=days).days_left == 0


def test_figures_that_lack_a_variant_or_metric_are_refused():
    with pytest.raises(ValueError, match="'new'"):
        analyse(plan(), figures(10, now=1))
    with pytest.raises(ValueError, match="'clicks'"):
        analyse(plan(), [VariantFigures(name, 1, {}) for name in ("now", "new")])


def test_analysis_of_nobody_is_running():
    analysis = analyse(plan(), figures(0, now=0, new=0))
    assert (analysis.state, analysis.progress, analysis.leader) == ("running", 0, "now")


def test_analysis_every_day_raises_few_false_alarms():
    rng, alarms, fixed = np.random.default_rng(2), 0, 0
    for _ in range(150):
        wins = rng.binomial(500, 0.05, (2, 14)).cumsum(axis=1)
        looks = [
            figures(500 * (d + 1), now=int(wins[0, d]), new=int(wins[1, d])) for d in range(14)
        ]
        sure = [analyse(plan(target=7000), look) for look in looks]
        alarms += any(a.of("clicks", "new").better is not None for a in sure)
        naive = [analyse(plan(target=7000, looking="fixed"), look) for look in looks]
        fixed += any(a.of("clicks", "new").better is not None for a in naive)
    assert alarms / 150 <= 0.05 < 0.12 < fixed / 150
