"""What is kept no longer goes; what somebody still needs, and what was counted, stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from omakase_service.analytics.models import DailyFigures
from omakase_service.events.models import Event
from omakase_service.events.services import erase_events, record
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.registry import LogReader, log_readers
from omakase_service.recommendation_log.attribution import attribute
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.recommendation_log.models import Answer, Outcome
from omakase_service.recommendation_log.store import write
from omakase_service.retention.services import SECONDS_A_DAY, prune
from omakase_service.training.engine import exported_sequence, user_ids
from omakase_service.training.services import train
from omakase_service.training.versions import snapshot_folder

START = int(datetime(2025, 1, 1, 12, tzinfo=UTC).timestamp())
DAYS, KEPT, ANSWERS = 365, 30, 20
MOST_BYTES = 6 * 2**20
"""Of the database after a simulated year, of which thirty days are kept; a year takes more."""


def one_day(day: int) -> None:
    """Answers to some people, of which every second is clicked."""
    at = START + day * SECONDS_A_DAY
    names = [f"r{day}-{n}" for n in range(ANSWERS)]
    items = [ShownItem(f"i{n:02}", 1 - n / 20) for n in range(10)]
    write(
        answers=[
            LoggedAnswer(name, at + n, items, "ease", "v1", user_id=f"u{n}")
            for n, name in enumerate(names)
        ]
    )
    record(
        events=[
            {
                "event_id": f"{name}-e",
                "user_id": f"u{n}",
                "item_id": "i00",
                "type": "click" if n % 2 else "view",
                "time": at + 60 + n,
                "request_id": name,
            }
            for n, name in enumerate(names)
        ]
    )
    attribute(until=Event.objects.order_by("-seq").values_list("seq", flat=True)[0])


def removed(now: float) -> dict[str, int]:
    return {each.kind: each.removed for each in prune(now=now)}


def size() -> int:
    """Bytes of the database (SQLite), what is free within it included."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA page_size")
        return pages * cursor.fetchone()[0]


@pytest.fixture
def kept_days(db, settings_with, monkeypatch):
    """Events and answers are kept for thirty days; steps follow without pauses."""
    monkeypatch.setattr("omakase_service.retention.services.MOST_PAUSE_SECONDS", 0.0)
    return settings_with(
        retention={"events_days": KEPT, "answers_days": KEPT, "batch": 50},
        training={"gate": "off"},
    )


@pytest.fixture
def nobody_trains(monkeypatch):
    """Training reads nothing, so that events may go at once."""
    reader = log_readers.get("training")
    log_readers.unregister("training")
    yield
    log_readers.register("training", reader)


def test_prune_simulated_year_keeps_its_size_and_all_figures(kept_days, nobody_trains):
    for day in range(DAYS):
        one_day(day)
        if day % 5 == 4:
            run_now(kind="roll_up")
            removed(START + day * SECONDS_A_DAY)
    figures = DailyFigures.objects.order_by("day").values_list("day", "figures")
    assert len(figures) == DAYS
    assert {f["requests"] for _, f in figures} == {ANSWERS}
    assert {f["clicks"] for _, f in figures} == {ANSWERS // 2}
    assert Answer.objects.count() <= (KEPT + 5) * ANSWERS
    assert Event.objects.count() <= (KEPT + 5) * ANSWERS
    assert Outcome.objects.exclude(answer__in=Answer.objects.all()).count() == 0
    if connection.vendor == "sqlite":
        assert size() < MOST_BYTES


def test_prune_dry_run_counts_and_removes_nothing(kept_days, nobody_trains):
    one_day(0)
    run_now(kind="roll_up")
    later = START + 40 * SECONDS_A_DAY
    said = {each.kind: each.removed for each in prune(now=later, dry_run=True)}
    assert said["answers"] == ANSWERS
    assert Answer.objects.count() == ANSWERS
    assert removed(later) == said


def test_prune_answers_nobody_has_counted_stay(kept_days):
    one_day(0)
    (report,) = [e for e in prune(now=START + 40 * SECONDS_A_DAY) if e.kind == "answers"]
    assert (report.removed, report.needed) == (0, ANSWERS)


def test_prune_events_training_has_not_read_stay(kept_days):
    one_day(0)
    (report,) = [e for e in prune(now=START + 40 * SECONDS_A_DAY) if e.kind == "events"]
    assert (report.removed, report.needed) == (0, ANSWERS)


def test_prune_events_training_has_read_leaves_what_it_learns_from(kept_days):
    one_day(0)
    train(models=["popular"], evaluate=False)
    before = exported_sequence(snapshot_folder())
    assert removed(START + 40 * SECONDS_A_DAY)["events"] == ANSWERS - 1  # the newest stays
    one_day(1)
    version = train(models=["popular"], evaluate=False)
    assert exported_sequence(snapshot_folder()) > before
    assert version.window["events"] == 2 * ANSWERS


def test_train_snapshot_days_are_all_that_it_learns_from(db, settings_with, monkeypatch):
    settings_with(retention={"snapshot_days": 10}, training={"gate": "off"})
    for day in (0, 5, 12):
        one_day(day)
    monkeypatch.setattr("time.time", lambda: START + 14 * SECONDS_A_DAY)
    version = train(models=["popular"], evaluate=False)
    assert version.window["events"] == 2 * ANSWERS


def test_prune_events_where_nothing_was_answered_wait_for_training_alone(kept_days):
    events = [
        {"user_id": f"u{n}", "item_id": f"i{n % 3}", "type": "view", "time": START + n}
        for n in range(9)
    ]
    record(events=events)
    train(models=["popular"], evaluate=False)
    assert removed(START + 40 * SECONDS_A_DAY)["events"] == 8


def test_erased_person_leaves_a_snapshot_that_has_more_than_the_log(kept_days):
    one_day(0)
    record(
        events=[
            {"session_id": "visit", "item_id": "i1", "type": "view", "time": START},
            {
                "session_id": "visit",
                "user_id": "u3",
                "item_id": "i1",
                "type": "view",
                "time": START,
            },
        ]
    )
    train(models=["popular"], evaluate=False)
    removed(START + 40 * SECONDS_A_DAY)
    one_day(1)
    erase_events(user_id="u3")
    version = train(models=["popular"], evaluate=False)
    assert "u3" not in user_ids(snapshot_folder())
    assert version.window["events"] >= 2 * (ANSWERS - 1)


def test_late_outcome_of_a_pruned_day_leaves_its_figures(kept_days, nobody_trains):
    one_day(0)
    run_now(kind="roll_up")
    removed(START + (KEPT * SECONDS_A_DAY) + 10)  # half of the day's answers
    assert 0 < Answer.objects.count() < ANSWERS
    name = Answer.objects.values_list("request_id", flat=True)[0]
    person = Answer.objects.values_list("user_id", flat=True)[0]
    record(
        events=[
            {
                "user_id": person,
                "item_id": "i01",
                "type": "click",
                "request_id": name,
                "time": START + 2 * SECONDS_A_DAY,
            }
        ]
    )
    attribute(until=10**9)
    one_day(40)
    run_now(kind="roll_up")
    first = DailyFigures.objects.order_by("day").first()
    assert first.day == (datetime(2025, 1, 1, tzinfo=UTC) + timedelta()).date()
    assert first.figures["requests"] == ANSWERS


def test_log_reader_without_position_holds_nothing_back():
    log_readers.register("idle", LogReader("clicks", lambda: None))
    from omakase_service.platform.registry import NOBODY_READS, read_by_all

    assert read_by_all("clicks") == NOBODY_READS
    log_readers.unregister("idle")


def test_retention_command_says_what_would_go(omakase, db):
    done = omakase("retention", "--dry-run")
    assert done.exit_code == 0
    assert "for ever" in done.stdout
    assert "would go" in done.stdout
