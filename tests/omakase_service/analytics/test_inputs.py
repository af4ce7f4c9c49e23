"""Inputs of a day are counted as they come in, by the day of their time where the owner is."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from omakase_service.analytics.contracts import day_of
from omakase_service.analytics.inputs import catalog_of, count_inputs
from omakase_service.analytics.selectors import inputs
from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.events.services import record
from omakase_settings import settings

pytestmark = pytest.mark.django_db
SPAN = {"start": date(2026, 3, 1), "end": date(2026, 3, 31)}


def send(*events: tuple[str, str]) -> None:
    moments = [(kind, datetime.fromisoformat(at).replace(tzinfo=UTC)) for kind, at in events]
    record(
        events=[
            {"user_id": "ada", "item_id": "tea", "kind": kind, "time": int(at.timestamp())}
            for kind, at in moments
        ]
    )


def counted() -> dict[str, dict[str, int]]:
    return {f"{each.day:%d}": dict(each.events) for each in inputs(**SPAN)}


def test_events_are_counted_once_on_their_days_however_late_they_come(settings_with):
    settings_with(analytics={"time_zone": "Europe/Berlin"})
    send(("view", "2026-03-28T22:59"), ("view", "2026-03-28T23:01"), ("click", "2026-03-29T21:59"))
    assert count_inputs() == 3
    assert counted() == {"28": {"view": 1}, "29": {"view": 1, "click": 1}}
    send(("view", "2026-03-29T10:00"), ("view", "2026-03-29T22:01"))
    assert count_inputs() == 2
    assert count_inputs() == 0
    assert counted() == {
        "28": {"view": 1}, "29": {"view": 2, "click": 1}, "30": {"view": 1},
    }  # fmt: skip


def test_catalog_of_a_day_stays_and_holds_what_may_be_shown(settings_with):
    settings_with()
    facts = ({}, {"hidden": True}, {"active": False}, {"stock": 0}, {"stock": 3})
    upsert_items(
        items=[ItemIn(item_id=f"i{n}", type="film", **each) for n, each in enumerate(facts)]
    )
    count_inputs()
    today = day_of(int(timezone.now().timestamp()), settings().analytics.time_zone)
    (row,) = inputs(start=today, end=today)
    assert row.catalog == {"film": 2}
    upsert_items(items=[ItemIn(item_id="i0", hidden=True)])
    assert catalog_of(today) == 2
    assert catalog_of(date(2020, 1, 1)) == 1
