"""Verdicts in words."""

import pytest

from omakase.experiments.analysis import analyse
from omakase.experiments.plan import ExperimentPlan, Metric, VariantFigures
from omakase.experiments.verdict import CHANGES, HEADLINES, signed_percent, verdict
from omakase.stats.moments import Moments

PLAN = ExperimentPlan({"now": 0.5, "new": 0.5}, (Metric("clicks"),), target=10_000)
GUARDED = ExperimentPlan(
    {"now": 0.5, "new": 0.5},
    (Metric("clicks"), Metric("seconds", "mean", "guardrail", "lower")),
    target=10_000,
)


def words(units, now, new, language="en", plan=PLAN, seconds=1.0, days=None):
    sides = [
        VariantFigures(
            name,
            n,
            {
                "clicks": Moments.of_rate(wins, n),
                "seconds": Moments.of_summary(n, slow, 0.01),
            },
        )
        for name, wins, n, slow in (("now", now, units[0], 1.0), ("new", new, units[1], seconds))
    ]
    analysis = analyse(plan, sides, days=days)
    return analysis.state, verdict(plan, analysis, {s.name: s.units for s in sides}, language)


CASES = {
    "winner": ((9000, 9000), 500, 700, PLAN, 1.0),
    "worse": ((9000, 9000), 700, 500, PLAN, 1.0),
    "running": ((200, 200), 10, 12, PLAN, 1.0),
    "undecided": ((10_000, 10_000), 500, 510, PLAN, 1.0),
    "equal": ((10_000, 10_000), 9000, 9001, PLAN, 1.0),
    "mismatch": ((9000, 11_000), 500, 700, PLAN, 1.0),
    "harmful": ((9000, 9000), 500, 700, GUARDED, 1.5),
    "too_early": (
        (9000, 9000),
        500,
        700,
        ExperimentPlan({"now": 0.5, "new": 0.5}, (Metric("clicks"),), 10_000, looking="fixed"),
        1.0,
    ),
}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("expected", sorted(CASES))
def test_verdict_of_every_state_is_whole_sentences(expected, language):
    units, now, new, plan, seconds = CASES[expected]
    state, said = words(units, now, new, language, plan, seconds, days=3)
    assert state == expected
    assert not set("{}") & set(said.text())
    assert "%" in said.progress
    assert len(said.text().splitlines()) == 3


def test_verdict_tells_how_much_and_how_sure():
    _, said = words((9000, 9000), 500, 700, days=9)
    assert "“new” is better: clicks changes by +40.0% (+" in said.headline
    assert "95%" in said.headline
    assert said.progress == "Progress: 90% of the sample, days left at this pace: 1."


def test_verdict_tells_what_would_change_it():
    _, said = words((200, 200), 10, 12)
    assert "there are 200" in said.change and "a variant" in said.change
    _, said = words((9000, 9000), 500, 700, "ko", GUARDED, 1.5)
    assert "seconds" in said.headline and "seconds" in said.change


def test_every_state_has_words_in_both_languages():
    for texts in (HEADLINES, CHANGES):
        assert set(texts["en"]) == set(texts["ko"]) == set(CASES)


def test_signed_of_no_bound_is_a_sign_of_infinity():
    assert signed_percent(float("inf")) == "+∞"
    assert signed_percent(-float("inf")) == "-∞"
    assert signed_percent(0.041) == "+4.1%"
