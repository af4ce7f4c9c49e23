"""What reports count of answers, outcomes and conversions."""

import pytest

from omakase_service.recommendation_log.figures import (
    QUARTER,
    answers_between,
    conversions_after,
    hours_after,
    newest_outcome,
    outcomes_between,
)
from omakase_service.recommendation_log.models import Answer, Outcome
from omakase_service.recommendation_log.pruning import (
    attributed_seq,
    count_old,
    kept_from,
    remove_old,
)

pytestmark = pytest.mark.django_db
T = 1_700_000_100  # a hundred seconds into a quarter of an hour


def answer(time: int = T, **more) -> Answer:
    fields = {"request_id": "r", "algorithm": "ease", "version": "v1", "latency_ms": 1.0, **more}
    return Answer.objects.create(time=time, **fields)


def came(row: Answer, item: str = "a", kind: str = "click", **more) -> Outcome:
    return Outcome.objects.create(
        **{"answer": row, "event_id": "e", "item_id": item, "kind": kind, "rank": 1, "time": T}
        | more
    )


def test_answers_between_have_the_begin_and_not_the_end():
    for time in (T - 1, T, T + 9, T + 10):
        answer(time, items=[["a", 0.5, 1.0]], user_id=str(time - T))
    found = answers_between(begin=T, end=T + 10)
    assert sorted((row.user_id, row.items) for row in found) == [
        ("0", [["a", 0.5, 1.0]]),
        ("9", [["a", 0.5, 1.0]]),
    ]


@pytest.mark.parametrize(
    ("context", "variant", "channel"),
    [
        ({}, "", ""),
        ({"channel": "web"}, "", "web"),
        ({"device": "phone"}, "", "phone"),
        ({"channel": "web", "device": "phone"}, "", "web"),
        ({"attributes": {"channel": "email"}, "device": "phone"}, "", "email"),
        ({"channel": "web", "attributes": {"channel": "email"}}, "", "web"),
        ({"attributes": {"channel": 7}}, "", "7"),
        ({"attributes": {}, "page": "home"}, "", ""),
        ({"experiment": "test", "variant": "b"}, "test: b", ""),
        ({"experiment": "시험", "variant": "나", "device": "phone"}, "시험: 나", "phone"),
        ({"channel": ""}, "", ""),
        ({"hour": 0}, "", ""),
    ],
)
def test_figures_are_told_by_variant_and_channel(context, variant, channel):
    row = answer(context=context)
    came(row)
    (figures,) = answers_between(begin=T, end=T + 1)
    (outcome,) = outcomes_between(begin=T, end=T + 1)
    assert (figures.variant, figures.channel) == (variant, channel)
    assert (outcome.variant, outcome.channel) == (variant, channel)


def test_answers_between_tell_all_that_is_counted():
    answer(
        user_id="ada", session_id="s", placement="home", cache_hit=True, notice="degraded",
        latency_ms=2.5,
    )  # fmt: skip
    (row,) = answers_between(begin=0, end=T + 1)
    assert (row.algorithm, row.version, row.placement) == ("ease", "v1", "home")
    assert (row.user_id, row.session_id) == ("ada", "s")
    assert (row.cache_hit, row.notice, row.latency_ms, row.items) == (True, "degraded", 2.5, [])


def test_outcomes_between_are_those_of_its_answers_whenever_they_came():
    first, second = answer(T), answer(T + 10)
    late = came(first, time=T + 10**6)
    came(second, time=T)
    (found,) = outcomes_between(begin=T, end=T + 10)
    assert (found.pk, found.answer, found.item_id, found.kind) == (late.pk, first.pk, "a", "click")


def test_newest_outcome_is_the_greatest_number_or_none():
    assert newest_outcome() == 0
    row = answer()
    came(row, "a")
    last = came(row, "b", time=0)
    assert newest_outcome() == last.pk


def test_hours_after_are_quarters_in_which_answers_were_given():
    begin = T - T % QUARTER
    first, second = answer(begin), answer(begin + QUARTER - 1)
    third, _ = answer(begin + QUARTER), answer(begin + 9 * QUARTER)
    none = {"outcome": 0, "until_outcome": 0}
    assert hours_after(answer=0, until_answer=second.pk, **none) == {begin}
    assert hours_after(answer=first.pk, until_answer=third.pk, **none) == {begin, begin + QUARTER}
    assert hours_after(answer=third.pk, until_answer=third.pk, **none) == set()


def test_hours_after_are_those_of_the_answers_that_something_came_of():
    begin = T - T % QUARTER
    row = answer(begin)
    outcome = came(row, time=begin + 50 * QUARTER)
    span = {"answer": row.pk, "until_answer": row.pk}
    assert hours_after(outcome=0, until_outcome=outcome.pk, **span) == {begin}
    assert hours_after(outcome=outcome.pk, until_outcome=outcome.pk, **span) == set()


def test_conversions_after_are_conversions_alone_in_their_order():
    row = answer()
    came(row, "a", "click")
    first = came(row, "b", "conversion", value=2.0)
    second = came(row, "a", "conversion")
    late = came(row, "c", "conversion")
    found = list(conversions_after(outcome=0, until=second.pk))
    assert [(each.pk, each.item_id, each.value) for each in found] == [
        (first.pk, "b", 2.0),
        (second.pk, "a", None),
    ]
    assert [each.pk for each in conversions_after(outcome=second.pk, until=late.pk)] == [late.pk]


# What goes after a while


@pytest.fixture
def read_by_everybody(monkeypatch):
    """Whoever follows the answers has counted all that there are."""
    from omakase_service.recommendation_log import pruning

    monkeypatch.setattr(pruning, "read_by_all", lambda log: 10**9)


def test_remove_old_takes_the_oldest_first_and_no_more_than_asked_for(read_by_everybody):
    for time in (T + 3, T + 1, T + 2, T + 9):
        came(answer(time))
    assert count_old(T + 9) == (3, 3)
    assert remove_old(T + 9, 2) == 2
    assert sorted(Answer.objects.values_list("time", flat=True)) == [T + 3, T + 9]
    assert Outcome.objects.count() == 2
    assert kept_from() == T + 9


def test_remove_old_where_nothing_is_old_says_nothing_went(read_by_everybody):
    answer(T)
    assert remove_old(T, 9) == 0
    assert kept_from() == 0


def test_kept_from_never_goes_back(read_by_everybody):
    answer(T)
    answer(T - 100)
    remove_old(T + 1, 1)
    remove_old(T - 50, 9)
    assert kept_from() == T + 1


def test_attributed_seq_is_unknown_until_something_was_answered():
    assert attributed_seq() is None
    answer()
    assert attributed_seq() == 0
