"""Who does more than people do is named, and named no more once they are forgotten."""

import logging
import time

import pytest

from omakase_service.alerts import anomalies, services
from omakase_service.alerts.erasure import erase_names
from omakase_service.alerts.models import Incident
from omakase_service.events.services import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def loud(settings_with):
    """One who does far too much, and a dozen who do not."""
    settings_with(alerts={"person_events": 50})
    now = int(time.time()) - 60
    for who, number in [("bad", 90), ("bad2", 80), *((f"u{n}", 3) for n in range(12))]:
        record(
            events=[
                {"user_id": who, "item_id": f"i{n}", "kind": "view", "time": now}
                for n in range(number)
            ]
        )


def test_busy_visitors_are_named_with_the_way_back(loud):
    finding = anomalies.busy_visitors()
    assert finding is not None
    assert "bad (90), bad2 (80)" in finding.message
    assert "omakase events quarantine" in finding.advice


def test_busy_visitors_in_the_log_of_the_server_have_no_names(loud, caplog):
    with caplog.at_level(logging.ERROR, "omakase.alerts"):
        services.check()
    assert "visitors" in caplog.text
    assert "bad" not in caplog.text


def test_erasure_takes_the_name_out_of_the_incident(loud):
    services.check()
    assert erase_names("bad", ()) == 1
    incident = Incident.objects.get(name="visitors")
    assert [each["id"] for each in incident.visitors] == ["bad2"]
    message = incident.message
    assert "a forgotten person (90), bad2 (80)" in message


def test_busy_visitors_below_the_limit_open_nothing(loud, settings_with):
    settings_with(alerts={"person_events": 100})
    assert anomalies.busy_visitors() is None
