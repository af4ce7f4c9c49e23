"""Verdicts in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


SAID = {
    "winner": (
        "“new” is better: clicks changes by +40.0% (",
        "What would change it: a mismatch of the split or a guardrail that breaks; neither is in "
        "sight.",
    ),
    "worse": (
        "Every variant is worse than “now”: keep it.",
        "What would change it: another idea; these variants will not recover.",
    ),
    "too_early": (
        "Too early: this experiment is judged once, when its sample is there.",
        "What would change it: more people; there are 9,000 of 10,000 a variant.",
    ),
    "equal": (
        "No difference that matters: no variant moves clicks by 5.0% or more.",
        "What would change it: asking for a smaller change than 5.0%, with a larger sample.",
    ),
    "harmful": (
        "“new” leads, but it harms seconds by more than is allowed.",
        "What would change it: a variant that leaves seconds alone, or a wider tolerance that you "
        "decide on.",
    ),
}


@pytest.mark.parametrize("state", SAID)
def test_verdict_says_what_is_so_and_what_would_change_it(state):
    units, now, new, plan, seconds = CASES[state]
    _, said = words(units, now, new, "en", plan, seconds)
    headline, change = SAID[state]
    assert said.change == change
    if state == "winner":
        assert said.headline.startswith(headline)
        assert said.headline.endswith(", confidence 95%).")
    else:
        assert said.headline == headline


def test_verdict_of_a_mismatch_tells_both_splits():
    _, said = words((9000, 11_000), 500, 700)
    assert said.headline.startswith(
        "Do not believe these figures: people came into the variants in shares of 45.0% : 55.0%, "
        "where 50.0% : 50.0% were planned (p = "
    )


@pytest.mark.parametrize(
    ("days", "progress"),
    [
        (None, "Progress: 50% of the sample."),
        (5, "Progress: 50% of the sample, days left at this pace: 5."),
        (30, "Progress: 50% of the sample, days left at this pace: 30."),
    ],
)
def test_verdict_tells_the_days_left_where_the_pace_is_known(days, progress):
    _, said = words((5000, 5000), 500, 510, days=days)
    assert said.progress == progress


@pytest.mark.parametrize("language", ["en", "ko"])
def test_verdict_of_nobody_at_all_is_words_too(language):
    state, said = words((0, 0), 0, 0, language)
    assert state == "running"
    assert "nan" not in said.text() and "inf" not in said.text()
    assert {"en": "very many", "ko": "아주 많은"}[language] in said.change


@given(st.floats(-5, 5))
def test_signed_percent_has_a_sign_and_one_decimal(change):
    said = signed_percent(change)
    assert said[0] in "+-" and said[-1] == "%"
    assert float(said[:-1]) == pytest.approx(100 * change, abs=0.051)
