"""Guardrails, limits and sentences of the promotion gate, one figure after another."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from omakase.build.judgement import Judgement
from omakase.build.learning_curve import LearningCurve
from omakase.build.promotion import (
    Guardrail,
    PromotionConfig,
    Verdict,
    decide,
    first_verdict,
    guardrails,
    has_enough_events,
    unjudged_verdict,
)
from omakase.build.promotion_words import sentences, to_dict
from omakase.evaluate.confidence import Difference

quick = settings(max_examples=60, deadline=None)
FIGURES = {
    "coverage@10": 0.4,
    "diversity@10": 0.6,
    "new_items@10": 0.2,
    "answer_milliseconds": 4.0,
    "miscalibration@10": 0.3,
}


def judged(figures, scores=(0.1, 0.2)):
    reports = (SimpleNamespace(per_query={"ndcg@10": np.asarray(scores, dtype=np.float64)}),)
    return Judgement(reports, figures)


def rail(name, *, live=None, new=None, **config):
    """The guardrail of one figure, where all others are as they were."""
    before = {**FIGURES, **({} if live is None else {name: live})}
    after = {**before, **({} if new is None else {name: new})}
    found = guardrails(judged(before), judged(after), PromotionConfig(**config))
    return next(each for each in found if each.name == name)


@pytest.mark.parametrize(
    ("name", "option"),
    [("coverage@10", "coverage"), ("diversity@10", "diversity"), ("new_items@10", "new_items")],
)
@pytest.mark.parametrize("allowed", [0.0, 0.25, 1.0])
def test_guardrails_of_falls_allow_a_relative_one(name, option, allowed):
    limit = 0.5 * (1 - allowed)
    at = rail(name, live=0.5, new=limit, **{option: allowed})
    assert (at.live, at.new, at.limit, at.passed) == (0.5, limit, limit, True)
    below = rail(name, live=0.5, new=limit - 0.01, **{option: allowed})
    assert below.passed is False
    assert rail(name, live=0.5, new=0.9, **{option: allowed}).passed


@pytest.mark.parametrize(("live", "limit"), [(0.1, 5.0), (1.0, 5.0), (2.0, 6.0), (10.0, 30.0)])
def test_guardrails_of_milliseconds_allow_a_growth_and_what_nobody_feels(live, limit):
    at = rail("answer_milliseconds", live=live, new=limit)
    assert (at.limit, at.passed) == (limit, True)
    assert not rail("answer_milliseconds", live=live, new=limit + 0.01).passed


def test_guardrails_of_miscalibration_allow_a_growth_by_so_much():
    assert rail("miscalibration@10", live=0.25, new=0.5, miscalibration=0.25).passed
    assert not rail("miscalibration@10", live=0.25, new=0.51, miscalibration=0.25).passed


@pytest.mark.parametrize("missing", ["coverage@10", "diversity@10", "new_items@10"])
@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_guardrails_of_a_figure_that_could_not_be_had_hold(missing, value):
    figures = {name: figure for name, figure in FIGURES.items() if name != missing}
    if value is not None:
        figures[missing] = value
    for live, new in ((figures, FIGURES), (FIGURES, figures)):
        found = guardrails(judged(live), judged(new), PromotionConfig())
        (one,) = [each for each in found if each.name == missing]
        assert one == Guardrail(missing, None, None, None, passed=True)


def test_guardrails_without_categories_hold():
    figures = {name: f for name, f in FIGURES.items() if not name.startswith("miscalibration")}
    found = guardrails(judged(figures), judged(figures), PromotionConfig())
    assert found[-1] == Guardrail("miscalibration@10", None, None, None, passed=True)


def test_guardrails_speak_of_the_length_that_is_judged():
    figures = {name.replace("@10", "@3"): figure for name, figure in FIGURES.items()}
    found = guardrails(judged(figures), judged(figures), PromotionConfig(k=3))
    assert [each.name for each in found] == [
        *("coverage@3", "diversity@3", "new_items@3", "answer_milliseconds", "miscalibration@3"),
    ]


@quick
@given(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from([0.0, 0.2, 1.0]))
def test_has_enough_events_allows_a_relative_fall(live, new, events):
    expected = new >= live - events * live - 1e-9
    assert has_enough_events(live, new, PromotionConfig(events=events)) is expected


def test_has_enough_events_of_nothing_live_is_true():
    assert has_enough_events(0, 0, PromotionConfig())


@pytest.mark.parametrize(
    ("size", "mode", "promoted", "basis"),
    [
        (19, "not_worse", True, "unjudged"),
        (19, "better", False, "unjudged"),
        (20, "not_worse", False, "versions"),
        (20, "better", False, "versions"),
    ],
)
def test_decide_of_a_worse_version_needs_people_enough(size, mode, promoted, basis):
    live = np.linspace(0.4, 0.6, size)
    verdict = decide(
        judged(FIGURES, live),
        judged(FIGURES, live - 0.3),
        PromotionConfig(mode=mode),
        basis="versions",
    )
    assert (verdict.promoted, verdict.basis, verdict.people) == (promoted, basis, size)
    assert verdict.new == pytest.approx(verdict.live - 0.3)
    assert verdict.difference.mean == pytest.approx(-0.3)


@pytest.mark.parametrize(("tolerance", "promoted"), [(0.0, False), (0.019, False), (0.021, True)])
def test_decide_of_a_small_loss_goes_by_the_tolerance(tolerance, promoted):
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.2, 400)
    live = np.full(400, 0.5)
    new = live - 0.01 + (noise - noise.mean())
    verdict = decide(
        judged(FIGURES, live),
        judged(FIGURES, new),
        PromotionConfig(tolerance=tolerance),
        basis="recipes",
    )
    assert verdict.promoted is promoted


@pytest.mark.parametrize("mode", ["better", "not_worse"])
def test_verdicts_without_figures_say_what_they_rest_on(mode):
    config = PromotionConfig(mode=mode, metric="recall", k=5)
    first = first_verdict(config)
    assert (first.promoted, first.basis, first.metric) == (True, "first", "recall@5")
    same = unjudged_verdict(config, same=True)
    assert (same.promoted, same.basis) == (True, "same")
    other = unjudged_verdict(config, same=False)
    assert (other.promoted, other.basis) == (mode == "not_worse", "unjudged")


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "best"},
        {"k": 0},
        {"tolerance": -0.1},
        {"fewest_people": 1},
        {"coverage": 1.1},
        {"events": -0.1},
        {"colour": "red"},
    ],
)
def test_promotion_config_refuses_what_makes_no_sense(wrong):
    with pytest.raises(ValidationError):
        PromotionConfig(**wrong)


def verdict(mean=0.05, low=0.02, high=0.08, *, basis="recipes", promoted=True, **more):
    gap = None if mean is None else Difference(mean, low, high, 0.01)
    known = {"people": 300, "live": 0.3, "new": 0.3 + (mean or 0), "difference": gap}
    return Verdict(promoted, basis, "ndcg@10", "not_worse", **{**known, **more})


@pytest.mark.parametrize(
    ("given_verdict", "english", "korean"),
    [
        (
            verdict(),
            "Better: ndcg@10 0.3500 beside 0.3000 (+0.0200 to +0.0800).",
            "더 좋습니다: ndcg@10 0.3500, 지금은 0.3000 (+0.0200 ~ +0.0800).",
        ),
        (
            verdict(-0.05, -0.08, -0.02),
            "Worse: ndcg@10 0.2500 beside 0.3000 (-0.0800 to -0.0200).",
            "더 나쁩니다: ndcg@10 0.2500, 지금은 0.3000 (-0.0800 ~ -0.0200).",
        ),
        (
            verdict(0.0, -0.1, 0.1),
            "Within chance: ndcg@10 0.3000 beside 0.3000 (-0.1000 to +0.1000).",
            "우연의 범위입니다: ndcg@10 0.3000, 지금은 0.3000 (-0.1000 ~ +0.1000).",
        ),
        (
            verdict(basis="unjudged", people=7),
            "Only 7 people could be asked, too few to tell (ndcg@10).",
            "평가할 수 있는 사람이 7명뿐이라 판단할 수 없습니다(ndcg@10).",
        ),
        (
            verdict(None, basis="first"),
            "Nothing was live, so this version answers.",
            "지금까지 서비스 중인 버전이 없어서 이 버전이 답합니다.",
        ),
        (
            verdict(None, basis="same"),
            "The same recipe with newer events: a routine refresh.",
            "같은 방법에 새 이벤트를 더한 정기 갱신입니다.",
        ),
        (
            verdict(None, basis="versions", people=0),
            "Only 0 people could be asked, too few to tell (ndcg@10).",
            "평가할 수 있는 사람이 0명뿐이라 판단할 수 없습니다(ndcg@10).",
        ),
    ],
)
def test_sentences_of_each_finding_in_both_languages(given_verdict, english, korean):
    assert sentences(given_verdict) == [english, "It is promoted."]
    assert sentences(given_verdict, "ko") == [korean, "서비스 버전으로 올렸습니다."]


def test_sentences_name_each_broken_guardrail_between_finding_and_end():
    rails = (
        Guardrail("coverage@10", 0.4, 0.1, 0.3, passed=False),
        Guardrail("diversity@10", 0.4, 0.4, 0.3, passed=True),
        Guardrail("answer_milliseconds", 4.0, 90.0, 12.0, passed=False),
    )
    kept = verdict(promoted=False, guardrails=rails)
    assert sentences(kept)[1:] == [
        "The guardrail coverage@10 broke: 0.1000, the limit is 0.3000.",
        "The guardrail answer_milliseconds broke: 90.0000, the limit is 12.0000.",
        "It stays a candidate; what answered before goes on.",
    ]
    assert len(sentences(kept, "ko")) == 4
    assert sentences(kept, "ko")[-1] == "후보로 남겨 두고, 지금 버전이 계속 답합니다."
    assert [each.name for each in kept.broken] == ["coverage@10", "answer_milliseconds"]


def test_to_dict_holds_every_figure_and_the_words():
    one = Guardrail("coverage@10", 0.4, 0.1, 0.3, passed=False)
    plain = to_dict(verdict(promoted=False, guardrails=(one,)))
    assert plain["guardrails"] == [
        {"name": "coverage@10", "live": 0.4, "new": 0.1, "limit": 0.3, "passed": False}
    ]
    assert (plain["promoted"], plain["basis"], plain["metric"]) == (False, "recipes", "ndcg@10")
    assert plain["words"]["en"] == sentences(verdict(promoted=False, guardrails=(one,)))
    assert to_dict(first_verdict(PromotionConfig()))["difference"] is None


@quick
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["loss", "figure"]), st.floats(allow_nan=True, allow_infinity=True)
        ),
        max_size=6,
    )
)
def test_learning_curve_keeps_what_is_finite_with_its_step(told):
    curve = LearningCurve()
    for step, figures in enumerate(told, start=1):
        curve(step, len(told), **figures)
    expected = []
    for step, figures in enumerate(told, start=1):
        finite = {name: value for name, value in figures.items() if abs(value) < float("inf")}
        if finite:
            expected.append({"step": float(step), **finite})
    assert curve.points == expected
