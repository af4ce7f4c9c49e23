"""The live version goes where people leave it alone; the one before answers again."""

import time
from datetime import UTC, datetime

import pytest

from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log.models import Answer, Outcome
from omakase_service.training import selectors, services
from omakase_service.training.models import ModelVersion

pytestmark = pytest.mark.django_db


def moment(*, hours: float) -> int:
    """Unix seconds of so many hours ago."""
    return int(time.time() - 3_600 * hours)


def answers(version: str, number: int, clicked: int, moment: int) -> None:
    """Logged answers of a version; the first of them led to a click each."""
    rows = Answer.objects.bulk_create(
        Answer(
            request_id=f"{version}-{moment}-{n}",
            time=moment,
            algorithm="ease",
            version=version,
            latency_ms=1.0,
            items=[["i01", 1.0, 1.0]],
        )
        for n in range(number)
    )
    rows = list(Answer.objects.filter(version=version, time=moment).order_by("pk")[:clicked])
    Outcome.objects.bulk_create(
        Outcome(answer=row, event_id=f"e{row.pk}", item_id="i01", kind="click", rank=1, time=moment)
        for row in rows
    )
    assert len(rows) == clicked


@pytest.fixture
def two_versions(tribes) -> tuple[str, str]:
    """The version before, and the live one."""
    first, second = (services.train(models={"ease": {"l2": 1.0}}) for _ in range(2))
    promoted = datetime.fromtimestamp(moment(hours=26), UTC)
    ModelVersion.objects.filter(name=second.name).update(promoted=promoted)
    return first.name, second.name


def outcome() -> dict:
    card = job_by_id(job_id=run_now(kind="watch_live"))
    return {"state": card.state, **card.result}


def test_watch_live_version_that_nobody_clicks_is_rolled_back(two_versions):
    before, live = two_versions
    answers(before, 600, 200, moment(hours=48))
    answers(live, 600, 20, moment(hours=24))
    assert outcome()["rolled_back"] is True
    assert selectors.live_version() == before
    verdict = selectors.version_by_name(name=live).verdict
    assert verdict["basis"] == "live"
    assert "3.3% of 600 answers led to a click, beside 33.3%" in verdict["words"]["en"][0]


def test_watch_live_version_clicked_alike_stays(two_versions):
    before, live = two_versions
    answers(before, 600, 200, moment(hours=48))
    answers(live, 300, 95, moment(hours=24))
    assert outcome()["rolled_back"] is False
    assert selectors.live_version() == live


def test_watch_of_a_night_compares_it_with_the_night_before(two_versions):
    """Few click at night; the evening before says nothing of it."""
    before, live = two_versions
    answers(before, 600, 300, moment(hours=40))
    answers(before, 600, 60, moment(hours=48))
    answers(live, 600, 55, moment(hours=24))
    assert outcome()["rolled_back"] is False


def test_watch_counts_no_answer_that_people_had_no_time_to_click(two_versions):
    before, live = two_versions
    answers(before, 600, 200, moment(hours=23.95))
    answers(live, 600, 0, moment(hours=0.1))
    assert (outcome()["answers"], selectors.live_version()) == (0, live)


def test_watch_without_a_version_before_is_skipped(trained):
    assert outcome()["state"] is JobState.SKIPPED


def test_watch_switched_off_is_skipped(two_versions, settings_with):
    settings_with(training={"roll_back": False})
    assert outcome()["state"] is JobState.SKIPPED


def test_scheduled_training_without_new_events_is_skipped(trained):
    card = job_by_id(job_id=run_now(kind="train"))
    assert card.state is JobState.SKIPPED
    assert f"since version {trained.name} was trained" in card.note
