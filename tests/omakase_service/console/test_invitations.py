"""Invitations by mail: sent, taken once, withdrawn, expired."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from omakase_service.platform.invitations import open_invitations
from omakase_service.platform.models import Invitation
from omakase_service.platform.roles import Role
from omakase_service.platform.staff import staff

pytestmark = pytest.mark.django_db
FORM = {"address": "bob@shop.example", "role": "edit"}
LOGIN = {"username": "bob", "password": "a long enough one"}


@pytest.fixture
def house(settings_with):
    settings_with(digests={"sender": "Shop <news@shop.example>", "site_url": "https://rec.example"})


def link_of(owner, **form: str) -> str:
    """What the mail leads to, below this server."""
    owner.post("/console/settings/invite", FORM | form)
    (found,) = re.findall(r"https://rec\.example(/console/invitation\S+)", mail.outbox[-1].body)
    return found


def secret_of(link: str) -> dict[str, str]:
    return {"secret": link.partition("secret=")[2]}


def test_invitation_makes_a_login_of_its_role_once(house, owner):
    link = link_of(owner)
    assert mail.outbox[-1].to == ["bob@shop.example"]
    guest = Client()
    assert "administer invites you" in guest.get(link).content.decode()
    taken = guest.post("/console/invitation", {**LOGIN, **secret_of(link)})
    assert taken["Location"] == "/console/"
    assert guest.get("/console/").status_code == 200
    assert ("bob", Role.EDIT) in [(each.login, each.role) for each in staff()]
    assert open_invitations() == []
    again = Client().post("/console/invitation", {**LOGIN, "username": "eve", **secret_of(link)})
    assert again.status_code == 404


def test_secret_of_a_link_is_kept_nowhere(house, owner):
    secret = secret_of(link_of(owner))["secret"]
    assert secret not in str(Invitation.objects.values().get())
    assert secret not in owner.get("/console/settings/").content.decode()


def test_invitation_that_is_too_old_or_withdrawn_opens_nothing(house, owner):
    link = link_of(owner)
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    link = link_of(owner)
    number = open_invitations()[0].number
    owner.post("/console/settings/withdraw", {"number": number})
    assert Client().get(link).status_code == 404


def test_invitation_again_ends_the_one_before(house, owner):
    first, second = link_of(owner), link_of(owner, role="see")
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


@pytest.mark.parametrize("change", [{"username": "administer"}, {"password": "password"}])
def test_invitation_with_a_login_that_is_refused_still_holds(house, owner, change):
    link = link_of(owner)
    refused = Client().post("/console/invitation", {**LOGIN, **change, **secret_of(link)})
    assert refused.status_code == 422
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize("form", [{"address": "nobody"}, {"role": "god"}, {"role": ""}])
def test_invitation_that_makes_no_sense_is_refused(house, owner, form):
    page = owner.post("/console/settings/invite", FORM | form, follow=True)
    assert b"message error" in page.content
    assert mail.outbox == []


def test_invitation_without_a_sender_is_refused_with_what_to_set(owner):
    page = owner.post("/console/settings/invite", FORM, follow=True)
    assert b"digests.sender" in page.content
    assert not Invitation.objects.exists()


def test_invitation_that_no_server_takes_is_not_kept(house, owner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = owner.post("/console/settings/invite", FORM, follow=True)
    assert b"could not be sent" in page.content
    assert not Invitation.objects.exists()


def test_secrets_cannot_be_guessed_without_end(house, settings_with):
    settings_with(limits={"login_per_minute": 2})
    tries = [Client().get("/console/invitation?secret=x").status_code for _ in range(3)]
    assert tries == [404, 404, 429]


def test_page_of_a_link_lets_its_form_name_where_it_comes_from(house, owner):
    """A browser that may not say where it comes from sends `Origin: null`, and is refused."""
    assert Client().get(link_of(owner))["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Make your login"), ("ko", "내 아이디 만들기")]
)
def test_page_of_a_link_is_in_the_language_of_the_browser(house, owner, language, words):
    page = Client().get(link_of(owner), headers={"Accept-Language": language})
    assert words in page.content.decode()


def test_mail_names_who_invites_and_for_how_long(house, owner):
    link_of(owner)
    letter = mail.outbox[-1]
    assert letter.subject == "Your login for Omakase"
    assert letter.body.startswith(
        "administer invites you to the Omakase console. Make your login here within 72 hours;"
    )
    assert letter.from_email == "Shop <news@shop.example>"


def test_mail_in_korean_is_korean(house, owner):
    owner.post("/console/settings/invite", FORM, headers={"Accept-Language": "ko"})
    assert mail.outbox[-1].subject == "오마카세 콘솔 초대"
    assert "72시간" in mail.outbox[-1].body


def test_link_without_a_site_of_its_own_is_of_this_server(owner, settings_with):
    settings_with(digests={"sender": "news@shop.example"})
    owner.post("/console/settings/invite", FORM)
    assert "http://testserver/console/invitation?secret=" in mail.outbox[-1].body


def test_invitation_is_listed_until_it_is_taken(house, owner):
    link = link_of(owner)
    page = owner.get("/console/settings/").content.decode()
    assert "bob@shop.example" in page
    Client().post("/console/invitation", {**LOGIN, **secret_of(link)})
    assert "bob@shop.example" not in owner.get("/console/settings/").content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_invitation_gives_the_role_that_was_chosen(house, owner, role):
    link = link_of(owner, role=role.value)
    assert f"You may: {role.value}." in Client().get(link).content.decode()
    Client().post("/console/invitation", {**LOGIN, **secret_of(link)})
    assert {each.login: each.role for each in staff()}["bob"] is role


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": ""}, "A login needs a name of at most 150 characters."),
        ({"username": "x" * 151}, "A login needs a name of at most 150 characters."),
        ({"username": "administer"}, "There is a login &#x27;administer&#x27; already;"),
        ({"password": ""}, "password"),
        ({"password": "12345678"}, "password"),
    ],
)
def test_login_that_is_refused_says_why_and_keeps_the_secret(house, owner, change, words):
    link = link_of(owner)
    page = Client().post("/console/invitation", {**LOGIN, **change, **secret_of(link)})
    text = page.content.decode()
    assert page.status_code == 422
    assert words in text
    assert f'value="{secret_of(link)["secret"]}"' in text


def test_login_of_a_link_has_no_blanks_at_its_ends(house, owner):
    link = link_of(owner)
    Client().post("/console/invitation", {**LOGIN, "username": " bob ", **secret_of(link)})
    assert "bob" in {each.login for each in staff()}


@pytest.mark.parametrize("secret", ["", "x", "한글", "x" * 5000])
def test_link_that_nobody_sent_opens_nothing(house, secret):
    page = Client().get("/console/invitation", {"secret": secret})
    assert page.status_code == 404
    assert "The link holds no longer" in page.content.decode()
    assert '<input name="username"' not in page.content.decode()


def test_page_of_a_link_is_kept_by_no_cache(house, owner):
    assert "no-store" in Client().get(link_of(owner))["Cache-Control"]


@pytest.mark.parametrize("method", ["put", "delete"])
def test_link_is_looked_at_or_taken_and_nothing_else(house, owner, method):
    assert getattr(Client(), method)(link_of(owner)).status_code == 405


def test_invitation_is_withdrawn_once_and_says_so(house, owner):
    link_of(owner)
    number = open_invitations()[0].number
    page = owner.post("/console/settings/withdraw", {"number": number}, follow=True)
    assert "The invitation is withdrawn." in page.content.decode()
    page = owner.post("/console/settings/withdraw", {"number": number}, follow=True)
    assert f"No open invitation {number}." in page.content.decode()
