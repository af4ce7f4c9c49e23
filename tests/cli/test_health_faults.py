"""Ten planted faults: `omakase health --fix` mends nine, and says of the tenth what to do."""

from collections.abc import Callable
from datetime import timedelta

import orjson
import pytest
from django.db import OperationalError
from django.utils import timezone

from omakase_service.alerts import mending
from omakase_service.alerts.contracts import AlertFinding
from omakase_service.alerts.models import Incident
from omakase_service.alerts.services import open_incident
from omakase_service.analytics.models import DailyFigures
from omakase_service.digests.models import Mailing
from omakase_service.events import ingest
from omakase_service.events.contracts import EventRow
from omakase_service.events.models import Event
from omakase_service.jobs.models import Job, Schedule
from omakase_service.recommendation_log import spool
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.recommendation_log.models import Answer
from omakase_service.recommendation_log.store import write
from omakase_service.training.models import ModelVersion
from omakase_settings import settings

pytestmark = pytest.mark.django_db


def answer(request_id: str) -> LoggedAnswer:
    moment = int(timezone.now().timestamp())
    return LoggedAnswer(request_id, moment, [ShownItem("i00", 0.5)], "ease", "v", user_id="u00")


def lost_job() -> None:
    Job.objects.create(kind="train", key="train", state="running", token="gone", attempts=1)


def missing_schedule() -> None:
    Schedule.objects.filter(name="check_alerts").delete()


def waiting_event() -> None:
    row = EventRow("waits", "u00", "i00", "view", None, int(timezone.now().timestamp()))
    frame = {"at": row.time, "create": True, "rows": [list(row)]}
    ingest.journal().append(orjson.dumps(frame))


def waiting_answer() -> None:
    spool.put([answer("waits")])


def interrupted_digest() -> None:
    Mailing.objects.create(
        request_id="r", user_id="u00", state="sending", created=timezone.now() - timedelta(hours=1)
    )


def unfinished_version() -> None:
    (settings().data_folder / "versions" / "20200101-000000").mkdir(parents=True)


def dead_metrics() -> None:
    (settings().data_folder / "metrics" / "999999999").mkdir(parents=True)


def figures_behind() -> None:
    write(answers=[answer("behind")])


def incident_that_is_over() -> None:
    open_incident(AlertFinding("latency", "slow", "wait"))


def stale_model() -> None:
    ModelVersion.objects.update(created=timezone.now() - timedelta(days=40))


FAULTS: dict[Callable[[], None], tuple[str, Callable[[], bool]]] = {
    lost_job: ("begin anew: 1", lambda: Job.objects.filter(kind="train", state="queued").exists()),
    missing_schedule: (
        "Schedules that were missing",
        lambda: Schedule.objects.filter(name="check_alerts").exists(),
    ),
    waiting_event: (
        "journal and are stored: 1",
        lambda: Event.objects.filter(event_id="waits").exists(),
    ),
    waiting_answer: (
        "on the disk and are logged: 1",
        lambda: Answer.objects.filter(request_id="waits").exists(),
    ),
    interrupted_digest: (
        "interrupted and are not sent again: 1",
        lambda: Mailing.objects.get().state == "unconfirmed",
    ),
    unfinished_version: (
        "unfinished or old, and are deleted: 1",
        lambda: not (settings().data_folder / "versions" / "20200101-000000").exists(),
    ),
    dead_metrics: (
        "whose figures are deleted: 1",
        lambda: not (settings().data_folder / "metrics" / "999999999").exists(),
    ),
    figures_behind: ("counted anew: 1", DailyFigures.objects.exists),
    incident_that_is_over: (
        "over and closed: 1",
        lambda: not Incident.objects.filter(name="latency", closed=None).exists(),
    ),
}
"""What is planted, what is said of its end, and whether it is mended."""


@pytest.fixture
def house(trained, omakase):
    """A house in which nothing is to be mended."""
    omakase("health", "--fix")
    return omakase


def fix(omakase) -> dict:
    return orjson.loads(omakase("health", "--fix", "--json").stdout)


def test_nine_of_ten_faults_at_once_are_mended_and_the_tenth_is_explained(house):
    assert fix(house)["mended"] == []
    for plant in (*FAULTS, stale_model):
        plant()
    told = fix(house)
    for plant, (sentence, is_mended) in FAULTS.items():
        assert any(sentence in line for line in told["mended"]), (plant.__name__, told["mended"])
        assert is_mended(), plant.__name__
    assert len(told["mended"]) == len(FAULTS)
    advice = {each["name"]: each["advice"] for each in told["findings"]}
    assert "omakase schedule list" in advice["model age"]
    assert fix(house)["mended"] == []


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_fault_alone_is_mended_and_nothing_else_is_touched(house, plant):
    plant()
    mended = fix(house)["mended"]
    sentence, is_mended = FAULTS[plant]
    assert any(sentence in line for line in mended)
    follows = "counted anew"  # an answer that is logged belongs to a day
    assert [line for line in mended if sentence not in line and follows not in line] == []
    assert is_mended()


def test_what_cannot_be_mended_is_said_and_the_others_go_on(house, monkeypatch):
    def away() -> str:
        raise OperationalError("the database is locked")

    monkeypatch.setattr(mending, "WAYS", (away, *mending.WAYS))
    dead_metrics()
    first, second = fix(house)["mended"]
    assert first == "Could not be mended, away: OperationalError: the database is locked."
    assert "whose figures are deleted" in second
