import json
import re

import pytest
from django.test import Client

from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.selectors import recent_of_session, recent_of_user
from omakase_service.platform.contracts import Person
from omakase_service.platform.tokens import person_of
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.selectors import answer_count
from omakase_service.serving import live_version, people
from omakase_service.storefront import rows
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db


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


def test_before_anything_is_learnt_the_page_says_what_to_do(tribes, settings_with):
    settings_with(serving={"refresh_seconds": 0}, storefront={"open": True})
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


def do(site: Client, act: str, **more: str):
    return site.post("/act", {"act": act, **more})


def past_of(page: str) -> list[str]:
    return re.findall(r'<li data-item="([^"]+)" data-kind="([^"]+)"', page)


def cards_of(page: str) -> list[str]:
    return re.findall(r'class="card" data-item="([^"]+)"', page)


def row_names(page: str) -> list[str]:
    return re.findall(r'data-row="([^"]+)"', page)


def test_without_a_script_a_button_does_it_and_one_takes_it_back(site):
    page = home(site)
    request_id = script_of(page)["request_id"]
    assert do(site, "like 0 i03", request_id=request_id, next="/models").headers["location"] == (
        "/models"
    )
    page = home(site)
    assert past_of(page) == [("i03", "like")]
    assert "Because you looked at Item 3" in page
    site.post("/undo", {"item_id": "i03"})
    assert past_of(home(site)) == []


def test_one_goes_back_to_pages_of_this_site_alone(site):
    home(site)
    assert do(site, "like - i03", next="https://evil.example/").headers["location"] == "/"


@pytest.mark.parametrize("act", ["", "like", "like -", "nod - i03", "like - nothing"])
def test_what_makes_no_sense_is_said_on_the_page(site, act):
    home(site)
    assert "did not work" in site.post("/act", {"act": act}, follow=True).content.decode()
    assert past_of(home(site)) == []


def test_a_page_acts_as_whom_it_was_made_for_whatever_another_tab_became(site):
    mine = script_of(home(site))["whose"]
    site.post("/come-as", {"user": "u00"})
    renewed = site.get("/token", headers={"X-Omakase-Person": mine}).json()["token"]
    assert person_of(renewed).session_id.startswith("visit-")
    do(site, "like - i03", whose=mine)
    assert "i03" not in dict(past_of(home(site)))
    assert recent_of_user(user_id="u00", limit=99)[-1].item_id != "i03"
    assert recent_of_session(session_id=person_of(renewed).session_id, limit=9)[0].item_id == "i03"


def test_whose_a_page_is_cannot_be_made_up(site):
    home(site)
    forged = {"X-Omakase-Person": "WyJ1MDAiLG51bGxd:x:y"}
    assert site.get("/token", headers=forged).status_code == 404
    assert site.post("/undo", {"item_id": "i02"}, headers=forged).status_code == 404


def test_nobody_takes_back_what_another_did(site):
    home(site)
    before = recent_of_user(user_id="u00", limit=99)
    site.post("/undo", {"item_id": before[0].item_id})
    assert recent_of_user(user_id="u00", limit=99) == before


def test_what_was_seen_is_in_no_row_and_more_is_personal_after_three(site):
    page = home(site)
    assert row_names(page) == ["trending", "popular"]
    for item_id in ("i01", "i03", "i05"):
        do(site, f"like - {item_id}")
    page = home(site)
    personal = page.count("data-personal")
    assert (personal, len(row_names(page)) - personal) == (4, 1)
    rows_shown = page.split('id="rows"')[1].split("</main>")[0]
    assert not {"i01", "i03", "i05"} & set(cards_of(rows_shown))
    assert row_names(site.get("/rows").content.decode()) == row_names(page)


def test_diversity_is_a_slider_that_works_by_itself(site):
    page = site.get("/?diversity=0.75").content.decode()
    assert 'value="0.75"' in page
    assert script_of(page)["diversity"] == 0.75
    assert script_of(site.get("/?diversity=much").content.decode())["diversity"] is None


def test_search_shows_cards_in_a_page(site):
    page = site.get("/search", {"q": "Item 3"}).content.decode()
    assert 'data-item="i03"' in page
    assert "Nothing fits" in site.get("/search", {"q": "zzzz"}).content.decode()
    assert site.get("/search").status_code == 200


def test_an_item_has_a_page_with_year_genres_price_and_more_like_it(site):
    known = {"year": 1994.0, "genres": ["Crime", "Drama"], "currency": "KRW"}
    priced = {"title": "Item 2 (1994)", "price": 12900, "attributes": known}
    upsert_items(items=[ItemIn(item_id="i02", **priced)])
    page = site.get("/item/i02").content.decode()
    assert '<h2 class="name">Item 2</h2>' in page
    for text in ("1994", "Crime", "Drama", "₩12,900", "More like this"):
        assert text in page
    more = cards_of(page.split("more-list")[1])
    assert more and "i02" not in more
    do(site, "like - i02")
    assert "Liked" in site.get("/item/i02").content.decode()
    assert site.get("/item/none").status_code == 404


def test_it_is_said_which_model_answers_and_how_it_was_chosen(site):
    train(models={"ease": {"l2": 1.0}, "item_knn": {}}, evaluate=True, force=True)
    site.post("/come-as", {"user": "u00"})
    page = home(site)
    best = live_version.now().live.best
    assert f'<b id="answering">{best}</b>' in page
    assert "the best of 3" in page
    page = site.get("/models").content.decode()
    assert page.count("<tr") == 4
    assert 'aria-current="true"' in page


def test_two_models_stand_side_by_side_and_nothing_is_logged_of_it(site):
    site.post("/come-as", {"user": "u00"})
    writer.flush()
    before = answer_count(user_id="u00")
    page = site.get("/models", {"left": "ease", "right": "popular"}).content.decode()
    assert page.count('class="side"') == 2
    assert re.search(r"\d+ of \d+ are in both lists", page)
    writer.flush()
    assert answer_count(user_id="u00") == before
    assert site.get("/models", {"left": "nothing"}).status_code == 200


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
    assert people.liked_items(past=past) == {"loved", "seen"}
