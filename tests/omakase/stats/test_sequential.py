"""Confidence sequences."""

from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from omakase.stats.effects import Interval
from omakase.stats.means import welch
from omakase.stats.moments import Moments
from omakase.stats.rates import two_proportions
from omakase.stats.sequential import (
    anytime,
    cautious,
    conversion_evidence,
    conversions,
    evidence_of,
    information_at,
    normal_enough,
    prior_weight,
    rate_sequence,
    sequence_margin,
)

RUNS, LOOKS = 1500, 40


def paths(rng):
    """(runs, looks) z statistics of a mean without effect, at equal steps of the sample."""
    steps = rng.standard_normal((RUNS, LOOKS)).cumsum(axis=1)
    return steps / np.sqrt(1 + np.arange(LOOKS))


@pytest.mark.parametrize("sides", ["both", "greater", "less"])
def test_sequence_margin_is_seldom_passed_at_any_look(sides):
    statistics = paths(np.random.default_rng(1))
    margins = np.array([sequence_margin((n + 1) / LOOKS, 0.9, sides) for n in range(LOOKS)])
    beyond = {
        "both": np.abs(statistics) > margins,
        "greater": statistics > margins,
        "less": statistics < -margins,
    }[sides]
    assert beyond.any(axis=1).mean() <= 0.1
    fixed = np.abs(statistics) > stats.norm.ppf(0.95)
    assert fixed.any(axis=1).mean() > 0.3


def test_sequence_margin_is_least_at_the_plan():
    widths = {f: sequence_margin(f) / np.sqrt(f) for f in (0.5, 1.0, 2.0)}
    best = sequence_margin(1.0)
    for design in (0.3, 0.6, 1.5, 3.0):
        assert sequence_margin(design) > best or design > 1
    assert widths[2.0] < widths[1.0] < widths[0.5]


def test_sequence_margin_on_one_side_is_nearer():
    assert 1.645 < sequence_margin(1.0, sides="greater") < sequence_margin(1.0)


@pytest.mark.parametrize("sides", ["both", "greater"])
@pytest.mark.parametrize("fraction", [0.01, 0.5, 4.0])
def test_evidence_reaches_its_threshold_at_the_margin(fraction, sides):
    information = information_at(fraction, 0.95, sides)
    evidence = evidence_of(sequence_margin(fraction, 0.95, sides), information, sides)
    assert float(evidence) == pytest.approx(log(20))


@pytest.mark.parametrize(("fraction", "level"), [(0, 0.95), (-1, 0.95), (1, 1.0)])
def test_information_of_no_sample_is_refused(fraction, level):
    with pytest.raises(ValueError, match="fraction"):
        information_at(fraction, level)


def test_anytime_interval_excludes_zero_exactly_where_p_is_small():
    for wins in range(500, 700, 10):
        effect = two_proportions(Moments.of_rate(500, 2000), Moments.of_rate(wins, 2000))
        always = anytime(effect, 0.7)
        assert (always.p_value <= 0.05) == always.is_sure
        assert always.interval.width > effect.interval.width
        assert always.method == "two_proportions_sequence"


def test_anytime_on_one_side_leaves_the_other_open():
    effect = two_proportions(Moments.of_rate(500, 2000), Moments.of_rate(700, 2000))
    assert anytime(effect, 1.0, sides="greater").interval.high == inf
    assert anytime(effect, 1.0, sides="less").p_value == 1


def test_anytime_of_nothing_is_unsure():
    empty = welch(Moments(0, 0, 0), Moments(0, 0, 0))
    assert anytime(empty, 1.0).p_value == 1
    assert anytime(empty, 1.0).lift_interval == Interval(-inf, inf)


@pytest.mark.parametrize("share", [0.5, 0.2])
@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_conversions_raise_few_false_alarms_at_any_look(rate, share):
    rng = np.random.default_rng(5)
    treated = rng.binomial(200, share, (RUNS, LOOKS))
    wins = rng.binomial(treated, rate).cumsum(axis=1)
    losses = rng.binomial(200 - treated, rate).cumsum(axis=1)
    weight = prior_weight(rate * 200 * LOOKS)
    evidence = conversion_evidence(wins, losses, 0.0, share, weight)
    assert (evidence >= log(20)).any(axis=1).mean() <= 0.05


def test_conversions_interval_is_where_the_evidence_is_small():
    control, treatment = Moments.of_rate(50, 1000), Moments.of_rate(80, 1000)
    effect = conversions(control, treatment, planned=200)
    for end in (effect.lift_interval.low, effect.lift_interval.high):
        evidence = conversion_evidence(80, 50, end, 0.5, prior_weight(200))
        assert float(evidence) == pytest.approx(log(20), abs=1e-6)
    assert (effect.p_value <= 0.05) == effect.is_sure
    assert effect.interval.covers(0.03)


def test_conversions_of_nobody_say_nothing():
    nobody = Moments.of_rate(0, 100)
    effect = conversions(nobody, nobody)
    assert effect.p_value == 1
    assert effect.lift_interval == Interval(-1, inf)
    assert effect.interval.low < 0 < effect.interval.high


def test_conversions_find_a_large_effect():
    effect = conversions(Moments.of_rate(50, 5000), Moments.of_rate(150, 5000))
    assert effect.is_sure and effect.p_value < 1e-6
    assert effect.lift_interval.covers(2.0)
    worse = conversions(Moments.of_rate(50, 5000), Moments.of_rate(150, 5000), sides="less")
    assert worse.p_value == 1


def test_rate_sequence_holds_the_truth_at_every_look():
    rng = np.random.default_rng(6)
    misses = 0
    for _ in range(300):
        wins = (rng.random(400) < 0.03).cumsum()
        looks = range(19, 400, 20)
        misses += any(not rate_sequence(int(wins[n]), n + 1).covers(0.03) for n in looks)
    assert misses / 300 <= 0.05
    assert rate_sequence(0, 0) == Interval(0, 1)
    assert rate_sequence(0, 50).low == 0 and rate_sequence(50, 50).high == 1


def test_cautious_takes_the_small_variant_to_vary_as_all_do():
    control, treatment = Moments.of_summary(900, 1.0, 9.0), Moments.of_summary(100, 0.5, 1.0)
    effect = welch(control, treatment)
    careful = cautious(effect, 900, 100)
    assert careful.control_variance == pytest.approx(effect.control_variance)
    assert careful.treatment_variance == pytest.approx((900 * 9 + 100 * 1) / 1000 / 100)


def test_cautious_keeps_a_heavy_tail_from_false_alarms():
    rng, alarms = np.random.default_rng(7), np.zeros(2)
    for _ in range(200):
        big, small = (
            np.exp(1.5 * rng.standard_normal(n)) * (rng.random(n) < 0.05) for n in (9000, 1000)
        )
        looks = [(Moments.of(big[: 9 * n]), Moments.of(small[:n])) for n in (200, 400, 700, 1000)]
        for which, careful in enumerate((False, True)):
            alarms[which] += any(alarm(*look, careful) for look in looks)
    assert alarms[1] / 200 <= 0.05 < alarms[0] / 200


def alarm(control, treatment, careful):
    effect = welch(control, treatment)
    effect = cautious(effect, control.count, treatment.count) if careful else effect
    return anytime(effect, (control.count + treatment.count) / 10_000).p_value <= 0.05


@pytest.mark.parametrize(
    ("wins", "trials", "is_rate", "enough"),
    [
        (5, 200, True, False),
        (50, 200, True, True),
        (199, 200, True, False),
        (5, 200, False, True),
        (5, 50, False, False),
    ],
)
def test_normal_enough_wants_units_and_outcomes(wins, trials, is_rate, enough):
    side = Moments.of_rate(wins, trials)
    assert normal_enough(side, side, is_rate=is_rate) is enough


@pytest.mark.parametrize("sides", ["both", "greater", "less"])
@pytest.mark.parametrize("information", [0.3, 2.0, 9.0])
@pytest.mark.parametrize("statistic", [-3.0, -0.5, 0.0, 1.0, 4.0])
def test_evidence_is_the_likelihood_averaged_over_a_normal_prior(statistic, information, sides):
    """By numerical integration; of one side the prior is the half of it, doubled."""

    def integrand(effect: float) -> float:
        prior = stats.norm.pdf(effect, scale=np.sqrt(information))
        return exp(statistic * effect - effect**2 / 2) * prior

    low, high = {"both": (-40, 40), "greater": (0, 40), "less": (-40, 0)}[sides]
    mass = integrate.quad(integrand, low, high, points=[0], limit=200)[0]
    expected = log(mass * (1 if sides == "both" else 2))
    assert float(evidence_of(statistic, information, sides)) == pytest.approx(expected, abs=1e-5)


@given(st.lists(st.booleans(), max_size=40), st.sampled_from([0.2, 0.5]), st.floats(-0.5, 1))
def test_conversion_evidence_is_that_of_one_conversion_after_the_other(wins, share, lift):
    weight = 20.0
    seen = {True: share * weight, False: (1 - share) * weight}
    odds = share * (1 + lift) / (1 - share)
    chance = {True: odds / (1 + odds), False: 1 / (1 + odds)}
    expected = 0.0
    for win in wins:
        expected += log(seen[win] / (seen[True] + seen[False]) / chance[win])
        seen[win] += 1
    found = conversion_evidence(sum(wins), len(wins) - sum(wins), lift, share, weight)
    assert float(found) == pytest.approx(expected, abs=1e-8)


@given(st.floats(0.01, 5), st.sampled_from([0.8, 0.9, 0.95]), st.sampled_from(["both", "greater"]))
def test_sequence_margin_grows_with_the_confidence_and_beyond_a_fixed_look(fraction, level, sides):
    margin = sequence_margin(fraction, level, sides)
    assert sequence_margin(fraction, level + 0.03, sides) > margin
    assert margin > stats.norm.ppf((1 + level) / 2 if sides == "both" else level)


def test_sequence_margin_on_either_side_is_the_same():
    assert sequence_margin(0.4, 0.9, "less") == sequence_margin(0.4, 0.9, "greater")


@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from([0.8, 0.95]))
def test_rate_sequence_is_about_the_rate_and_wider_where_one_is_surer(wins, losses, level):
    trials = wins + losses
    interval = rate_sequence(wins, trials, level=level)
    assert 0 <= interval.low <= interval.high <= 1
    assert interval.covers(wins / trials if trials else 0.5)
    mirrored = rate_sequence(losses, trials, level=level)
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-6)
    surer = rate_sequence(wins, trials, level=level + 0.04)
    assert surer.low <= interval.low + 1e-9 and interval.high <= surer.high + 1e-9


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["greater", "less"]))
def test_rate_sequence_on_one_side_leaves_the_other_open(wins, losses, sides):
    both = rate_sequence(wins, wins + losses)
    one = rate_sequence(wins, wins + losses, sides=sides)
    expected = (both.low, 1) if sides == "greater" else (0, both.high)
    assert (one.low, one.high) == expected


@given(st.integers(0, 300), st.integers(0, 300))
def test_conversions_with_the_variants_exchanged_are_the_mirror(wins, losses):
    sides = Moments.of_rate(losses, 5000), Moments.of_rate(wins, 5000)
    one, other = conversions(*sides), conversions(*reversed(sides))
    assert one.p_value == pytest.approx(other.p_value)
    assert one.difference == -other.difference
    if wins and losses:
        product = (1 + one.lift_interval.low) * (1 + other.lift_interval.high)
        assert product == pytest.approx(1, rel=1e-6)
    assert one.interval.covers(one.difference)


@given(st.integers(1, 400), st.integers(1, 400))
def test_conversions_p_value_is_small_exactly_where_the_lift_is_sure(wins, losses):
    effect = conversions(Moments.of_rate(losses, 9000), Moments.of_rate(wins, 9000))
    lift = effect.lift_interval
    if abs(effect.p_value - 0.05) > 1e-6:
        assert (effect.p_value < 0.05) == (not lift.covers(0))
    assert lift.covers(wins / losses - 1)


@pytest.mark.parametrize(("control", "treatment"), [(0, 0), (0, 50), (50, 0), (1, 50), (50, 1)])
def test_cautious_where_a_variant_has_not_enough_people_is_as_it_was(control, treatment):
    sides = [Moments.of_summary(n, 1.0, 4.0 if n > 1 else 0.0) for n in (control, treatment)]
    effect = welch(*sides)
    assert cautious(effect, control, treatment) == effect


@given(st.integers(2, 500), st.integers(2, 500), st.integers(0, 50), st.integers(0, 50))
def test_cautious_never_makes_an_effect_surer(control, treatment, first, second):
    effect = welch(Moments.of_summary(control, 1, first), Moments.of_summary(treatment, 2, second))
    careful = cautious(effect, control, treatment)
    assert careful.control_variance >= effect.control_variance * (1 - 1e-12)
    assert careful.treatment_variance >= effect.treatment_variance * (1 - 1e-12)
    if first == second:
        assert careful.standard_error == pytest.approx(effect.standard_error)


@pytest.mark.parametrize(
    ("units", "wins", "is_rate", "enough"),
    [
        (99, 50, False, False),
        (100, 50, False, True),
        (100, 9, True, False),
        (100, 10, True, True),
        (100, 90, True, True),
        (100, 91, True, False),
    ],
)
def test_normal_enough_begins_at_a_hundred_units_and_ten_of_each_outcome(
    units, wins, is_rate, enough
):
    side, plenty = Moments.of_rate(wins, units), Moments.of_rate(5000, 10_000)
    assert normal_enough(side, plenty, is_rate=is_rate) is enough
    assert normal_enough(plenty, side, is_rate=is_rate) is enough


@given(st.floats(1, 1e6), st.sampled_from([0.9, 0.95]), st.sampled_from(["both", "greater"]))
def test_prior_weight_grows_with_the_plan_and_is_never_below_one(planned, level, sides):
    weight = prior_weight(planned, level, sides)
    assert weight >= 1
    assert prior_weight(10 * planned, level, sides) >= weight
    assert information_at(2.0, level, sides) == pytest.approx(2 * information_at(1.0, level, sides))


def test_information_of_no_sample_says_what_was_given():
    with pytest.raises(ValueError, match=r"^a fraction of 0 at a confidence of 0.95$"):
        information_at(0)
    with pytest.raises(ValueError, match=r"^a fraction of nan at a confidence of 0.95$"):
        sequence_margin(float("nan"))
