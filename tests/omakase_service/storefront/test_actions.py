"""What is done by plain forms: it works without a script, for whom the page was made."""

import json
import re

import pytest
from django.test import Client

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.events.selectors import recent_of_session, recent_of_user
from omakase_service.platform.contracts import Person
from omakase_service.platform.tokens import person_of

pytestmark = pytest.mark.django_db


def page_of(site: Client, path: str = "/") -> dict:
    """What a page tells its script."""
    page = site.get(path).content.decode()
    return json.loads(re.search(r'<script id="page"[^>]*>(.*?)</script>', page, re.S)[1])


def me(site: Client) -> Person:
    return person_of(page_of(site)["token"])


def done(site: Client) -> list[tuple[str, str]]:
    person = me(site)
    if person.user_id is not None:
        events = recent_of_user(user_id=person.user_id, limit=99)
    else:
        events = recent_of_session(session_id=person.session_id, limit=99)
    return [(event.item_id, event.kind) for event in events]


def act(site: Client, said: str, **more: str):
    return site.post("/act", {"act": said, **more})


@pytest.mark.parametrize("path", ["/act", "/undo", "/come-as"])
def test_form_that_is_asked_for_by_get_is_no_page(site, path):
    assert site.get(path).status_code == 405


@pytest.mark.parametrize("path", ["/act", "/undo", "/come-as", "/token"])
def test_forms_are_closed_where_the_site_is(client, trained, path):
    assert client.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/act", "/undo"])
def test_form_of_nobody_is_no_page(site, path):
    assert site.post(path, {"act": "like - i03"}).status_code == 404


def test_token_by_post_is_none(site):
    page_of(site)
    assert site.post("/token").status_code == 405


def test_token_is_kept_by_no_cache(site):
    page_of(site)
    assert site.get("/token")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["click", "like", "dislike"])
def test_act_stores_what_was_done(site, kind):
    page_of(site)
    assert act(site, f"{kind} - i03")["Location"] == "/"
    assert done(site) == [("i03", kind)]


@pytest.mark.parametrize(
    "place", ["-", "0", "7", "٣", "²", "½", "-1", "1.5", "x", "9" * 9, "9" * 5000]
)
def test_act_at_any_place_of_a_list_is_stored(site, place):
    request_id = page_of(site)["request_id"]
    answer = act(site, f"like {place} i03", request_id=request_id)
    assert answer.status_code == 302
    assert done(site) in ([("i03", "like")], [])


@pytest.mark.parametrize(
    ("said", "kept"),
    [("like - i03", True), ("like - ", False), ("like -", False), ("like", False), ("", False),
     ("  i03", False), ("like - i03 ", True), ("like - nothing", False), ("fly - i03", False),
     ("like - i\x0003", False)],
)  # fmt: skip
def test_act_is_a_kind_a_place_and_an_item(site, said, kept):
    page_of(site)
    act(site, said)
    assert bool(done(site)) is kept


def test_act_that_makes_no_sense_leads_to_a_page_that_says_so(site):
    page_of(site)
    assert act(site, "fly - i03")["Location"] == "/?refused=1"
    assert "That did not work." in site.get("/?refused=1").content.decode()


def test_act_too_often_is_refused_on_the_page(site, settings_with):
    settings_with(
        serving={"refresh_seconds": 0}, storefront={"open": True},
        limits={"events_per_minute": 2},
    )  # fmt: skip
    page_of(site)
    answers = [act(site, f"like - i{n:02}")["Location"] for n in range(4)]
    assert answers == ["/", "/", "/?refused=1", "/?refused=1"]
    assert len(done(site)) == 2


@pytest.mark.parametrize(
    ("to", "location"),
    [
        ("/models", "/models"),
        ("/item/i03?x=1", "/item/i03?x=1"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/models", "http://testserver/models"),
    ],
)
def test_act_goes_back_to_a_page_of_this_site_alone(site, to, location):
    page_of(site)
    assert act(site, "like - i03", next=to)["Location"] == location


def test_act_of_the_pages_script_stays_where_it_is(site):
    whose = page_of(site)["whose"]
    answer = site.post("/act", {"act": "like - i03"}, headers={"X-Omakase-Person": whose})
    assert (answer.status_code, answer.content) == (204, b"")
    assert done(site) == [("i03", "like")]


def test_act_without_the_token_against_forgery_is_refused(site):
    strict = Client(enforce_csrf_checks=True)
    strict.get("/")
    assert strict.post("/act", {"act": "like - i03"}).status_code == 403


def test_undo_takes_back_all_that_was_done_with_an_item(site):
    page_of(site)
    for said in ("click - i03", "like - i03", "like - i05"):
        act(site, said)
    site.post("/undo", {"item_id": "i03"})
    assert done(site) == [("i05", "like")]


@pytest.mark.parametrize("form", [{}, {"item_id": ""}, {"item_id": "nothing"}, {"event_id": "x"}])
def test_undo_of_nothing_takes_back_nothing(site, form):
    page_of(site)
    act(site, "like - i03")
    assert site.post("/undo", form).status_code == 302
    assert done(site) == [("i03", "like")]


def test_undo_twice_is_undo_once(site):
    page_of(site)
    act(site, "like - i03")
    for _ in range(2):
        assert site.post("/undo", {"item_id": "i03"}).status_code == 302
    assert done(site) == []


def test_one_comes_as_the_user_that_is_written_before_the_one_that_is_chosen(site):
    site.post("/come-as", {"user": "u00", "other": " u05 "})
    assert me(site) == Person("u05")


@pytest.mark.parametrize("form", [{}, {"user": "", "other": ""}, {"other": "  "}])
def test_one_who_names_nobody_is_somebody_new_each_time(site, form):
    site.post("/come-as", form)
    first = me(site)
    site.post("/come-as", form)
    assert first.user_id is None
    assert me(site) != first


@pytest.mark.parametrize("name", ["nobody", "U00", "u0", "x" * 400, "u:u00", "'; --"])
def test_one_comes_as_nobody_whom_the_data_does_not_know(site, name):
    before = me(site)
    assert site.post("/come-as", {"other": name})["Location"] == "/?unknown=1"
    assert me(site) == before


@pytest.mark.parametrize("name", ["김 하나", "a:b", "a b", "é/%2F", "😀", '"quoted"', "a;b=c"])
def test_one_comes_as_a_user_of_any_letters(site, name):
    upsert_users(users=[UserIn(user_id=name)])
    site.post("/come-as", {"other": name})
    assert me(site) == Person(name)


def test_cookie_is_for_pages_of_this_site_and_no_script(site):
    cookie = site.get("/").cookies["omakase_visitor"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]
    assert int(cookie["max-age"]) == 30 * 86_400


def test_cookie_is_sent_over_https_alone_where_the_site_is_there(site, settings_with):
    settings_with(serving={"refresh_seconds": 0}, storefront={"open": True}, web={"https": True})
    assert site.get("/", secure=True).cookies["omakase_visitor"]["secure"]


def test_session_of_somebody_new_cannot_be_guessed(site):
    sessions = {me(Client()).session_id for _ in range(5)}
    assert len(sessions) == 5
    assert all(re.fullmatch(r"visit-[\w-]{16}", each) for each in sessions)
