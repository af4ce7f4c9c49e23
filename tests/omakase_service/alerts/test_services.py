"""What is wrong is told once, and its end once; quiet days say nothing."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import orjson
import pytest

from omakase_service.alerts import detectors, inspection, services
from omakase_service.alerts.models import Incident, RequestReading
from omakase_service.alerts.readings import latest_requests, note_requests
from omakase_service.alerts.selectors import incidents
from omakase_service.analytics.contracts import LATENCY_MS, Figures
from omakase_service.analytics.models import DailyFigures, DailyInputs
from omakase_service.events.models import Event
from omakase_service.events.services import record
from omakase_service.jobs.models import Job
from omakase_settings import Settings

pytestmark = pytest.mark.django_db
GOOD = {
    "requests": 1_000, "people": 300, "shown": 10_000, "seen": 8_000, "clicks": 400,
    "conversions": 20, "items": 500, "catalog": 1_000,
}  # fmt: skip


def today() -> date:
    return datetime.now(UTC).date()


def day(back: int, **figures) -> None:
    """Figures of a day so many days ago; good ones where nothing else is said."""
    latency = [0] * (len(LATENCY_MS) + 1)
    latency[4] = GOOD["requests"]
    DailyFigures.objects.update_or_create(
        day=today() - timedelta(days=back),
        algorithm="ease",
        version="v",
        placement="",
        defaults={"figures": {**GOOD, "latency": latency, **figures}},
    )


@pytest.fixture
def quiet(trained) -> None:
    """Four weeks in which all went well."""
    for back in range(28):
        day(back)
    moment = int(time.time()) - 60
    record(events=[{"user_id": "ada", "item_id": "i1", "kind": "view", "time": moment}])


def names() -> set[str]:
    return {finding.name for finding in detectors.findings()}


def test_quiet_weeks_open_nothing(quiet):
    assert names() == set()
    assert services.check() == {"open": 0, "opened": 0, "closed": 0}


def slow_day() -> None:
    day(0, latency=[0] * 9 + [1_000, 0, 0, 0])


def clickless() -> None:
    for back in range(7):
        day(back, clicks=10)


def narrow() -> None:
    for back in range(7):
        day(back, items=20)


def inputs(back: int, **catalog: int) -> None:
    """Items that could be shown so many days ago, by type, and a day's usual events."""
    DailyInputs.objects.update_or_create(
        day=today() - timedelta(days=back),
        defaults={
            "catalog": catalog or {"film": 700, "series": 300},
            "events": {"view": 900, "click": 100},
        },
    )


def usual_inputs() -> None:
    for back in range(30):
        inputs(back)


def halved() -> None:
    usual_inputs()
    inputs(0, film=280, series=120)


def other_types() -> None:
    usual_inputs()
    inputs(0, film=300, series=700)


def other_kinds() -> None:
    usual_inputs()
    DailyInputs.objects.filter(day=today() - timedelta(days=1)).update(
        events={"view": 300, "click": 700}
    )


def many_events() -> None:
    usual_inputs()
    DailyInputs.objects.filter(day=today() - timedelta(days=1)).update(
        events={"view": 9_000, "click": 1_000}
    )


def other_scores() -> None:
    for back in range(20):
        day(back, scores=[0] * 8 + [500, 500] if back > 1 else [500, 500] + [0] * 8)


def emptied_cache() -> None:
    for back in range(15):
        day(back, cache_hits=500 if back else 50)


def degraded() -> None:
    day(0, degraded=50)


def failing() -> None:
    note_requests({"7": (1_000, 1)})
    note_requests({"7": (1_200, 11)})


def failing_imports() -> None:
    for _ in range(3):
        Job.objects.create(kind="import_sql", key="import_sql", state="failed", note="no route")


def old_job() -> None:
    job = Job.objects.create(kind="train", key="train")
    Job.objects.filter(pk=job.pk).update(created=datetime.now(UTC) - timedelta(hours=3))


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (slow_day, {"latency"}),
        (clickless, {"clicks", "clicks week on week"}),
        (narrow, {"coverage"}),
        (halved, {"catalog"}),
        (old_job, {"worker"}),
        (other_types, {"drift: catalog"}),
        (other_kinds, {"drift: kinds of events"}),
        (many_events, {"drift: number of events"}),
        (other_scores, {"drift: scores"}),
        (emptied_cache, {"cache"}),
        (degraded, {"degraded answers"}),
        (failing, {"errors"}),
        (failing_imports, {"failing jobs"}),
    ],
)
def test_planted_fault_is_found_and_nothing_else(quiet, plant, expected):
    plant()
    assert names() == expected


def test_usual_inputs_open_nothing(quiet):
    usual_inputs()
    assert names() == set()


def test_inputs_of_a_day_that_is_not_brought_in_yet_are_no_fall(quiet):
    usual_inputs()
    DailyInputs.objects.filter(day__gte=today() - timedelta(days=1)).update(events={})
    assert names() == set()


def test_two_failures_among_a_hundred_are_chance_and_no_alarm(quiet):
    note_requests({"7": (100, 2)})
    assert names() == set()


def test_requests_are_judged_once_enough_came_and_forgotten_with_their_server(quiet):
    note_requests({"7": (1_000, 0)})
    note_requests({"7": (1_050, 50)})
    assert latest_requests() == (1_000, 0)
    note_requests({"7": (1_150, 60)})
    assert latest_requests() == (150, 60)
    note_requests({"7": (120, 0)})  # begun anew under the same number
    assert latest_requests() == (120, 0)
    note_requests({})
    assert not RequestReading.objects.exists()


def test_silent_events_and_stale_model_are_found(quiet, settings_with):
    settings_with(alerts={"silent_hours": 0.001, "model_days": 0.0001})
    assert names() == {"events"}  # a version of today is not a day old


def test_events_of_no_time_are_not_silent(quiet, settings_with):
    settings_with(alerts={"silent_hours": 0.001})
    Event.objects.update(time=0)
    assert names() == set()
    assert inspection.events("events").state == "the newest is of an unknown time"


def test_incident_opens_once_and_closes_by_itself(quiet, caplog):
    slow_day()
    assert services.check()["opened"] == 1
    assert services.check()["opened"] == 0
    day(0)
    assert services.check() == {"open": 0, "opened": 0, "closed": 1}
    (incident,) = incidents()
    assert incident.closed is not None
    assert caplog.text.count("latency:") == 1
    assert caplog.text.count("latency is over") == 1


def test_maintenance_opens_and_tells_nothing(quiet, settings_with):
    now = datetime.now(UTC)
    window = (
        f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}Z/{now + timedelta(hours=1):%Y-%m-%dT%H:%M}Z"
    )
    settings_with(alerts={"maintenance": (window,)})
    slow_day()
    assert services.check() == {"open": 0, "opened": 0, "closed": 0}


@pytest.mark.parametrize("window", ["tomorrow", "2026-12-01T00:00/2026-12-01T02:00", "a/b"])
def test_maintenance_that_cannot_be_read_is_refused(window):
    with pytest.raises(ValueError, match="is no window"):
        Settings(alerts={"maintenance": (window,)})


class Listener:
    """A webhook that keeps what it is sent; it may refuse."""

    def __init__(self) -> None:
        self.bodies: list[dict] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.bodies.append(
                    orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
                )
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *words: object) -> None:
                """Nothing on the terminal."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener():
    hook = Listener()
    yield hook
    hook.server.shutdown()
    hook.server.server_close()


def test_webhook_is_told_begin_and_end_once_each(quiet, listener, settings_with):
    settings_with(alerts={"webhook_url": listener.url})
    slow_day()
    services.check()
    services.check()
    day(0)
    services.check()
    services.check()
    assert [body["state"] for body in listener.bodies] == ["open", "closed"]
    assert "95 % of today's 1,000 answers" in listener.bodies[0]["message"]


def test_webhook_that_refuses_is_told_again_later(quiet, listener, settings_with):
    settings_with(alerts={"webhook_url": listener.url})
    slow_day()
    listener.status = 500
    services.check()
    assert not Incident.objects.get().told_opened
    listener.status = 200
    services.check()
    services.check()
    assert len(listener.bodies) == 2
    assert Incident.objects.get().told_opened


@pytest.mark.parametrize(
    ("form", "key"), [("slack", "text"), ("pagerduty", "routing_key"), ("plain", "name")]
)
def test_webhook_forms(quiet, listener, settings_with, form, key):
    settings_with(alerts={"webhook_url": listener.url, "webhook_form": form})
    slow_day()
    services.check()
    assert key in listener.bodies[0]


def test_address_that_is_away_is_no_crash_and_no_secret_is_logged(quiet, settings_with, caplog):
    settings_with(alerts={"webhook_url": "http://127.0.0.1:9/secret-token"})
    slow_day()
    services.check()
    assert "secret-token" not in caplog.text


def test_incidents_over_http(quiet, api):
    slow_day()
    services.check()
    (incident,) = api.get("/api/alerts?open_only=true").json()
    assert (incident["name"], incident["closed"]) == ("latency", None)
    assert incident["advice"]


def test_percentile_beyond_all_buckets_is_said_in_words():
    assert Figures(requests=1, latency=[0] * len(LATENCY_MS) + [1]).percentile(0.95) is None
