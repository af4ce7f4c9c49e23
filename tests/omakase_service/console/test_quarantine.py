"""What a robot did is put aside from the alert that names it, and comes back."""

import time

import pytest
from tests.omakase_service.console.test_pages import text_of

from omakase_service.alerts import services as alerts
from omakase_service.alerts.selectors import incidents
from omakase_service.events.quarantine import quarantines
from omakase_service.events.selectors import event_count
from omakase_service.events.services import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def robots(trained, settings_with):
    """A user and a session with far too many events, and the alert that names them."""
    settings_with(alerts={"person_events": 50})
    now = int(time.time()) - 60
    for who in ({"user_id": "robot"}, {"session_id": "crawler"}):
        events = [{**who, "item_id": f"i{n % 12:02}", "kind": "view", "time": now + n % 50}
                  for n in range(60)]  # fmt: skip
        record(events=events)
    old = {"user_id": "robot", "item_id": "i01", "kind": "view", "time": now - 5 * 86_400}
    record(events=[old])
    alerts.check()


def test_alert_names_visitors_with_a_way_to_put_them_aside(robots, owner):
    page = owner.get("/console/alerts/").content.decode()
    assert "quarantine?user=robot" in page
    assert "quarantine?session=crawler" in page


def test_alert_offers_no_quarantine_to_who_may_only_edit(robots, member):
    page = member("edit").get("/console/alerts/").content.decode()
    assert "quarantine" not in page.replace("omakase events quarantine", "")


def test_quarantine_says_what_it_would_do_before_it_is_done(robots, owner):
    before = event_count()
    text = text_of(owner.get("/console/alerts/quarantine?user=robot"))
    assert "all they did: 61 events" in text
    assert "of the last day alone: 60 events" in text
    assert event_count() == before


@pytest.mark.parametrize(("span", "number"), [("all", 61), ("day", 60)])
def test_put_aside_moves_the_events_and_names_who_did_it(robots, owner, span, number):
    before = event_count()
    form = {"user": "robot", "span": span, "reason": "a robot"}
    text = text_of(owner.post("/console/alerts/quarantine/aside", form, follow=True))
    assert "What robot did is aside." in text
    assert event_count() == before - number
    (card,) = quarantines()
    assert (card.events, card.author, card.reason) == (number, "administer", "a robot")


def test_bring_back_restores_every_event(robots, owner):
    before = event_count()
    owner.post("/console/alerts/quarantine/aside", {"session": "crawler", "span": "all"})
    (card,) = quarantines()
    owner.post("/console/alerts/quarantine/back", {"number": card.number})
    assert event_count() == before
    assert quarantines()[0].released is not None


def test_person_page_offers_the_way_and_the_way_back(robots, owner):
    assert "Put 61 events aside" in text_of(owner.get("/console/people/one?id=robot"))
    owner.post("/console/alerts/quarantine/aside", {"user": "robot", "span": "all"})
    text = text_of(owner.get("/console/people/one?id=robot"))
    assert "Put 61 events aside" not in text
    assert "Bring back" in text


def test_alert_says_who_is_aside_until_the_next_check_closes_it(robots, owner):
    for name, value in (("user", "robot"), ("session", "crawler")):
        owner.post("/console/alerts/quarantine/aside", {name: value, "span": "all"})
    assert "quarantine?user=robot" not in owner.get("/console/alerts/").content.decode()
    alerts.check()
    assert "visitors" not in {each.name for each in incidents(open_only=True)}


@pytest.mark.parametrize("form", [{}, {"user": "nobody"}, {"user": "x" * 300}])
def test_put_aside_of_what_there_is_not_says_so(robots, owner, form):
    response = owner.post("/console/alerts/quarantine/aside", form, follow=True)
    assert 'class="message error"' in response.content.decode()
    assert quarantines() == []


def test_put_aside_in_korean_says_the_same(robots, owner):
    page = owner.get("/console/alerts/quarantine?user=robot", headers={"Accept-Language": "ko"})
    assert "모두: 61개" in text_of(page)
