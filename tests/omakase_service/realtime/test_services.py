import pytest
from django.db import DatabaseError

from omakase.errors import UnknownName
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import Invalid, NotFound, NotReady
from omakase_service.realtime import services
from omakase_service.serving import live_version

ADA, VISIT = Person("u00"), Person(session_id="visit")


def test_a_list_says_why(trained):
    found = services.personal_list(person=ADA, n=3, language="en")
    assert found["model_version"] == trained.name
    best = found["items"][0]
    assert (best["item_id"], best["title"], best["rank"]) == ("i00", "Item 0", 1)
    assert best["reason"].startswith("Because of your interest in “Item")
    assert set(best["because"]) <= {f"i{n:02}" for n in range(2, 12, 2)}


def test_reasons_in_korean(trained):
    best = services.personal_list(person=ADA, n=3, language="ko")["items"][0]
    assert "관심" in best["reason"]


def test_what_a_visitor_does_is_known_at_once(trained):
    before = services.personal_list(person=VISIT, n=5, language="en")
    assert before["algorithm"] == "popular"
    assert services.latest(person=VISIT) is None
    done = services.record_event(person=VISIT, event={"item_id": "i03", "type": "like"})
    assert done["stored"]
    assert services.latest(person=VISIT) == {"item_id": "i03", "type": "like"}
    after = services.personal_list(person=VISIT, n=5, language="en")["items"]
    assert {int(item["item_id"][1:]) % 2 for item in after} == {1}
    assert {tuple(item["because"]) for item in after} == {("i03",)}


def test_the_same_event_twice_is_one(trained):
    event = {"item_id": "i03", "type": "like", "event_id": "e1"}
    assert services.record_event(person=ADA, event=event) == {"event_id": "e1", "stored": True}
    assert services.record_event(person=ADA, event=event) == {"event_id": "e1", "stored": False}


def test_an_event_is_its_persons_whatever_it_says(trained):
    event = {"item_id": "i03", "type": "like", "user_id": "u01", "session_id": "other"}
    services.record_event(person=VISIT, event=event)
    assert services.latest(person=VISIT) == {"item_id": "i03", "type": "like"}
    assert services.latest(person=Person(session_id="other")) is None


@pytest.mark.parametrize("event", [{}, {"item_id": "a"}, {"item_id": "a", "type": "nod"}])
def test_an_event_that_makes_no_sense_is_refused_by_place(trained, event):
    with pytest.raises(Invalid) as refused:
        services.record_event(person=ADA, event=event)
    assert refused.value.errors


def test_what_goes_with_an_item(trained):
    found = services.similar(item_id="i02", n=4)
    assert found["item_id"] == "i02"
    assert {int(item["item_id"][1:]) % 2 for item in found["items"]} == {0}
    with pytest.raises(NotFound):
        services.similar(item_id="none", n=4)


def test_what_cannot_be_answered_is_refused(trained, tribes):
    with pytest.raises(UnknownName):
        services.personal_list(person=ADA, n=3, language="en", model="none")


def test_latest_event_without_the_log_is_none(trained, monkeypatch):
    def away(**_: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(services, "recent_of_user", away)
    assert services.latest(person=ADA) is None


def test_before_any_model_is_live(tribes):
    live_version.forget()
    with pytest.raises(NotReady):
        services.personal_list(person=ADA, n=3, language="en")


def test_a_person_is_told_of_under_each_of_their_names():
    assert services.keys_of(ADA) == ("u:u00",)
    assert services.keys_of(Person("ada", "s")) == ("u:ada", "s:s")
    assert services.keys_of(Person()) == ()
