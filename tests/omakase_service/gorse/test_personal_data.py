"""What is kept of a person is exported whole, forgotten whole, and not kept for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from omakase_service.gorse.contracts import GorseFeedback, GorseUser
from omakase_service.gorse.models import MirroredList
from omakase_service.gorse.services import erase_rows, export_rows, store_feedback, store_users
from omakase_service.retention.services import prune

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def mirrored(user_id, age=timedelta()):
    return MirroredList.objects.create(
        time=NOW - age, user_id=user_id, own=["i1"], theirs=["i2"], own_ms=1.0
    )


@pytest.fixture
def person(db):
    """Somebody with a row of every kind."""
    store_users(users=[GorseUser("u", ["a"], "vip")])
    store_feedback(rows=[GorseFeedback("star", "u", "i1", timestamp=NOW)], overwrite=True)
    mirrored("u")
    return "u"


def test_export_has_all_that_is_forgotten(person):
    data = export_rows(person)
    assert [row["item_id"] for row in data["feedback"]] == ["i1"]
    assert data["notes"] == [{"labels": ["a"], "comment": "vip"}]
    assert [(row["own"], row["theirs"]) for row in data["lists"]] == [(["i1"], ["i2"])]
    assert erase_rows(person, ()) == sum(map(len, data.values()))
    assert export_rows(person) == {}


def test_mirrored_lists_are_kept_as_long_as_answers(db, settings_with):
    for age in (1, 29, 31, 90):
        mirrored("u", timedelta(days=age))
    settings_with()
    prune(now=NOW.timestamp())
    assert MirroredList.objects.count() == 4
    settings_with(retention={"answers_days": 30, "batch": 1})
    prune(now=NOW.timestamp())
    ages = [(NOW - row.time).days for row in MirroredList.objects.order_by("-time")]
    assert ages == [1, 29]
