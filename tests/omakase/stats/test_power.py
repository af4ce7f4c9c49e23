"""Power and needed samples."""

from math import inf

import numpy as np
import pytest

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
