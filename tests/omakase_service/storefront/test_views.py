import json
import re

import pytest
from django.test import Client

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.events.contracts import HistoryEvent
from omakase_service.platform.contracts import Person
from omakase_service.platform.tokens import person_of
from omakase_service.serving import live_version
from omakase_service.serving import services as serving
from omakase_service.storefront import rows, views
from omakase_settings import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(trained, monkeypatch) -> Client:
    """The demo site over the two tribes, open."""
    monkeypatch.setattr(views, "settings", lambda: Settings(storefront={"open": True}))
    return Client()


def script_of(page: str) -> dict:
    return json.loads(re.search(r'<script id="page"[^>]*>(.*?)</script>', page, re.S)[1])


def home(site: Client, **headers: str) -> str:
    response = site.get("/", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_root_where_the_site_is_closed_says_where_everything_is(client, trained):
    told = client.get("/").json()
    assert told["documentation"] == "/api/docs"
    assert client.get(told["health"]).status_code == 200
    assert client.get(told["openapi"]).status_code == 200


@pytest.mark.parametrize("path", ["/token", "/cover/i01.svg"])
def test_site_is_closed_by_default(client, trained, path):
    assert client.get(path).status_code == 404
    assert client.post("/come-as", {"user": "u00"}).status_code == 404


def test_somebody_new_gets_what_is_popular_and_a_token_of_their_own(site):
    page = home(site)
    assert "somebody new" in page
    person = person_of(script_of(page)["token"])
    assert person.user_id is None and person.session_id.startswith("visit-")
    assert person_of(script_of(home(site))["token"]) == person
    assert person_of(script_of(home(Client()))["token"]) != person


def test_one_comes_as_a_user_and_sees_reasons(site):
    sent = site.post("/come-as", {"user": "u00"}, follow=True)
    page = sent.content.decode()
    assert "<strong>u00</strong>" in page
    assert person_of(script_of(page)["token"]) == Person("u00")
    assert "Because of your interest in" in page
    assert "Because you looked at Item" in page
    assert page.count('data-kind="purchase"') == 5


def test_one_starts_over_as_somebody_new(site):
    site.post("/come-as", {"user": "u00"})
    page = site.post("/come-as", {}, follow=True).content.decode()
    assert "somebody new" in page


def test_a_user_whom_nobody_knows_is_said_to_be_unknown(site):
    page = site.post("/come-as", {"user": "u00", "other": "nobody"}, follow=True)
    assert "There is nobody of that id." in page.content.decode()


def test_people_are_offered_with_what_is_known_of_them(site):
    upsert_users(users=[UserIn(user_id="a", gender="F", age_range="25-34")])
    assert "a · F · 25-34" in home(site)


def test_a_user_of_any_letters_is_remembered(site):
    upsert_users(users=[UserIn(user_id="김 하나;é/%")])
    answer = site.post("/come-as", {"other": "김 하나;é/%"})
    assert answer.cookies["omakase_visitor"].OutputString().isascii()
    assert person_of(script_of(home(site))["token"]) == Person("김 하나;é/%")


def test_the_cookie_cannot_be_made_up(site):
    site.cookies["omakase_visitor"] = "u:u00"
    assert "somebody new" in home(site)
    assert Client().get("/token").status_code == 404


def test_a_new_token_for_who_is_there(site):
    home(site)
    first = person_of(site.get("/token").json()["token"])
    assert first == person_of(script_of(home(site))["token"])


def test_a_foreign_page_cannot_make_one_come_as_somebody(site):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/come-as", {"user": "u00"}).status_code == 403


def test_korean_by_the_browser_and_by_choice(site):
    assert "당신을 위한 추천" in home(site, **{"Accept-Language": "ko"})
    assert "For you" in home(site)
    site.post("/i18n/setlang/", {"language": "ko", "next": "/"})
    page = home(site)
    assert '<html lang="ko">' in page and "당신을 위한 추천" in page
    assert script_of(page)["language"] == "ko"


def test_the_page_loads_nothing_from_elsewhere_and_runs_no_script_of_its_own(site):
    page = home(site)
    assert "http://" not in page and "https://" not in page
    assert re.findall(r"<script(?![^>]*(src=|application/json))", page) == []
    assert " onclick" not in page
    for file in ("page.css", "page.js", "icon.svg"):
        assert site.get(f"/static/storefront/{file}").status_code == 200


def test_every_button_and_field_has_a_name(site):
    page = home(site)
    for button in re.findall(r"<button([^>]*)>(.*?)</button>", page, re.S):
        assert "aria-label" in button[0] or re.sub(r"<[^>]+>", "", button[1]).strip()
    assert page.count("<label>") == len(re.findall(r"<(select|input name)", page))


def test_a_title_that_is_a_script_is_text(site, post):
    post("/api/items", {"item_id": "i01", "title": "<script>alert(1)</script>"})
    page = home(site)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_cover_is_a_picture(site):
    drawn = site.get("/cover/i01.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in drawn.headers["content-security-policy"]
    assert b"Item 1" in drawn.content
    assert site.get("/cover/none.svg").status_code == 404


def test_before_anything_is_learnt_the_page_says_what_to_do(tribes, monkeypatch):
    monkeypatch.setattr(views, "settings", lambda: Settings(storefront={"open": True}))
    live_version.forget()
    assert "omakase train" in home(Client())


def test_when_the_house_is_in_trouble_the_page_says_so_in_plain_words(site, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError("disk on fire")

    monkeypatch.setattr(rows, "rows_for", broken)
    answer = site.get("/")
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Nothing that you did is lost." in page
    assert "disk on fire" not in page


def test_a_row_is_of_what_speaks_for_its_item_and_of_nothing_refused(site):
    past = [
        HistoryEvent("loved", "rating", 4.0, 1),
        HistoryEvent("seen", "view", None, 2),
        HistoryEvent("low", "rating", 2.0, 3),
        HistoryEvent("refused", "dislike", None, 4),
        HistoryEvent("refused", "view", None, 5),
        HistoryEvent("put back", "cart", None, 6),
        HistoryEvent("put back", "remove_from_cart", None, 7),
    ]
    assert serving.liked_items(past=past) == {"loved", "seen"}
