from types import SimpleNamespace

import pytest

from omakase_service.platform.contracts import ALL_SCOPES, Person
from omakase_service.platform.exceptions import Forbidden, TooMany, Unauthorized
from omakase_service.platform.roles import SCOPES, Role
from omakase_service.platform.services import create_key, revoke_key
from omakase_service.platform.tokens import issue_token
from omakase_service.realtime.auth import SocketAuth, is_foreign

pytestmark = pytest.mark.django_db


def member(*roles: Role) -> SimpleNamespace:
    """A member of staff with these roles."""
    given = {role.permission for role in roles}
    return SimpleNamespace(
        is_active=True, is_staff=True, get_username=lambda: "ada", has_perm=given.__contains__
    )


STAFF = member(Role.ADMINISTER)
HOST = {"host": "testserver:8000"}


def door(
    headers: dict[str, str] | None = None, spoken: tuple[str, ...] = (), user=None
) -> SocketAuth:
    named = [(k.encode(), v.encode()) for k, v in (headers or {}).items()]
    return SocketAuth.of(
        {"headers": named, "subprotocols": list(spoken), "user": user, "client": ("1.1.1.1", 5)}
    )


@pytest.fixture
def token() -> str:
    return issue_token(person=Person("ada")).secret


def test_a_token_comes_as_a_subprotocol_and_is_not_sent_back(token):
    opened = door(spoken=("omakase", f"bearer.{token}"))
    assert opened.caller().person == Person("ada")
    assert opened.spoken == "omakase"
    assert opened.address == "1.1.1.1"


def test_a_token_comes_as_a_header(token):
    assert door({"authorization": f"Bearer {token}"}).caller().person == Person("ada")
    assert door().spoken is None


@pytest.mark.django_db
def test_a_key_comes_either_way_and_is_asked_for_each_time():
    key = create_key(name="shop", scopes=["read"])
    opened = door({"x-api-key": key.secret})
    assert opened.caller().name == door(spoken=(f"bearer.{key.secret}",)).caller().name == "shop"
    revoke_key(prefix=key.prefix)
    with pytest.raises(Unauthorized):
        opened.caller()


def test_a_token_that_ends_while_the_page_is_open_is_noticed():
    over = issue_token(person=Person("ada"), minutes=1, clock=lambda: 1e9).secret
    with pytest.raises(Unauthorized):
        door(spoken=(f"bearer.{over}",)).caller()


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic x"}, {"x_api_key": "omk_a_b"}])
def test_nobody_is_nobody(headers):
    with pytest.raises(Unauthorized):
        door(headers).caller()


def test_staff_on_their_own_pages():
    own = door({**HOST, "origin": "https://testserver:8000"}, user=STAFF)
    assert own.caller().scopes == ALL_SCOPES
    for origin in ("https://evil.example", "", "null"):
        with pytest.raises(Forbidden):
            door({**HOST, "origin": origin}, user=STAFF).caller()


def test_a_wrong_token_is_not_made_good_by_a_session():
    opened = door({**HOST, "origin": "https://testserver:8000", "x-api-key": "no"}, user=STAFF)
    with pytest.raises(Unauthorized):
        opened.caller()


@pytest.mark.parametrize("role", [None, *Role])
def test_a_session_of_staff_may_what_its_role_may(role):
    user = member(*(role.included if role else ()))
    opened = door({**HOST, "origin": "https://testserver:8000"}, user=user)
    assert opened.caller().scopes == SCOPES[role]


@pytest.mark.parametrize(("is_active", "is_staff"), [(False, True), (True, False)])
def test_who_is_not_staff_any_more_is_nobody(is_active, is_staff):
    user = SimpleNamespace(is_active=is_active, is_staff=is_staff, get_username=lambda: "bob")
    with pytest.raises(Unauthorized):
        door({**HOST, "origin": "https://testserver:8000"}, user=user).caller()


def test_guessing_is_counted():
    with pytest.raises(TooMany):
        for _ in range(400):
            try:
                door({"x-api-key": "guess"}).caller()
            except Unauthorized:
                continue


@pytest.mark.parametrize(
    ("origin", "host", "foreign"),
    [
        ("http://localhost:8000", "localhost:8000", False),
        ("http://localhost:8001", "localhost:8000", True),
        ("http://rebound.example", "rebound.example", True),
        ("", "localhost", True),
    ],
)
def test_a_page_of_another_site_is_foreign(origin, host, foreign):
    assert is_foreign(origin, host) is foreign
