"""Confidence sequences."""

from math import inf, log

import numpy as np
import pytest
from scipy import stats

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
