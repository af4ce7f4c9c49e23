"""`omakase events …` on a shop that runs."""

import json
import time

import pytest

from omakase_service.events.services import record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(db):
    now = int(time.time()) - 60
    record(
        events=[
            {"user_id": who, "item_id": f"i{n}", "kind": "view", "time": now}
            for who, number in (("good", 3), ("bad", 30))
            for n in range(number)
        ]
    )


def test_suspects_quarantine_and_release_bring_everything_back(omakase, shop):
    suspects = omakase("events", "suspects", "--more-than", "20", "--json")
    assert [each["id"] for each in json.loads(suspects.stdout)] == ["bad"]
    card = json.loads(omakase("events", "quarantine", "--user", "bad", "--json").stdout)
    assert card["events"] == 30
    assert "aside" in omakase("events", "quarantines").stdout
    back = omakase("events", "release", card["number"])
    assert back.exit_code == 0
    assert "30 events" in back.stderr


def test_quarantine_dry_run_moves_nothing(omakase, shop):
    seen = omakase("events", "quarantine", "--more-than", "20", "--dry-run", "--json")
    assert json.loads(seen.stdout) == {"events": 30}
    assert json.loads(omakase("events", "quarantines", "--json").stdout) == []


def test_quarantine_without_a_choice_says_what_to_name(omakase, shop):
    seen = omakase("events", "quarantine")
    assert seen.exit_code != 0
    assert "name users" in seen.stderr
