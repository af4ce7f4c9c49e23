"""A person's settings, numbers and data; and that nothing is left of who was forgotten."""

import pytest
from django.apps import apps
from django.db import models

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.events.models import Erasure, Event
from omakase_service.events.selectors import newest_seq
from omakase_service.events.services import record
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import OnlineStoreDown
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.attribution import attribute
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.routing import row_of
from omakase_service.serving.user_state import person
from omakase_service.training.services import snapshot_folder, train

pytestmark = pytest.mark.django_db
ADA = "ada lovelace"
URL = f"/api/users/{ADA}"


def send(client, method: str, path: str, body: object):
    return client.generic(
        method, path, __import__("orjson").dumps(body), content_type="application/json"
    )


@pytest.fixture
def ada(tribes, api, post):
    """Somebody of whom everything is known: events, a session, settings, answers, outcomes."""
    upsert_users(users=[UserIn(user_id=ADA, location="Seoul", diversity=0.5)])
    record(
        events=[
            {"user_id": ADA, "item_id": "i00", "type": "purchase", "time": 1_700_000_000},
            {"user_id": ADA, "item_id": "i02", "type": "rating", "value": 4, "time": 1_700_000_100},
            {"user_id": ADA, "item_id": "i02", "type": "view", "session_id": "visit"},
            {"session_id": "visit", "item_id": "i04", "type": "view"},
            {
                "session_id": "visit",
                "item_id": "i06",
                "type": "dislike",
                "reason": "own words",
            },
        ]
    )
    train(models={"ease": {"l2": 1.0}}, evaluate=False)
    first = post("/api/recommendations", {"user_id": ADA, "n": 3, "paged": True}).json()
    post("/api/recommendations", {"session_id": "visit", "n": 3})
    clicked = {"user_id": ADA, "item_id": first["items"][0]["item_id"], "feedback": "clicked"}
    post("/api/feedback", clicked | {"request_id": first["request_id"]})
    writer.flush()
    attribute(until=newest_seq())
    return first


def traces(*words: str) -> list[str]:
    """Where in any table any of the words stands."""
    found = []
    for table in apps.get_models():
        columns = [
            field.name
            for field in table._meta.get_fields()
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in table._default_manager.values(*columns) if columns else ():
            found += [
                f"{table.__name__}.{name}"
                for name, value in row.items()
                if any(word in str(value) for word in words)
            ]
    return sorted(set(found))


def test_settings_are_read_and_changed_and_followed(ada, api, post):
    before = api.get(f"{URL}/settings").json()
    assert (before["diversity"], before["recommendations_on"]) == (0.5, True)
    changed = send(api, "PATCH", f"{URL}/settings", {"recommendations_on": False}).json()
    assert (changed["diversity"], changed["recommendations_on"]) == (0.5, False)
    answer = post("/api/recommendations", {"user_id": ADA}).json()
    assert answer["notice"] == "recommendations_off"
    assert "location" not in changed


def test_somebody_unknown_has_the_defaults_and_may_change_them(db, api):
    assert api.get("/api/users/new/settings").json()["recommendations_on"] is True
    wish = {"excluded_categories": ["Horror"], "price_max": 9.5}
    assert send(api, "PATCH", "/api/users/new/settings", wish).status_code == 200
    assert api.get("/api/users/new/settings").json()["excluded_categories"] == ["Horror"]


@pytest.mark.parametrize(
    "wrong",
    [{"diversity": 2}, {"tier": "gold"}, {"price_min": 5, "price_max": 4}, {"brands": 1}],
)
def test_settings_that_make_no_sense(db, api, wrong):
    assert send(api, "PATCH", "/api/users/new/settings", wrong).status_code == 422


def test_a_person_in_numbers(ada, api):
    stats = api.get(f"{URL}/stats").json()
    assert stats["events"] == 4
    assert stats["kinds"] == {"purchase": 1, "rating": 1, "view": 1, "click": 1}
    assert (stats["rating"], stats["items"], stats["recommendations"]) == (4.0, 3, 1)
    assert stats["first"] == "2023-11-14T22:13:20Z"
    assert stats["categories"][0] == {"category": "Even", "events": 4}
    assert api.get("/api/users/nobody/stats").status_code == 404


def test_all_that_is_stored_is_given_to_who_asks(ada, api):
    given = api.get(f"{URL}/export").json()
    assert given["user"]["location"] == "Seoul"
    assert [event["kind"] for event in given["events"]] == ["purchase", "rating", "view", "click"]
    assert given["answers"][0]["request_id"] == ada["request_id"]
    assert api.get("/api/users/nobody/export").status_code == 404


def test_a_session_that_turned_out_to_be_a_user(ada, api, post):
    post("/api/events", {"session_id": "before", "item_id": "i08", "type": "view"})
    merged = post(f"{URL}/sessions", {"session_id": "before"})
    assert merged.json() == {"events": 1}
    assert post(f"{URL}/sessions", {"session_id": "before"}).json() == {"events": 0}
    assert Event.objects.get(item_id="i08", session_id="before").user_id == ADA
    shown = post("/api/recommendations", {"user_id": ADA, "n": 50}).json()["items"]
    assert "i08" not in {item["item_id"] for item in shown}


def test_who_is_forgotten_leaves_nothing_in_any_table(ada, api):
    assert len(traces(ADA, "visit")) >= 4
    receipt = api.delete(URL).json()
    assert traces(ADA, "visit", "own words") == []
    assert receipt["user_id"] == ADA
    assert receipt["rows"] == {
        "users": 1,
        "events": 6,
        "exports": 0,
        "answers": 2,
        "exposures": 0,
        "dead_letters": 0,
        "analytics": 0,
        "conversations": 0,
        "digests": 0,
        "gorse": 0,
        "incidents": 0,
    }
    assert receipt["at_hand"] == 2
    assert Erasure.objects.get().pk == receipt["receipt"]
    assert receipt["pending"]
    assert api.delete(URL).status_code == 404
    assert Erasure.objects.count() == 1


def test_erasure_empties_the_online_store(ada, api, post):
    assert online.read([f"u:{ADA}"])[0].value is not None
    api.delete(URL)
    held = online.read([f"u:{ADA}", "s:visit"])
    assert [(each.value, each.revision) for each in held] == [(None, 0)] * 2
    lost = post("/api/recommendations", {"user_id": ADA, "cursor": ada["next"]})
    assert lost.status_code == 404
    answer = post("/api/recommendations", {"user_id": ADA, "n": 3, "paged": True}).json()
    assert (answer["notice"], answer["cache_hit"]) == ("unknown", False)


def test_erasure_leaves_the_snapshot_at_its_next_export(ada, api):
    def known() -> bool:
        parts = snapshot_folder().glob("*.parquet")
        return any(ADA.encode() in part.read_bytes() for part in parts)

    assert known()
    api.delete(URL)
    train(models={"ease": {"l2": 1.0}}, evaluate=False)
    assert not known()
    assert live_version.now().live.opened.ids.users.row(ADA) < 0


def test_erased_person_has_no_row_when_they_come_back(ada, api, post):
    state = live_version.now()
    assert state.live.opened.ids.users.row(ADA) >= 0
    question = ListRequest(user_id=ADA)
    assert row_of(state, question, person(question, 0)) == ADA
    api.delete(URL)
    post("/api/events", {"user_id": ADA, "item_id": "i01", "type": "view"})
    assert row_of(state, question, person(question, 0)) == ""
    train(models={"ease": {"l2": 2.0}}, evaluate=False)


def test_an_answer_that_was_still_waiting_is_not_written(ada, api):
    waiting = LoggedAnswer("late", 1_700_000_000, [ShownItem("i1", 1.0)], "ease", "v", user_id=ADA)
    api.delete(URL)
    writer.note(waiting)
    writer.flush()
    assert traces(ADA) == []


def test_a_shared_session_keeps_what_is_not_theirs(ada, api):
    record(events=[{"user_id": "bob", "item_id": "i02", "type": "view", "session_id": "visit"}])
    api.delete(URL)
    left = Event.objects.filter(session_id="visit").values_list("user_id", "item_id")
    assert sorted(left, key=str) == [("bob", "i02"), (None, "i04"), (None, "i06")]


def test_what_cannot_be_promised_is_not(ada, api, monkeypatch):
    def away(keys):
        raise OnlineStoreDown("away")

    monkeypatch.setattr(online, "forget", away)
    assert api.delete(URL).status_code == 503
