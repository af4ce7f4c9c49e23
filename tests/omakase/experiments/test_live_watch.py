"""A live version that people leave alone is noticed; chance and the hour are not taken for it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.experiments.live_watch import (
    Engagement,
    match_hours,
    shared_hours,
    total,
    watch,
    watch_hours,
)
from omakase.stats.sequential import rate_sequence

BEFORE = Engagement(answers=5_000, clicked=1_000)


def looks(rate: float, rng: np.random.Generator, most: int = 5_000, each: int = 100) -> int | None:
    """Answers after which the alarm came, looking after each hundred; None: it never did."""
    clicked = np.cumsum(rng.random(most) < rate)
    for answers in range(each, most + 1, each):
        if watch(BEFORE, Engagement(answers, int(clicked[answers - 1]))).is_worse:
            return answers
    return None


def test_watch_rate_fallen_to_half_is_noticed_within_two_thousand_answers(rng):
    assert all((looks(0.1, rng) or 9_999) <= 2_000 for _ in range(20))


@pytest.mark.parametrize("rate", [0.2, 0.19, 0.25])
def test_watch_equal_or_hardly_lower_or_better_rate_is_no_alarm(rng, rate):
    assert [looks(rate, rng, most=3_000, each=300) for _ in range(20)] == [None] * 20


@pytest.mark.parametrize(
    ("before", "live"),
    [
        (Engagement(0, 0), Engagement(100, 0)),
        (BEFORE, Engagement(0, 0)),
        (BEFORE, Engagement(5, 0)),
    ],
)
def test_watch_few_answers_are_no_alarm(before, live):
    assert not watch(before, live).is_worse


def test_watch_intervals_hold_the_rates():
    outcome = watch(BEFORE, Engagement(1_000, 100))
    assert outcome.before.low < 0.2 < outcome.before.high
    assert outcome.live.low < 0.1 < outcome.live.high


NIGHT, EVENING = 3, 20


def test_hours_that_both_answered_in_are_compared():
    before = {NIGHT: Engagement(1_000, 100), EVENING: Engagement(3_000, 1_500)}
    live = {NIGHT: Engagement(800, 82)}
    assert not watch_hours(before, live).is_worse
    assert watch(total(before), total(live)).is_worse, "all hours alike would call the night worse"


def test_earlier_version_counts_by_the_hours_of_the_live_one():
    before = {NIGHT: Engagement(1_000, 100), EVENING: Engagement(1_000, 500)}
    even = match_hours(before, {NIGHT: Engagement(50, 0), EVENING: Engagement(50, 0)})
    assert (even.answers, even.clicked) == (2_000, 600)
    mostly = match_hours(before, {NIGHT: Engagement(90, 0), EVENING: Engagement(10, 0)})
    assert mostly.rate == pytest.approx(0.14, abs=1e-3) and mostly.answers < 2_000


def test_hours_of_which_nothing_is_known_say_nothing():
    assert match_hours({NIGHT: Engagement(10, 1)}, {EVENING: Engagement(10, 0)}) == Engagement(0, 0)
    assert not watch_hours({}, {EVENING: Engagement(9_000, 0)}).is_worse


HOURS = st.dictionaries(
    st.integers(0, 4),
    st.tuples(st.integers(0, 400), st.floats(0, 1)).map(
        lambda pair: Engagement(pair[0], round(pair[0] * pair[1]))
    ),
    max_size=5,
)


@given(HOURS, HOURS)
def test_match_hours_weighs_each_hour_as_the_live_version_does(before, live):
    hours = [h for h in live if live[h].answers and h in before and before[h].answers]
    found = match_hours(before, live)
    assert found.clicked <= found.answers
    if not hours:
        assert found == Engagement(0, 0)
        return
    weight = sum(live[h].answers for h in hours)
    rate = sum(live[h].answers / weight * before[h].clicked / before[h].answers for h in hours)
    assert found.rate == pytest.approx(rate, abs=0.51 / found.answers)
    assert found.answers <= sum(before[h].answers for h in hours)


@given(HOURS)
def test_match_hours_of_the_same_hours_is_what_was_counted(hours):
    counted = total({h: e for h, e in hours.items() if e.answers})
    found = match_hours(hours, hours)
    assert (found.answers, found.clicked) == (counted.answers, counted.clicked)


@given(HOURS, HOURS)
def test_shared_hours_are_those_that_the_earlier_version_answered_in(before, live):
    found = shared_hours(before, live)
    assert found == {h: e for h, e in live.items() if h in before and before[h].answers}
    assert total(found).answers <= total(live).answers


@given(st.integers(0, 3000), st.integers(0, 3000), st.floats(0, 0.5))
def test_watch_is_an_alarm_exactly_where_the_intervals_part_by_the_tolerance(
    clicked, live_clicked, tolerance
):
    found = watch(Engagement(3000, clicked), Engagement(3000, live_clicked), tolerance=tolerance)
    assert found.is_worse is (found.live.high < found.before.low * (1 - tolerance))
    if live_clicked >= clicked:
        assert not found.is_worse


def test_watch_gives_each_interval_half_of_the_doubt():
    found = watch(Engagement(500, 100), Engagement(400, 60), level=0.9)
    assert found.before == rate_sequence(100, 500, level=0.95)
    assert found.live == rate_sequence(60, 400, level=0.95)


def test_engagement_without_answers_has_no_rate():
    assert Engagement(0, 0).rate == 0
    assert Engagement(4, 1).rate == 0.25
    assert total({}) == Engagement(0, 0)
