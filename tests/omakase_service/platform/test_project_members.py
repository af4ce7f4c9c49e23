"""Users of the project that we are installed in: their login says who they are, and no more."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from omakase_service.platform.access import caller_of
from omakase_service.platform.contracts import OWN_SCOPES, Person
from omakase_service.platform.exceptions import Forbidden, TooMany

pytestmark = pytest.mark.django_db
EVENT = {"item_id": "i03", "type": "click"}
CSRF = "a" * 32


@pytest.fixture
def bob(settings, django_user_model) -> AbstractBaseUser:
    """A customer of a project whose customers are known by their name at the login."""
    settings.OMAKASE_USER_ID = "username"
    return django_user_model.objects.create_user("bob")


@pytest.fixture
def page(bob) -> Client:
    """Where bob is logged in; it sends the CSRF token only where a test says so."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    client.cookies["csrftoken"] = CSRF
    return client


def post_event(page: Client, **more: str) -> int:
    answer = page.post(
        "/api/events",
        {**EVENT, **more},
        content_type="application/json",
        headers={"X-CSRFToken": CSRF},
    )
    return answer.status_code


def asked_by(user: AbstractBaseUser, method: str = "GET", **headers: str) -> HttpRequest:
    request = RequestFactory(headers=headers).generic(method, "/api/events")
    request.user = user
    return request


def test_caller_of_member_is_their_person_with_rights_over_their_own(bob):
    caller = caller_of(asked_by(bob))
    assert caller is not None
    assert (caller.person, caller.scopes) == (Person("bob"), OWN_SCOPES)
    assert caller.name == caller.id == str(Person("bob"))


def test_member_writes_events_of_their_own_and_reads_what_is_theirs(trained, api, page):
    assert post_event(page) == 200
    assert page.get("/api/users/bob").status_code == 200
    assert api.get("/api/users/bob").status_code == 200


def test_member_asks_for_nobody_else(trained, page):
    assert post_event(page, user_id="u01") == 403
    assert page.get("/api/users/u01").status_code == 403


def test_member_page_of_another_site_writes_nothing(trained, api, page):
    answer = page.post("/api/events", EVENT, content_type="application/json")
    assert answer.status_code == 403
    assert api.get("/api/users/bob").status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_caller_of_member_who_only_reads_needs_no_csrf_token(bob, method):
    assert caller_of(asked_by(bob, method)) is not None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_caller_of_member_who_writes_without_csrf_token_is_refused(bob, method):
    with pytest.raises(Forbidden, match="CSRF"):
        caller_of(asked_by(bob, method))


@pytest.mark.parametrize("path", ["/api/items", "/api/users", "/api/categories"])
def test_member_is_no_server_and_reads_no_lists_of_all(page, path):
    answer = page.get(path)
    assert answer.status_code == 403
    assert b"server key" in answer.content


def test_member_whom_the_project_gives_no_id_is_nobody(settings, page):
    settings.OMAKASE_USER_ID = "first_name"
    assert page.get("/api/events/kinds").status_code == 401


def test_member_of_a_project_that_names_no_id_is_nobody(settings, page):
    assert page.get("/api/events/kinds").status_code == 200
    settings.OMAKASE_USER_ID = ""
    assert page.get("/api/events/kinds").status_code == 401


def test_caller_of_member_who_was_shut_out_is_nobody(bob):
    bob.is_active = False
    assert caller_of(asked_by(bob)) is None


def test_caller_of_member_who_shows_a_key_is_whose_key_it_is(bob):
    """A wrong key is refused, and not mended by whoever is logged in."""
    assert caller_of(asked_by(bob, **{"X-API-Key": "omk_no_key"})) is None
    assert caller_of(asked_by(bob, Authorization="Bearer damaged")) is None


def test_caller_of_project_without_logins_is_nobody(settings):
    settings.OMAKASE_USER_ID = "username"
    assert caller_of(RequestFactory().get("/api/items")) is None


def test_caller_of_member_is_counted_as_a_user(settings_with, bob):
    settings_with(limits={"user_per_minute": 1})
    caller_of(asked_by(bob))
    with pytest.raises(TooMany):
        caller_of(asked_by(bob))
