"""What is put aside is known to nothing, lost by nobody, and comes back whole."""

import time

import pytest

from omakase_service.events import anomalies, quarantine
from omakase_service.events.models import Event, QuarantinedEvent
from omakase_service.events.quarantine_contracts import EventSelection
from omakase_service.events.selectors import rating_means
from omakase_service.events.services import erase_events, merge_session, record
from omakase_service.events.store import withdrawals
from omakase_service.platform.exceptions import NotFound

pytestmark = pytest.mark.django_db
NOW = int(time.time()) - 600


def bring(person: str, number: int, **fields) -> None:
    """So many events of a user."""
    record(
        events=[
            {"user_id": person, "item_id": f"i{n % 7}", "kind": "view", "time": NOW + n % 60}
            | {"event_id": f"{person}-{n}"}
            | fields
            for n in range(number)
        ]
    )


def everything() -> list[dict]:
    """The log without its numbers."""
    rows = Event.objects.order_by("event_id").values()
    return [{name: row[name] for name in row if name != "seq"} for row in rows]


def test_quarantine_of_a_user_leaves_the_others(db):
    bring("good", 5)
    bring("bad", 9)
    card = quarantine.quarantine(selection=EventSelection(user_ids=["bad"]), reason="bot")
    assert card.events == 9
    assert set(Event.objects.values_list("user_id", flat=True)) == {"good"}
    assert QuarantinedEvent.objects.count() == 9
    assert len(withdrawals()) == 1


def test_release_brings_every_column_back(db):
    bring("bad", 3, value=2.0, session_id="s", page="home", reason="우유", position=4)
    before = everything()
    card = quarantine.quarantine(selection=EventSelection(session_ids=["s"]))
    assert everything() == []
    assert quarantine.release(number=card.number).released is not None
    assert everything() == before
    assert not QuarantinedEvent.objects.exists()


def test_release_twice_says_that_nothing_is_aside(db):
    bring("bad", 3)
    card = quarantine.quarantine(selection=EventSelection(user_ids=["bad"]))
    quarantine.release(number=card.number)
    with pytest.raises(NotFound, match="still aside"):
        quarantine.release(number=card.number)


def test_release_of_an_event_that_came_again_stays_one(db):
    bring("bad", 3)
    card = quarantine.quarantine(selection=EventSelection(user_ids=["bad"]))
    bring("bad", 1)
    quarantine.release(number=card.number)
    assert Event.objects.filter(event_id="bad-0").count() == 1
    assert Event.objects.count() == 3


def test_quarantine_by_number_takes_the_busy_alone(db):
    bring("good", 5)
    bring("bad", 50)
    selection = EventSelection(since=NOW - 10, more_than=20)
    assert quarantine.count_chosen(selection) == 50
    quarantine.quarantine(selection=selection)
    assert set(Event.objects.values_list("user_id", flat=True)) == {"good"}


def test_quarantine_of_nothing_is_refused(db):
    with pytest.raises(NotFound):
        quarantine.quarantine(selection=EventSelection(user_ids=["nobody"]))
    with pytest.raises(ValueError, match="not nothing"):
        EventSelection()


def test_erasure_reaches_what_is_aside(db):
    bring("bad", 4, session_id="own")
    bring("other", 2, session_id="shared")
    quarantine.quarantine(selection=EventSelection(user_ids=["bad"]), reason="bot")
    report = erase_events(user_id="bad")
    assert report.events == 4
    assert report.session_ids == ("own",)
    assert not QuarantinedEvent.objects.exists()
    assert quarantine.quarantines()[0].selection == {"user_ids": []}


def test_merge_of_a_session_reaches_what_is_aside(db):
    record(events=[{"session_id": "s", "item_id": "i", "kind": "view", "time": NOW}])
    quarantine.quarantine(selection=EventSelection(session_ids=["s"]))
    merge_session(user_id="ada", session_id="s")
    assert QuarantinedEvent.objects.get().user_id == "ada"


def test_busy_people_names_who_did_most_first(db):
    bring("good", 5)
    bring("bad", 30)
    bring("worse", 40)
    assert [each.id for each in anomalies.busy_people(most=20)] == ["worse", "bad"]


def test_busy_items_names_what_few_people_lift(db):
    record(events=[
        {"user_id": f"u{n}", "item_id": f"i{n % 5}", "kind": "view", "time": NOW - 200_000}
        for n in range(100)
    ])  # fmt: skip
    bring("bad", 1_500, item_id="pushed")
    assert [each.id for each in anomalies.busy_items(least_share=0.2)] == ["pushed"]


def test_rating_means_of_one_person_with_many_ratings_count_them_once(db):
    bring("ada", 1, kind="rating", value=1.0, item_id="film")
    bring("bad", 99, kind="rating", value=5.0, item_id="film")
    assert rating_means() == {"film": (3.0, 2)}


def test_quarantine_over_http_is_for_administrators(api, caller, post):
    bring("bad", 3)
    body = {"user_ids": ["bad"], "reason": "bot"}
    path = "/api/events/quarantines"
    read = caller("read", "write")
    assert read.post(path, body, content_type="application/json").status_code == 403
    made = post(path, body)
    assert made.status_code == 201, made.content
    assert made.json()["events"] == 3
    number = api.get(path).json()[0]["number"]
    assert post(f"{path}/{number}/release", {}).json()["released"] is not None
    assert Event.objects.count() == 3
