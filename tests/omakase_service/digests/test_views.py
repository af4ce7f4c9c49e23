"""Links of a digest: clicks count once and lead to the item; one POST unsubscribes."""

import re

import pytest
from django.core import mail
from django.test import Client

from omakase_service.catalog.selectors import settings_of
from omakase_service.digests.links import click_url, unsubscribe_url
from omakase_service.digests.models import Mailing, Recipient
from omakase_service.events.selectors import newest_seq, recent_of_user
from omakase_service.jobs.services.worker import run_now
from omakase_service.privacy.services import erase_user
from omakase_service.recommendation_log.attribution import attribute
from omakase_service.recommendation_log.contracts import OutcomeKind
from omakase_service.recommendation_log.selectors import outcomes_of

pytestmark = pytest.mark.django_db
CLICK = re.compile(r"http://testserver(/digests/click/[^\s\"]+)")
LEAVE = re.compile(r"http://testserver(/digests/unsubscribe/[^\s\">]+)")


@pytest.fixture
def browser():
    """Somebody without a login, whose browser brings no token against forgery."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def letter(digests_with, due):
    """The text of the digest of u00."""
    due("u00", language="ko")
    run_now(kind="send_digests")
    return mail.outbox[0].body


def clicks_of(request_id: str) -> list[tuple[str, int]]:
    attribute(until=newest_seq())
    found = outcomes_of(request_id=request_id)
    return [(each.item_id, each.rank) for each in found if each.kind is OutcomeKind.CLICK]


def test_a_click_leads_to_the_item_and_counts_once_for_its_digest(letter, browser):
    request_id, path = Mailing.objects.get().request_id, CLICK.findall(letter)[1]
    answers = [browser.get(path) for _ in range(3)]
    assert {each.status_code for each in answers} == {302}
    item = re.fullmatch(r"https://tribes.example/i/(i\d\d)\?from=(\w+)", answers[0]["Location"])
    assert item[2] == request_id
    assert clicks_of(request_id) == [(item[1], 2)]


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"X-Moz": "prefetch"}])
def test_what_a_program_fetches_ahead_is_no_click(letter, browser, headers):
    path = CLICK.findall(letter)[0]
    assert browser.get(path, headers=headers).status_code == 302
    assert browser.head(path).status_code == 302
    assert clicks_of(Mailing.objects.get().request_id) == []


def test_a_link_that_nobody_here_made_leads_nowhere(letter, browser):
    path = CLICK.findall(letter)[0]
    assert browser.get(path[:-1]).status_code == 404
    assert browser.get("/digests/click/abc").status_code == 404
    assert browser.get("/digests/unsubscribe/abc").status_code == 404


def test_one_post_without_login_unsubscribes(letter, browser):
    (path,) = LEAVE.findall(letter)
    response = browser.post(path, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not settings_of(user_id="u00").emails_on


def test_looking_at_the_page_unsubscribes_nobody(letter, browser):
    (path,) = LEAVE.findall(letter)
    page = browser.get(path).content.decode()
    assert "수신 거부" in page
    assert settings_of(user_id="u00").emails_on


def test_who_unsubscribed_may_take_it_back(letter, browser):
    (path,) = LEAVE.findall(letter)
    assert "다시 받기" in browser.post(path).content.decode()
    browser.post(path, {"do": "again"})
    assert settings_of(user_id="u00").emails_on


def test_an_old_letter_of_who_was_forgotten_makes_nobody_anew(letter, browser):
    erase_user(user_id="u00")
    assert not Recipient.objects.exists()
    assert not Mailing.objects.exists()
    (path,) = LEAVE.findall(letter)
    assert browser.post(path).status_code == 200
    assert browser.get(CLICK.findall(letter)[0]).status_code == 302
    assert recent_of_user(user_id="u00", limit=5) == []


def test_a_link_holds_ids_of_any_letters(digests_with, browser):
    url = click_url("r", "a/b c?&한")
    path = url.removeprefix("http://testserver")
    response = browser.get(path)
    assert response["Location"] == "https://tribes.example/i/a%2Fb%20c%3F%26%ED%95%9C?from=r"
    assert "/" not in unsubscribe_url("k").removeprefix("http://testserver/digests/unsubscribe/")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Would you rather get no more"), ("ko", "더 받지 않으시겠어요")]
)
def test_page_of_the_way_out_is_in_the_language_of_the_letter(
    digests_with, due, browser, language, words
):
    due("u00", language=language)
    path = way_out_of("u00")
    for header in ("en", "ko"):
        page = browser.get(path, headers={"Accept-Language": header}).content.decode()
        assert words in page
        assert f'<html lang="{language}">' in page


def way_out_of(user_id: str) -> str:
    return unsubscribe_url(Recipient.objects.get(user_id=user_id).key).removeprefix(
        "http://testserver"
    )


@pytest.mark.parametrize(
    ("header", "words"), [("en", "This link is not complete"), ("ko", "링크가 온전하지 않습니다")]
)
def test_page_of_a_broken_link_is_in_the_language_of_the_browser(
    digests_with, browser, header, words
):
    page = browser.get("/digests/unsubscribe/abc", headers={"Accept-Language": header})
    assert page.status_code == 404
    assert words in page.content.decode()
    assert "<button" not in page.content.decode()


def test_pages_of_the_way_out_are_kept_and_told_nowhere(digests_with, due, browser):
    due("u00")
    for send in (browser.get, browser.post, browser.head):
        page = send(way_out_of("u00"))
        assert page["Cache-Control"] == "private, no-store"
        assert page["Referrer-Policy"] == "no-referrer"
    assert (
        '<meta name="robots" content="noindex">' in browser.get(way_out_of("u00")).content.decode()
    )


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_way_out_is_taken_by_a_post_alone(digests_with, due, browser, method):
    due("u00")
    assert getattr(browser, method)(way_out_of("u00")).status_code == 405
    assert settings_of(user_id="u00").emails_on


@pytest.mark.parametrize(("do", "on"), [("", False), ("leave", False), ("again", True)])
def test_post_switches_mails_off_unless_it_takes_that_back(digests_with, due, browser, do, on):
    due("u00")
    browser.post(way_out_of("u00"))
    browser.post(way_out_of("u00"), {"do": do})
    assert settings_of(user_id="u00").emails_on is on


def test_way_out_of_one_person_leaves_the_others(digests_with, due, browser):
    due("u00", "u01")
    browser.post(way_out_of("u00"))
    assert not settings_of(user_id="u00").emails_on
    assert settings_of(user_id="u01").emails_on


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_click_is_followed_and_nothing_else(digests_with, method):
    path = click_url("r", "i01").removeprefix("http://testserver")
    assert getattr(Client(), method)(path).status_code == 405


def test_click_without_a_page_for_items_leads_to_the_site(digests_with, browser):
    digests_with(item_url="")
    path = click_url("r", "i01").removeprefix("http://testserver")
    assert browser.get(path)["Location"] == "/"


def test_click_is_kept_by_no_cache(digests_with, browser):
    path = click_url("r", "i01").removeprefix("http://testserver")
    assert browser.get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("header", ["Purpose", "Sec-Purpose", "X-Moz"])
@pytest.mark.parametrize("value", ["prefetch", "Prefetch", "prefetch;prerender"])
def test_click_of_a_program_that_reads_ahead_counts_nothing(letter, browser, header, value):
    before = newest_seq()
    browser.get(CLICK.findall(letter)[0], headers={header: value})
    assert newest_seq() == before


def test_click_of_a_program_that_says_something_else_counts(letter, browser):
    before = newest_seq()
    browser.get(CLICK.findall(letter)[0], headers={"Purpose": "reading"})
    assert newest_seq() > before
