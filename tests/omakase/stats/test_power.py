"""Power and needed samples."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.stats.moments import Moments
from omakase.stats.power import (
    Design,
    days_left,
    detectable_effect,
    needed_units,
    power_of,
    progress,
)
from omakase.stats.rates import two_proportions
from omakase.stats.sequential import anytime


def test_needed_units_of_a_textbook_case():
    """Fleiss: 0.6 against 0.7, 80 %, two sides: 356 a group."""
    assert needed_units(Design.of_rate(0.6, 1 / 6)) == pytest.approx(2 * 356, abs=1)


@pytest.mark.parametrize("peeking", [False, True])
@pytest.mark.parametrize("share", [0.5, 0.25])
def test_needed_units_give_the_power_they_were_planned_for(share, peeking):
    design = Design.of_rate(0.1, 0.3, share=share, peeking=peeking)
    units = needed_units(design)
    treated = round(units * share)
    rng = np.random.default_rng(8)
    wins = rng.binomial(units - treated, 0.1, 1500), rng.binomial(treated, 0.13, 1500)
    effects = [
        two_proportions(Moments.of_rate(a, units - treated), Moments.of_rate(b, treated))
        for a, b in zip(*wins, strict=True)
    ]
    found = [(anytime(e, 1.0) if peeking else e).p_value <= 0.05 for e in effects]
    assert np.mean(found) == pytest.approx(0.8, abs=0.035)


def test_power_of_needed_units_is_the_planned_one():
    for design in (Design.of_rate(0.05, 0.1), Design.of_mean(10, 5, 0.05, power=0.9, share=0.3)):
        assert power_of(design, needed_units(design)) == pytest.approx(design.power, abs=1e-3)
    assert power_of(design, 0) == 0


def test_detectable_effect_is_the_one_that_the_units_were_planned_for():
    design = Design.of_mean(10, 5, 0.05)
    assert detectable_effect(design, needed_units(design)) == pytest.approx(0.5, rel=1e-3)
    assert detectable_effect(design, 0) == inf


def test_needed_units_fall_by_a_covariate_and_rise_by_comparisons():
    plain = needed_units(Design.of_mean(10, 5, 0.05))
    assert needed_units(Design.of_mean(10, 5, 0.05, correlation=0.8)) == pytest.approx(
        plain * 0.36, rel=0.01
    )
    assert needed_units(Design.of_mean(10, 5, 0.05, comparisons=5)) > plain
    assert needed_units(Design.of_mean(10, 5, 0.05, sides="greater")) < plain


@pytest.mark.parametrize(
    "wrong", [{"lift": 0.0}, {"rate": 0.9, "lift": 0.5}, {"power": 1.0}, {"share": 0.0}]
)
def test_design_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"between 0 and 1|effect of 0"):
        Design.of_rate(**{"rate": 0.1, "lift": 0.1, **wrong})


def test_progress_and_days_left():
    assert progress(50, 200) == 0.25
    assert progress(300, 200) == 1
    assert days_left(100, 200, 30) == 4
    assert days_left(200, 200, 0) == 0
    assert days_left(100, 200, 0) is None


DESIGNS = st.builds(
    Design.of_rate,
    st.floats(0.02, 0.4),
    st.sampled_from([-0.5, -0.2, -0.05, 0.05, 0.2, 0.5]),
    level=st.sampled_from([0.9, 0.95, 0.99]),
    power=st.sampled_from([0.5, 0.8, 0.95]),
    share=st.sampled_from([0.1, 0.5, 0.8]),
    sides=st.sampled_from(["both", "greater"]),
    comparisons=st.integers(1, 5),
    peeking=st.booleans(),
)


@given(DESIGNS)
def test_needed_units_are_the_first_that_have_the_power(design):
    units = needed_units(design)
    assert power_of(design, units) >= design.power - 1e-9
    assert power_of(design, units - 1) < design.power + 1e-9


@given(DESIGNS, st.integers(1, 100_000))
def test_power_of_more_units_or_a_larger_effect_is_greater(design, units):
    assert 0 <= power_of(design, units) <= power_of(design, 2 * units) <= 1
    larger = replace(design, effect=1.5 * design.effect)
    assert power_of(larger, units) >= power_of(design, units)
    assert power_of(replace(design, effect=-design.effect), units) == power_of(design, units)


@given(DESIGNS, st.integers(100, 1_000_000))
def test_detectable_effect_is_found_with_the_power_of_the_design(design, units):
    effect = detectable_effect(design, units)
    assert power_of(replace(design, effect=effect), units) == pytest.approx(design.power, abs=1e-6)
    assert detectable_effect(design, 4 * units) == pytest.approx(effect / 2, rel=1e-4)


@given(DESIGNS)
def test_needed_units_rise_with_all_that_asks_for_more(design):
    plain = needed_units(design)
    for more in (
        {"comparisons": design.comparisons + 3},
        {"level": 0.995},
        {"power": 0.99},
        {"peeking": True},
        {"effect": design.effect / 2},
    ):
        assert needed_units(replace(design, **more)) >= plain


def test_detectable_effect_of_measurements_that_never_differ_is_nothing():
    assert detectable_effect(Design.of_mean(10, 0, 0.1), 100) == 0
    assert power_of(Design.of_mean(10, 0, 0.1), 100) == 1
    assert needed_units(Design.of_mean(10, 0, 0.1)) == 0


def test_detectable_effect_with_no_more_power_than_chance_is_nothing():
    assert detectable_effect(Design.of_mean(10, 5, 0.1, power=0.01), 100) == 0


@given(st.floats(-0.99, 0.99))
def test_design_of_a_mean_with_a_past_has_what_the_past_leaves(linked):
    design = Design.of_mean(10, 3, 0.1, correlation=linked)
    assert design.control_variance == pytest.approx(9 * (1 - linked**2))
    assert design.effect == pytest.approx(1)


@pytest.mark.parametrize(
    ("rate", "lift", "words"),
    [
        (0.9, 0.5, "rates of 0.9 and 1.35 are not between 0 and 1"),
        (0.0, 0.5, "rates of 0.0 and 0.0 are not between 0 and 1"),
        (0.5, -1.0, "rates of 0.5 and 0.0 are not between 0 and 1"),
        (0.5, 0.0, "an effect of 0 cannot be found: name the least one that matters"),
    ],
)
def test_design_of_a_rate_that_cannot_be_says_which(rate, lift, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        Design.of_rate(rate, lift)


@pytest.mark.parametrize(
    "wrong", [{"level": 1.0}, {"level": 0.0}, {"power": 0.0}, {"share": 1.0}, {"share": -0.1}]
)
def test_design_with_a_share_of_nothing_or_all_is_refused(wrong):
    with pytest.raises(ValueError, match=r"^level, power and share lie between 0 and 1$"):
        Design.of_mean(10, 5, 0.1, **wrong)


@pytest.mark.parametrize(
    ("units", "needed", "a_day", "left"),
    [
        (0, 100, 10, 10),
        (0, 101, 10, 11),
        (99.5, 100, 1, 1),
        (100, 100, 0, 0),
        (150, 100, -5, 0),
        (0, 100, 0, None),
        (0, 100, -1, None),
        (0, 10_000, 1, 10_000),
        (0, 10_001, 1, None),
        (0, inf, 5, None),
    ],
)
def test_days_left_are_whole_days_or_none_that_one_could_wait_for(units, needed, a_day, left):
    assert days_left(units, needed, a_day) == left


@pytest.mark.parametrize(
    ("units", "needed", "share"), [(0, 10, 0), (5, 10, 0.5), (20, 10, 1), (0, 0, 1), (5, inf, 0)]
)
def test_progress_is_a_share_of_at_most_all(units, needed, share):
    assert progress(units, needed) == share
