"""Where an experiment stands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(["anytime", "fixed"]))
def test_analysis_of_exchanged_variants_has_the_mirrored_difference(now, new, looking):
    one = analyse(plan(looking=looking), figures(10_000, now=now, new=new))
    other = analyse(plan(looking=looking), figures(10_000, now=new, new=now))
    first, second = one.of("clicks", "new"), other.of("clicks", "new")
    assert first.effect.difference == pytest.approx(-second.effect.difference)
    assert first.adjusted_p == pytest.approx(second.adjusted_p, abs=1e-9)
    if first.better is not None:
        assert second.better is (not first.better)
    assert one.leader == ("new" if new > now else "now")


@given(st.integers(0, 9_999), st.integers(0, 9_999), st.integers(1, 10_000))
def test_analysis_state_agrees_with_its_comparison(now, new, units):
    analysis = analyse(plan(), figures(units, now=min(now, units), new=min(new, units)))
    comparison = analysis.of("clicks", "new")
    if analysis.state == "winner":
        assert comparison.better is True and analysis.leader == "new"
    if analysis.state == "worse":
        assert comparison.better is False and analysis.leader == "now"
    if analysis.state in ("equal", "undecided"):
        assert analysis.progress == 1
    if analysis.state == "running":
        assert analysis.progress < 1 and comparison.better is None
    assert 0 <= analysis.progress <= 1
    assert (analysis.days_left == 0) is (units >= 10_000) or analysis.days_left is None


def test_analysis_of_a_secondary_metric_decides_nothing():
    both = plan(metrics=(CLICKS, Metric("other", role="secondary")))
    sides = [
        VariantFigures(
            name, 9000, {"clicks": Moments.of_rate(500, 9000), "other": Moments.of_rate(wins, 9000)}
        )
        for name, wins in (("now", 500), ("new", 2000))
    ]
    analysis = analyse(both, sides)
    assert analysis.of("other", "new").better is True
    assert analysis.state == "running"


def test_analysis_of_a_guardrail_of_another_variant_stops_nothing():
    shares = {"now": 0.4, "good": 0.3, "slow": 0.3}
    guarded = plan(shares=shares, metrics=(CLICKS, SECONDS))
    sides = [slow("now", 500, 1.0), slow("good", 800, 1.0), slow("slow", 510, 2.0)]
    sides = [VariantFigures(s.name, round(30_000 * shares[s.name]), s.measurements) for s in sides]
    analysis = analyse(guarded, sides)
    assert analysis.of("seconds", "slow").safety == "harmed"
    assert (analysis.state, analysis.leader) == ("winner", "good")


@pytest.mark.parametrize(
    ("units", "days", "left"),
    [(5000, 5, 5.0), (2500, 5, 15.0), (1, 1, 9999.0), (10_000, 5, 0.0), (5000, 0, None),
     (0, 5, None)],
)  # fmt: skip
def test_days_left_are_those_that_the_rest_takes_at_this_pace(units, days, left):
    assert analyse(plan(), figures(units, now=0, new=0), days=days).days_left == left


def test_analysis_that_lacks_figures_says_of_what():
    with pytest.raises(ValueError, match=r"^no figures of variant 'new'$"):
        analyse(plan(), figures(10, now=1))
    with pytest.raises(ValueError, match=r"^no figures of 'clicks' for variant 'now'$"):
        analyse(plan(), [VariantFigures(name, 1, {}) for name in ("now", "new")])
    found = analyse(plan(), figures(10, now=1, new=1))
    with pytest.raises(KeyError, match="no comparison of 'new' by 'sales'"):
        found.of("sales", "new")
