"""The gate decides by paired differences and guardrails; hand-made judgements tell which."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from omakase.build.judgement import Judgement
from omakase.build.promotion import PromotionConfig, decide, first_verdict, unjudged_verdict

STEADY = {
    "coverage@10": 0.5,
    "diversity@10": 0.5,
    "new_items@10": 0.1,
    "answer_milliseconds": 1.0,
    "miscalibration@10": 0.3,
}


EXACT = PromotionConfig(tolerance=0.0)


def judged(ndcg: Any, **figures: float) -> Judgement:
    """A judgement whose people have these values; rows are fits."""
    rows = np.atleast_2d(np.asarray(ndcg, dtype=np.float64))
    reports = tuple(SimpleNamespace(per_query={"ndcg@10": row}) for row in rows)
    return Judgement(reports, {**STEADY, **figures})


def people(mean: float, size: int = 200, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 0.1, size)


@pytest.mark.parametrize(
    ("gain", "better", "not_worse"),
    [(0.05, True, True), (0.0, False, True), (-0.005, False, True), (-0.05, False, False)],
)
def test_decide_by_mode_and_gain(gain, better, not_worse):
    live = people(0.3)
    new = live + people(gain, seed=1) * [1.0]
    for mode, promoted in (("better", better), ("not_worse", not_worse)):
        verdict = decide(judged(live), judged(new), PromotionConfig(mode=mode), basis="recipes")
        assert verdict.promoted is promoted, mode


def test_decide_rounding_is_no_loss_and_no_gain():
    live = people(0.3)
    verdict = decide(judged(live), judged(live - 3e-16), EXACT, basis="recipes")
    assert verdict.difference.high < 0
    assert verdict.promoted
    lucky = decide(
        judged(np.ones(50)),
        judged(np.ones(50) + 3e-16),
        PromotionConfig(mode="better"),
        basis="recipes",
    )
    assert not lucky.promoted


@pytest.mark.parametrize(
    "broken",
    [
        {"coverage@10": 0.3},
        {"diversity@10": 0.3},
        {"new_items@10": 0.01},
        {"answer_milliseconds": 50.0},
        {"miscalibration@10": 0.5},
    ],
)
def test_decide_broken_guardrail_keeps_a_better_version_out(broken):
    live = people(0.3)
    verdict = decide(
        judged(live), judged(live + 0.1, **broken), PromotionConfig(mode="better"), basis="recipes"
    )
    assert not verdict.promoted
    assert [rail.name for rail in verdict.broken] == list(broken)


def test_decide_slow_answers_below_what_anybody_feels_are_no_fault():
    live = people(0.3)
    fast, slow = judged(live, answer_milliseconds=0.1), judged(live, answer_milliseconds=4.9)
    assert decide(fast, slow, PromotionConfig(), basis="recipes").promoted


def test_decide_few_people_decide_nothing():
    live, new = people(0.3, size=5), people(0.1, size=5)
    refresh = decide(judged(live), judged(new), PromotionConfig(), basis="recipes")
    strict = decide(judged(live), judged(new), PromotionConfig(mode="better"), basis="recipes")
    assert (refresh.basis, refresh.promoted, strict.promoted) == ("unjudged", True, False)


def test_decide_lucky_start_among_several_fits_is_not_sure():
    """Over people alone the gain looks sure; over the starts of the recipe it is chance."""
    live = people(0.3)
    lucky = live + 0.05
    fits = np.stack([lucky, live - 0.04, live + 0.01])
    config = PromotionConfig(mode="better")
    assert decide(judged(live), judged(lucky), config, basis="recipes").promoted
    assert not decide(judged(live), judged(fits), config, basis="recipes").promoted


def test_verdicts_without_figures():
    assert first_verdict(PromotionConfig()).promoted
    assert unjudged_verdict(PromotionConfig(mode="better"), same=True).promoted
    assert not unjudged_verdict(PromotionConfig(mode="better"), same=False).promoted
