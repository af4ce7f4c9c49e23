"""Pages are not trusted: a token names items of the catalog, times near now, so many a minute."""

import time

import pytest
from django.test import Client

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.models import Item
from omakase_service.catalog.services import upsert_items
from omakase_service.events import services
from omakase_service.events.models import Event
from omakase_service.platform.contracts import Person
from omakase_service.platform.tokens import issue_token

pytestmark = pytest.mark.django_db
VIEW = {"item_id": "tea", "type": "view"}


@pytest.fixture
def page() -> Client:
    upsert_items(items=[ItemIn(item_id="tea")])
    secret = issue_token(person=Person("ada")).secret
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(page: Client, events: object, path: str = "/api/events"):
    return page.post(path, events, content_type="application/json")


def test_visitor_unknown_item_is_refused_and_not_made(page):
    sent = send(page, [VIEW, {**VIEW, "item_id": "made up"}])
    assert (sent.json()["stored"], [r["position"] for r in sent.json()["rejected"]]) == (1, [1])
    assert "no item 'made up'" in sent.json()["rejected"][0]["errors"][0]["message"]
    assert list(Item.objects.values_list("item_id", flat=True)) == ["tea"]
    feedback = {"item_id": "made up", "feedback": "like"}
    assert send(page, feedback, "/api/feedback").status_code == 422


def test_visitor_event_of_long_ago_is_refused_where_a_key_may_send_it(page, post):
    old = {**VIEW, "time": int(time.time()) - 8 * 86_400}
    assert send(page, old).status_code == 422
    assert post("/api/events", {**old, "user_id": "ada"}).json()["stored"] == 1


def test_visitor_events_count_and_not_requests(page, settings_with):
    settings_with(limits={"events_per_minute": 5})
    assert send(page, [VIEW] * 3).status_code == 200
    assert send(page, [VIEW] * 3).status_code == 429
    assert send(page, [VIEW] * 2).status_code == 200
    assert send(page, [VIEW] * 6).status_code == 422
    assert Event.objects.count() == 5


def test_visitor_while_the_catalog_is_away_is_believed_and_nothing_made(page, monkeypatch):
    def gone(**named):
        raise services.DOWN[0]("connection refused")

    monkeypatch.setattr(services, "known_items", gone)
    done = services.record(events=[{**VIEW, "user_id": "ada", "item_id": "new"}], visitor=True)
    assert (done.stored, Item.objects.filter(item_id="new").exists()) == (1, False)
