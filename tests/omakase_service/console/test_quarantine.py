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


@pytest.mark.parametrize("number", ["", "x", "-1", "1.0", "²", "9" * 5000])
def test_bring_back_without_a_number_says_what_to_name(owner, number):
    page = owner.post("/console/alerts/quarantine/back", {"number": number})
    assert page.status_code == 422
    assert "Name what is aside by its number." in text_of(page)


@pytest.mark.parametrize("number", ["7", "9" * 18])
def test_bring_back_of_what_there_is_not_says_so(owner, number):
    page = owner.post("/console/alerts/quarantine/back", {"number": number}, follow=True)
    assert f"There is no quarantine {number} that is still aside." in text_of(page)


def test_bring_back_twice_brings_back_once(robots, owner):
    before = event_count()
    owner.post("/console/alerts/quarantine/aside", {"user": "robot", "span": "all"})
    number = quarantines()[0].number
    for _ in range(2):
        page = owner.post("/console/alerts/quarantine/back", {"number": number}, follow=True)
    assert "that is still aside" in text_of(page)
    assert event_count() == before


def test_put_aside_of_a_user_and_a_session_at_once_is_one(robots, owner):
    before = event_count()
    form = {"user": "robot", "session": "crawler", "span": "all"}
    owner.post("/console/alerts/quarantine/aside", form)
    (card,) = quarantines()
    assert card.events == 61 + 60
    assert event_count() == before - 121


def test_put_aside_cuts_a_reason_that_is_too_long(robots, owner):
    form = {"user": "robot", "span": "all", "reason": "x" * 900}
    owner.post("/console/alerts/quarantine/aside", form)
    assert quarantines()[0].reason == "x" * 500


def test_page_of_nobody_lists_what_is_aside_and_offers_nothing(owner):
    text = text_of(owner.get("/console/alerts/quarantine"))
    assert "Nothing was ever put aside." in text
    assert "What would be put aside" not in text


def test_page_of_who_did_nothing_says_so(trained, owner):
    text = text_of(owner.get("/console/alerts/quarantine?user=nobody"))
    assert "The log holds no event of theirs" in text
    assert "Put these events aside" not in text


def test_page_lists_what_is_aside_with_who_did_it_and_why(robots, owner):
    form = {"user": "robot", "span": "all", "reason": "<a robot>"}
    owner.post("/console/alerts/quarantine/aside", form)
    page = owner.get("/console/alerts/quarantine").content.decode()
    assert "&lt;a robot&gt;" in page
    assert "administer" in page
    assert page.count("quarantine/back") == 1
    owner.post("/console/alerts/quarantine/back", {"number": quarantines()[0].number})
    page = owner.get("/console/alerts/quarantine")
    assert "brought back" in text_of(page)
    assert "quarantine/back" not in page.content.decode()


@pytest.mark.parametrize("user", ["x" * 256, "a\x00b"])
def test_page_of_what_is_no_id_is_refused_in_words(owner, user):
    page = owner.get("/console/alerts/quarantine", {"user": user})
    assert page.status_code == 422
    assert "That cannot be shown" in text_of(page)
