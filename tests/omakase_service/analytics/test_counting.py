"""Counting answers and what came of them: equal to loops, whatever is in the log."""

from datetime import UTC, date, datetime, timedelta

import pytest

from omakase_service.analytics import selectors
from omakase_service.analytics.contracts import LATENCY_MS, Figures, FiguresKey
from omakase_service.analytics.counting import count
from omakase_service.analytics.item_popularity import count_taken_items, list_judge
from omakase_service.analytics.models import (
    Cursor,
    DailyFigures,
    DailyInputs,
    DailyTotals,
    Sale,
    ServerReading,
    TakenItem,
)
from omakase_service.analytics.pruning import count_old, counted_answer, first_whole_day, remove_old
from omakase_service.analytics.services import due_days, mark_days, price_conversions
from omakase_service.analytics.totals import note_calls
from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.events.services import record
from omakase_service.recommendation_log.models import Answer, Attributed, Outcome

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)
NOON = int(datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp())
SECONDS = 86_400
EASE = FiguresKey("ease", "v1", "")


def answer(*items: tuple[str, float], time: int = NOON, **more) -> Answer:
    fields = {"request_id": "r", "algorithm": "ease", "version": "v1", "latency_ms": 1.0, **more}
    places = [[item_id, score, 1.0] for item_id, score in items]
    return Answer.objects.create(time=time, items=places, n_items=len(items), **fields)


def came(row: Answer, item: str, kind: str = "click", value: float | None = None) -> Outcome:
    return Outcome.objects.create(
        answer=row, event_id="e", item_id=item, kind=kind, rank=1, time=NOON, value=value
    )


def counted(begin: int = NOON, end: int = NOON + 1) -> dict[FiguresKey, Figures]:
    return count(begin, end, catalog=10, judge=list_judge())


# Answers


def test_count_of_no_answers_is_nothing():
    answer(("a", 1.0), time=NOON + 1)
    answer(("a", 1.0), time=NOON - 1)
    assert counted() == {}


@pytest.mark.parametrize(
    ("milliseconds", "bucket"),
    [(0.0, 0), (1.0, 0), (1.01, 1), (100.0, 6), (100.5, 7), (5000.0, 11), (5000.1, 12), (1e9, 12)],
)
def test_count_answer_belongs_to_the_bucket_that_ends_at_or_after_its_time(milliseconds, bucket):
    answer(latency_ms=milliseconds)
    latency = counted()[EASE].latency
    assert [place for place, number in enumerate(latency) if number] == [bucket]
    assert len(latency) == len(LATENCY_MS) + 1


@pytest.mark.parametrize(
    ("score", "bucket"), [(0.0, 0), (0.0999, 0), (0.1, 1), (0.55, 5), (0.9999, 9), (1.0, 9)]
)
def test_count_score_belongs_to_the_bucket_in_which_it_lies(score, bucket):
    answer(("a", score))
    figures = counted()[EASE]
    assert [place for place, number in enumerate(figures.scores) if number] == [bucket]
    assert figures.score == score


def test_count_score_of_nothing_counts_as_nought():
    Answer.objects.create(
        request_id="r", time=NOON, algorithm="ease", version="v1", latency_ms=1.0,
        items=[["a", None, 1.0]],
    )  # fmt: skip
    figures = counted()[EASE]
    assert (figures.score, figures.scores[0], figures.shown) == (0.0, 1, 1)


def test_count_people_and_sessions_once_however_often_they_ask():
    who = (
        {"user_id": "ada"},
        {"user_id": "ada", "session_id": "s1"},
        {"user_id": "ada", "session_id": "s2"},
        {"session_id": "s3"},
        {"session_id": "s3"},
        {"user_id": "s3"},
        {},
    )
    for each in who:
        answer(**each)
    figures = counted()[EASE]
    assert (figures.requests, figures.people, figures.sessions) == (7, 3, 3)


def test_count_items_once_and_places_each_time():
    answer(("a", 0.5), ("b", 0.5))
    answer(("a", 0.5))
    figures = counted()[EASE]
    assert (figures.items, figures.shown, figures.catalog) == (2, 3, 10)


def test_count_hits_and_what_was_degraded():
    answer(cache_hit=True)
    answer(notice="degraded")
    answer(notice="unknown")
    figures = counted()[EASE]
    assert (figures.cache_hits, figures.degraded) == (1, 1)


def test_count_groups_apart_by_all_that_names_them():
    answer()
    answer(algorithm="popular")
    answer(version="v2")
    answer(placement="home")
    answer(context={"experiment": "e", "variant": "b"})
    answer(context={"device": "phone"})
    answer(context={"channel": "web", "device": "phone"})
    assert set(counted()) == {
        EASE,
        FiguresKey("popular", "v1", ""),
        FiguresKey("ease", "v2", ""),
        FiguresKey("ease", "v1", "home"),
        FiguresKey("ease", "v1", "", "e: b"),
        FiguresKey("ease", "v1", "", "", "phone"),
        FiguresKey("ease", "v1", "", "", "web"),
    }


# What came of them


def test_count_outcomes_by_their_kinds_and_answers_once():
    first, second, _ = answer(("a", 1.0)), answer(("a", 1.0)), answer(("a", 1.0))
    came(first, "a", "impression")
    came(first, "a", "click")
    came(first, "b", "click")
    bought = came(second, "a", "conversion")
    Sale.objects.create(outcome=bought.pk, amount=7.5)
    figures = counted()[EASE]
    assert (figures.seen, figures.clicks, figures.conversions) == (1, 2, 1)
    assert (figures.engaged, figures.revenue) == (2, 7.5)


def test_count_conversion_without_a_worth_brings_nothing():
    came(answer(("a", 1.0)), "a", "conversion")
    assert counted()[EASE].revenue == 0.0


def test_count_answer_that_was_only_seen_engaged_nobody():
    came(answer(("a", 1.0)), "a", "impression")
    assert counted()[EASE].engaged == 0


@pytest.mark.parametrize(
    ("price", "value", "amount"),
    [(3.0, None, 3.0), (3.0, 2.0, 6.0), (None, 2.0, 0.0), (0, 2.0, 0.0), (3.0, 0.5, 1.5)],
)
def test_price_conversions_keeps_price_times_quantity(price, value, amount):
    upsert_items(items=[ItemIn(item_id="a", price=price)])
    bought = came(answer(("a", 1.0)), "a", "conversion", value)
    price_conversions(until=bought.pk)
    assert Sale.objects.get(outcome=bought.pk).amount == amount


def test_price_conversions_of_an_item_that_is_gone_keeps_nothing_of_worth():
    bought = came(answer(("no", 1.0)), "no", "conversion", 2.0)
    price_conversions(until=bought.pk)
    assert Sale.objects.get().amount == 0.0


def test_price_conversions_twice_keeps_the_first_price_and_looks_no_further():
    upsert_items(items=[ItemIn(item_id="a", price=3)])
    row = answer(("a", 1.0))
    first, second = came(row, "a", "conversion"), came(row, "b", "conversion")
    price_conversions(until=first.pk)
    upsert_items(items=[ItemIn(item_id="a", price=9)])
    price_conversions(until=first.pk)
    assert list(Sale.objects.values_list("outcome", "amount")) == [(first.pk, 3.0)]
    assert second.pk > first.pk


# Which days


def test_due_days_are_those_of_what_is_new_where_the_owner_is(settings_with):
    settings_with(analytics={"time_zone": "Asia/Seoul"})
    row = answer(time=int(datetime(2026, 3, 4, 15, 1, tzinfo=UTC).timestamp()))
    early = answer(time=int(datetime(2026, 3, 4, 14, 59, tzinfo=UTC).timestamp()))
    assert due_days(early.pk, 0) == {date(2026, 3, 5), date(2026, 3, 4)}
    assert due_days(row.pk, 0) == {date(2026, 3, 5)}


def test_marked_days_are_due_once_each_and_in_order():
    mark_days([date(2026, 3, 5), date(2026, 3, 4), date(2026, 3, 5)])
    mark_days([date(2026, 3, 4)])
    assert due_days(0, 0) == {date(2026, 3, 4), date(2026, 3, 5)}
    assert Cursor.objects.get().days == ["2026-03-04", "2026-03-05"]


def test_mark_of_no_days_marks_nothing():
    mark_days([])
    assert not Cursor.objects.filter(marks__gt=0).exists()


@pytest.mark.parametrize(
    ("kept", "first"),
    [
        (0, date.min),
        (NOON, date(2026, 3, 5)),
        (NOON - 12 * 3600, date(2026, 3, 5)),
        (NOON - 12 * 3600 - 1, date(2026, 3, 4)),
    ],
)
def test_first_whole_day_is_the_one_after_what_may_be_gone(kept, first, settings_with):
    settings_with(analytics={"time_zone": "UTC"})
    assert first_whole_day(kept) == first


def test_counted_answer_waits_for_days_that_are_to_be_counted_anew(settings_with):
    settings_with(analytics={"time_zone": "UTC"})
    assert counted_answer() == 0
    Cursor.objects.create(pk=1, answer=7)
    assert counted_answer() == 7
    mark_days([DAY])
    assert counted_answer() == 0
    Attributed.objects.create(pk=1, kept_from=NOON)
    assert counted_answer() == 7  # that day is never counted anew


# What goes after a while


def test_remove_old_takes_days_that_ended_before_the_moment(settings_with):
    settings_with(analytics={"time_zone": "UTC"})
    for back in range(4):
        day = DAY - timedelta(days=back)
        DailyFigures.objects.create(day=day, algorithm="ease", version="v1")
        DailyInputs.objects.create(day=day)
        DailyTotals.objects.create(day=day)
    assert count_old(NOON) == (3, 3)
    assert remove_old(NOON, 2) == 2
    assert sorted(DailyFigures.objects.values_list("day", flat=True)) == [
        DAY - timedelta(days=1),
        DAY,
    ]
    assert remove_old(NOON, 9) == 1
    assert remove_old(NOON, 9) == 0
    assert [DailyInputs.objects.get().day, DailyTotals.objects.get().day] == [DAY, DAY]


# Reads


def test_figures_of_an_older_release_are_those_that_it_knew():
    DailyFigures.objects.create(
        day=DAY, algorithm="ease", version="v1", figures={"requests": 3, "gone": 1}
    )
    (row,) = selectors.figures(start=DAY, end=DAY)
    assert (row.figures.requests, row.figures.clicks, row.figures.latency) == (3, 0, [0] * 13)


def test_figures_of_the_first_period_count_the_days_that_were_asked_for():
    for back in range(12):
        day = DAY - timedelta(days=back)
        figures = {"requests": 1 if back else 5}
        DailyFigures.objects.create(day=day, algorithm="ease", version="v1", figures=figures)
    rows = selectors.figures(start=date(2026, 3, 3), end=DAY, period="week")
    (row,) = rows
    assert (row.start, row.figures.requests) == (date(2026, 3, 2), 6)
    assert row.before.requests == 7


def test_figures_without_any_day_are_none():
    assert selectors.figures(start=DAY, end=DAY) == []
    values = [(target.name, target.value) for target in selectors.targets(last=DAY, days=7)]
    assert values == [("click_rate", 0.0), ("conversion_rate", 0.0), ("availability", None)]


def test_targets_are_of_the_days_up_to_the_last(settings_with):
    settings_with(analytics={"target_click_rate": 0.25})
    for back, clicks in ((0, 1), (6, 0), (7, 99)):
        DailyFigures.objects.create(
            day=DAY - timedelta(days=back),
            algorithm="ease",
            version="v1",
            figures={"shown": 2, "clicks": clicks},
        )
    click_rate, *_ = selectors.targets(last=DAY, days=7)
    assert (click_rate.value, click_rate.target, click_rate.met) == (0.25, 0.25, True)


# Taken items and calls


def test_taken_items_add_up_and_are_counted_once():
    def take(item: str, user: str) -> None:
        record(events=[{"user_id": user, "item_id": item, "kind": "purchase", "time": NOON}])

    take("a", "u")
    take("a", "v")
    take("b", "u")
    assert count_taken_items() == 2
    assert count_taken_items() == 0
    take("a", "w")
    assert count_taken_items() == 1
    assert dict(TakenItem.objects.values_list("item_id", "events")) == {"a": 3, "b": 1}


@pytest.mark.parametrize(
    ("readings", "calls", "failures"),
    [
        ([{"a": (5, 1)}], 5, 1),
        ([{"a": (5, 1)}, {"a": (5, 1)}], 5, 1),
        ([{"a": (5, 1)}, {"a": (8, 2)}], 8, 2),
        ([{"a": (5, 1)}, {"a": (3, 0)}], 8, 1),
        ([{"a": (5, 1)}, {"b": (3, 1)}], 8, 2),
        ([{"a": (5, 1), "b": (2, 0)}, {"a": (6, 1), "b": (2, 0)}], 8, 1),
        ([{"a": (5, 1)}, {}, {"a": (5, 1)}], 10, 2),
    ],
)
def test_calls_of_servers_are_added_since_the_last_look(readings, calls, failures):
    for reading in readings:
        note_calls(DAY, reading)
    counts = DailyTotals.objects.get(day=DAY).counts
    assert (counts["calls"], counts.get("failures", 0)) == (calls, failures)
    assert set(ServerReading.objects.values_list("server", flat=True)) == set(readings[-1])


def test_calls_of_nobody_make_no_row():
    note_calls(DAY, {})
    note_calls(DAY, {"a": (0, 0)})
    assert not DailyTotals.objects.exists()
