"""Figures equal a count of the log by plain loops, whatever comes late, twice or is erased."""

from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import pytest

from omakase_service.analytics import selectors, services
from omakase_service.analytics.contracts import LATENCY_MS, Figures, bounds_of, day_of, start_of
from omakase_service.analytics.engine import ListJudge
from omakase_service.analytics.models import DailyFigures
from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log.models import Answer, Outcome
from omakase_service.recommendation_log.services import erase_answers

pytestmark = pytest.mark.django_db
START = int(datetime(2026, 3, 28, 12, tzinfo=UTC).timestamp())
HOUR = 3_600


@pytest.fixture
def log(settings_with, rng) -> np.random.Generator:
    """Three days of answers around a change of the clock in Berlin, and what came of them."""
    settings_with(analytics={"time_zone": "Europe/Berlin"})
    upsert_items(items=[ItemIn(item_id=f"i{n}", title="t", price=10 + n) for n in range(5)])
    write(rng, 120)
    return rng


def write(rng: np.random.Generator, number: int) -> None:
    rows = [
        Answer(
            request_id=f"r{rng.integers(1 << 40)}",
            time=START + int(rng.integers(60 * HOUR)),
            user_id=f"u{rng.integers(9)}" if rng.random() < 0.7 else None,
            session_id=f"s{rng.integers(5)}" if rng.random() < 0.5 else None,
            algorithm=str(rng.choice(["ease", "popular"])),
            version="v1",
            placement=str(rng.choice(["", "home"])),
            cache_hit=bool(rng.random() < 0.3),
            latency_ms=float(rng.exponential(80)),
            items=[[f"i{n}", 0.5, 1.0] for n in rng.choice(5, 3, replace=False)],
        )
        for _ in range(number)
    ]
    Answer.objects.bulk_create(rows)
    respond(rng, list(Answer.objects.order_by("-pk")[:number]))


def respond(rng: np.random.Generator, answers: list[Answer]) -> None:
    """What people did, some of it long after; the same twice is one outcome."""
    kinds = ("impression", "click", "conversion")
    Outcome.objects.bulk_create(
        (
            Outcome(
                answer=answer,
                event_id=f"e{answer.pk}{kind}",
                item_id=answer.items[0][0],
                kind=kind,
                rank=1,
                time=answer.time + int(rng.integers(90 * HOUR)),
                value=2.0 if kind == "conversion" else None,
            )
            for answer in answers
            for kind in kinds
            if rng.random() < 0.4
        ),
        ignore_conflicts=True,
    )


def by_loops(day: date) -> dict[tuple[str, str], Counter]:
    """Counts of a day in Berlin, from every row of the log."""
    begin, end = bounds_of(day, "Europe/Berlin")
    counts: dict[tuple[str, str], Counter] = {}
    people: dict[tuple[str, str], set] = {}
    sessions: dict[tuple[str, str], set] = {}
    for answer in Answer.objects.all():
        if begin <= answer.time < end:
            key = (answer.algorithm, answer.placement)
            one = counts.setdefault(key, Counter())
            one["requests"] += 1
            one["shown"] += 3
            one["cache_hits"] += answer.cache_hit
            person = answer.user_id or (answer.session_id and f"session {answer.session_id}")
            people.setdefault(key, set()).update({person} - {None})
            sessions.setdefault(key, set()).update({answer.session_id} - {None})
            followed = {outcome.kind for outcome in Outcome.objects.filter(answer=answer)}
            one["engaged"] += bool(followed & {"click", "conversion"})
            for outcome in Outcome.objects.filter(answer=answer):
                name = {"impression": "seen", "click": "clicks"}.get(outcome.kind, "conversions")
                one[name] += 1
                if outcome.kind == "conversion":
                    one["revenue"] += (10 + int(outcome.item_id[1:])) * 2
    for key, one in counts.items():
        one["people"] = len(people.get(key, set()))
        one["sessions"] = len(sessions[key])
    return counts


def assert_equal_to_loops() -> None:
    days = {day_of(time, "Europe/Berlin") for time in Answer.objects.values_list("time", flat=True)}
    for day in days | set(DailyFigures.objects.values_list("day", flat=True)):
        rows = {
            (row.algorithm, row.placement): selectors.figures_of(row)
            for row in DailyFigures.objects.filter(day=day)
        }
        expected = by_loops(day)
        assert rows.keys() == expected.keys()
        for key, counter in expected.items():
            for name in ("requests", "shown", "seen", "clicks", "conversions", "revenue",
                         "cache_hits", "people", "sessions", "engaged"):  # fmt: skip
                assert getattr(rows[key], name) == pytest.approx(counter[name]), (day, key, name)
            assert sum(rows[key].latency) == counter["requests"]


def roll_up() -> JobState:
    return job_by_id(job_id=run_now(kind="roll_up")).state


def test_roll_up_equals_a_count_by_loops_over_a_change_of_the_clock(log):
    assert roll_up() is JobState.SUCCEEDED
    assert_equal_to_loops()


def test_roll_up_late_answers_and_outcomes_are_counted_on_their_days(log):
    roll_up()
    write(log, 40)
    respond(log, list(Answer.objects.order_by("pk")[:60]))
    roll_up()
    assert_equal_to_loops()


def test_roll_up_without_anything_new_is_skipped(log):
    roll_up()
    assert roll_up() is JobState.SKIPPED


def test_roll_up_days_of_an_erased_person_are_counted_anew(log):
    roll_up()
    services.mark_days_of_user("u1", ["s1"])
    erase_answers("u1", ["s1"])
    roll_up()
    assert_equal_to_loops()


def test_roll_up_days_marked_while_it_counts_are_counted_again(log, monkeypatch):
    marked, roll_up_day = [], services.roll_up

    def erase_meanwhile(day: date, judge: ListJudge) -> None:
        roll_up_day(day, judge)
        if not marked:
            marked.append(day)
            services.mark_days_of_user("u1", ["s1"])
            erase_answers("u1", ["s1"])

    monkeypatch.setattr(services, "roll_up", erase_meanwhile)
    roll_up()
    assert roll_up() is JobState.SUCCEEDED
    assert_equal_to_loops()


def test_roll_up_price_at_the_time_stays(log):
    roll_up()
    before = selectors.figures(start=date(2026, 3, 1), end=date(2026, 4, 30), group="none")
    upsert_items(items=[ItemIn(item_id=f"i{n}", title="t", price=1_000) for n in range(5)])
    services.mark_days({row.start for row in before})
    roll_up()
    again = selectors.figures(start=date(2026, 3, 1), end=date(2026, 4, 30), group="none")
    assert [row.figures.revenue for row in again] == [row.figures.revenue for row in before]


def test_figures_weeks_and_months_add_up_to_the_days(log):
    roll_up()
    span = {"start": date(2026, 3, 1), "end": date(2026, 4, 30), "group": "none"}
    requests = [
        sum(row.figures.requests for row in selectors.figures(**span, period=period))
        for period in ("day", "week", "month")
    ]
    assert requests == [120] * 3


@pytest.mark.parametrize(("period", "start"), [("day", 15), ("week", 13), ("month", 1)])
def test_start_of_period(period, start):
    assert start_of(date(2026, 5, 15), period) == date(2026, 5, start if period != "week" else 11)


def test_bounds_of_day_on_which_the_clock_changes_has_23_hours():
    begin, end = bounds_of(date(2026, 3, 29), "Europe/Berlin")
    assert end - begin == 23 * HOUR


def test_percentile_and_shares_from_buckets():
    figures = Figures(requests=10, latency=[8, *([0] * 6), 1, *([0] * 4), 1])
    assert figures.percentile(0.5) == 1.0
    assert figures.percentile(0.9) == 200.0
    assert figures.percentile(0.99) is None
    assert (figures.within(100), figures.within(500)) == (0.8, 0.9)
    assert len(figures.latency) == len(LATENCY_MS) + 1
