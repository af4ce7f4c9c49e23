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
