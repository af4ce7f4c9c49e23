"""Incidents: opened and closed once, told in three forms, and rid of names."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from django.utils import timezone

from omakase_service.alerts import mending, services
from omakase_service.alerts.contracts import AlertFinding, NamedVisitor
from omakase_service.alerts.erasure import NOBODY, erase_names
from omakase_service.alerts.models import Incident, RequestReading
from omakase_service.alerts.parts import open_incidents
from omakase_service.alerts.readings import latest_requests, note_requests
from omakase_service.alerts.selectors import incidents
from omakase_service.alerts.webhook import send

pytestmark = pytest.mark.django_db


def finding(name: str = "latency", message: str = "slow", **more) -> AlertFinding:
    return AlertFinding(name, message, "more workers", **more)


def test_incident_is_opened_once_and_keeps_its_newest_words():
    assert services.open_incident(finding())
    assert not services.open_incident(finding(message="slower still"))
    (card,) = incidents()
    assert (card.name, card.message, card.advice) == ("latency", "slower still", "more workers")
    assert card.closed is None


def test_incident_that_is_over_may_open_again():
    services.open_incident(finding())
    assert services.close_all_but({}) == 1
    assert services.close_all_but({}) == 0
    assert services.open_incident(finding())
    assert [card.closed is None for card in incidents()] == [True, False]


def test_incidents_that_are_still_found_stay_open():
    for name in ("a", "b", "c"):
        services.open_incident(finding(name))
    assert services.close_all_but({"b": finding("b")}) == 2
    assert [card.name for card in incidents(open_only=True)] == ["b"]
    assert open_incidents() == 1.0


def test_incidents_come_with_the_newest_first_and_no_more_than_asked_for():
    for n in range(5):
        services.open_incident(finding(f"n{n}"))
    assert [card.name for card in incidents(limit=2)] == ["n4", "n3"]


def test_incident_keeps_whom_it_names():
    visitors = [NamedVisitor("ada", False, 90), NamedVisitor("s1", True, 80)]
    services.open_incident(finding(visitors=visitors))
    assert list(incidents()[0].visitors) == visitors


NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        (NOON - timedelta(seconds=1), False),
        (NOON, True),
        (NOON + timedelta(minutes=59), True),
        (NOON + timedelta(hours=1), False),
        (NOON + timedelta(days=1), True),
    ],
)
def test_maintenance_lasts_from_its_begin_to_its_end(settings_with, moment, is_quiet):
    settings_with(
        alerts={
            "maintenance": (
                "2026-12-01T12:00Z/2026-12-01T13:00Z",
                "2026-12-02T21:00+09:00/2026-12-02T22:00+09:00",
            )
        }
    )
    assert services.in_maintenance(moment) is is_quiet


def test_check_in_maintenance_opens_and_closes_nothing(settings_with):
    settings_with(alerts={"maintenance": ("2026-12-01T12:00Z/2026-12-01T13:00Z",)})
    services.open_incident(finding())
    assert services.check(NOON) == {"open": 1, "opened": 0, "closed": 0}
    assert len(incidents(open_only=True)) == 1


def row(**fields) -> Incident:
    return Incident.objects.create(
        name="latency", message="95 % took long", advice="more workers", **fields
    )


@pytest.mark.parametrize("form", ["plain", "slack", "pagerduty"])
def test_payload_of_any_form_is_json(settings_with, form):
    settings_with(alerts={"webhook_form": form, "pagerduty_key": "r0ut1ng"})
    for each in (row(), row(closed=timezone.now(), told_opened=True)):
        assert orjson.loads(orjson.dumps(services.payload(each))) == services.payload(each)


def test_payload_for_programs_tells_state_and_times(settings_with):
    settings_with()
    opened = row()
    assert services.payload(opened) == {
        "incident": opened.pk,
        "name": "latency",
        "state": "open",
        "message": "95 % took long",
        "advice": "more workers",
        "opened": opened.opened.isoformat(),
        "closed": None,
    }
    opened.closed, opened.told_opened = timezone.now(), True
    over = services.payload(opened)
    assert (over["state"], over["closed"]) == ("closed", opened.closed.isoformat())


def test_payload_of_what_was_over_before_it_could_be_told_tells_its_begin(settings_with):
    settings_with()
    told = services.payload(row(closed=timezone.now()))
    assert (told["state"], told["closed"]) == ("open", None)


def test_payload_for_slack_is_one_text(settings_with):
    settings_with(alerts={"webhook_form": "slack"})
    assert services.payload(row()) == {"text": "🔔 Omakase, 95 % took long. more workers"}
    over = row(closed=timezone.now(), told_opened=True)
    assert services.payload(over) == {"text": "✅ Omakase, latency is over"}


def test_payload_for_pagerduty_resolves_what_it_triggered(settings_with):
    settings_with(alerts={"webhook_form": "pagerduty", "pagerduty_key": "r0ut1ng"})
    opened = row()
    begin = services.payload(opened)
    opened.closed, opened.told_opened = timezone.now(), True
    end = services.payload(opened)
    assert (begin["event_action"], end["event_action"]) == ("trigger", "resolve")
    assert begin["dedup_key"] == end["dedup_key"] == f"omakase-{opened.pk}"
    assert begin["routing_key"] == "r0ut1ng"
    assert begin["payload"] == {
        "summary": "95 % took long. more workers", "source": "omakase", "severity": "error",
    }  # fmt: skip


def test_send_without_an_address_is_no_sending(settings_with):
    settings_with()
    assert send({"a": 1}) is False


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/hook?key=hidden", "http://no-such-name.invalid/hidden"]
)
def test_send_to_where_nobody_answers_is_logged_without_the_address(settings_with, caplog, address):
    settings_with(alerts={"webhook_url": address})
    assert send({"a": 1}) is False
    assert "the alert could not be sent: " in caplog.text
    assert "hidden" not in caplog.text


def test_what_cannot_be_told_is_left_for_the_next_time(settings_with):
    settings_with(alerts={"webhook_url": "http://127.0.0.1:9/hook"})
    opened = row()
    services.tell()
    opened.refresh_from_db()
    assert not opened.told_opened


def told_of(*names: tuple[str, int]) -> Incident:
    words = ", ".join(f"{who} ({events:,})" for who, events in names)
    visitors = [{"id": who, "is_session": False, "events": events} for who, events in names]
    return Incident.objects.create(name="visitors", message=f"too much: {words}", visitors=visitors)


@pytest.mark.parametrize(
    ("user_id", "sessions", "message", "left"),
    [
        ("ada", (), f"too much: {NOBODY} (1,200), adam (9), s1 (7)", ["adam", "s1"]),
        ("ada", ("s1",), f"too much: {NOBODY} (1,200), adam (9), {NOBODY} (7)", ["adam"]),
        ("adam", (), f"too much: ada (1,200), {NOBODY} (9), s1 (7)", ["ada", "s1"]),
    ],
)
def test_erasure_takes_out_the_person_alone(user_id, sessions, message, left):
    incident = told_of(("ada", 1200), ("adam", 9), ("s1", 7))
    assert erase_names(user_id, sessions) == 1
    incident.refresh_from_db()
    assert incident.message == message
    assert [visitor["id"] for visitor in incident.visitors] == left


@pytest.mark.parametrize("user_id", ["da", "dam", "a", "nobody", "ad", "1,200", "."])
def test_erasure_of_somebody_else_changes_nothing(user_id):
    incident = told_of(("ada", 1200), ("adam", 9))
    assert erase_names(user_id, ()) == 0
    before = incident.message
    incident.refresh_from_db()
    assert incident.message == before


@pytest.mark.parametrize("user_id", ["a.b", "a+b", "(x)", "[x]", "a|b", "사용자", "a\\d", "$^"])
def test_erasure_of_an_id_of_any_signs_takes_it_out(user_id):
    told_of((user_id, 5), ("axb", 4))
    assert erase_names(user_id, ()) == 1
    assert Incident.objects.get().message == f"too much: {NOBODY} (5), axb (4)"


def test_readings_begin_to_count_when_there_are_enough_requests(settings_with):
    settings_with(alerts={"fewest_requests": 100})
    note_requests({"a": (99, 50)})
    assert latest_requests() == (0, 0.0)
    note_requests({"a": (100, 50)})
    assert latest_requests() == (100, 50.0)


def test_readings_are_of_what_came_since_the_last_one(settings_with):
    settings_with(alerts={"fewest_requests": 100})
    note_requests({"a": (1000, 0)})
    note_requests({"a": (1100, 10)})
    assert latest_requests() == (100, pytest.approx(10.0))
    note_requests({"a": (1150, 60)})
    assert latest_requests() == (100, pytest.approx(10.0))
    note_requests({"a": (1200, 60)})
    assert latest_requests() == (100, pytest.approx(50.0))


def test_readings_of_several_servers_add_up():
    note_requests({"a": (1000, 10), "b": (3000, 30)})
    assert latest_requests() == (4000, pytest.approx(40.0))


def test_readings_of_a_server_that_began_anew_begin_anew():
    note_requests({"a": (1000, 500)})
    note_requests({"a": (200, 2)})
    assert latest_requests() == (200, pytest.approx(2.0))


def test_readings_of_a_server_that_is_gone_are_forgotten():
    note_requests({"a": (1000, 10), "b": (1000, 10)})
    note_requests({"b": (1000, 10)})
    assert list(RequestReading.objects.values_list("server", flat=True)) == ["b"]
    note_requests({})
    assert latest_requests() == (0, 0.0)


@pytest.mark.parametrize("name", ["²", "①", "9" * 30, "999999999", "x", "12x", "-5"])
def test_figures_of_a_server_that_has_ended_are_removed_whatever_lies_beside(settings_with, name):
    folder = settings_with().data_folder / "metrics"
    (folder / name).mkdir(parents=True)
    (folder / "999999998").mkdir()
    assert mending.dead_metrics().startswith("Servers that have ended, whose figures are deleted: ")
    assert not (folder / "999999998").exists()
    assert (folder / name).exists() is not name.isdecimal()
    assert mending.dead_metrics() == ""


def test_mending_what_is_whole_says_nothing_of_metrics_and_schedules(settings_with):
    settings_with()
    mending.missing_schedules()
    assert mending.missing_schedules() == ""
    assert mending.dead_metrics() == ""
    assert mending.lost_jobs() == ""
    assert mending.interrupted_digests() == ""


def test_mending_that_fails_is_told_and_does_not_stop_the_others(settings_with, monkeypatch):
    settings_with()

    def broken_part() -> str:
        raise OSError("disk is full")

    monkeypatch.setattr(mending, "WAYS", (broken_part, lambda: "", lambda: "Mended: 1."))
    assert mending.mend() == [
        "Could not be mended, broken part: OSError: disk is full.", "Mended: 1.",
    ]  # fmt: skip
