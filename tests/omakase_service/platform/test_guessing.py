"""An address that shows keys which nobody holds is refused before any key of it is looked up."""

from collections.abc import Callable

import pytest
from django.test import RequestFactory

from omakase_service.platform.access import READ, caller_of, count
from omakase_service.platform.contracts import Caller, NewKey, Person
from omakase_service.platform.exceptions import Forbidden, TooMany
from omakase_service.platform.services import create_key
from omakase_service.platform.tokens import issue_token

pytestmark = pytest.mark.django_db
HERE = "127.0.0.1"


@pytest.fixture
def refused(settings_with) -> Callable[[int, int], None]:
    """So many are refused a minute, and so many were already."""

    def change(most: int, done: int) -> None:
        settings_with(limits={"refused_per_minute": most, "address_per_minute": 0})
        for _ in range(done):
            count(None, HERE)

    return change


def shop() -> NewKey:
    return create_key(name="shop", scopes=["read"])


def ask(secret: str) -> Caller | None:
    return caller_of(RequestFactory().get("/", headers={"Authorization": f"Bearer {secret}"}))


def test_caller_of_address_that_guessed_too_often_is_not_told_that_a_key_is_right(refused):
    refused(2, 2)
    with pytest.raises(TooMany, match="unknown keys"):
        ask(shop().secret)


def test_caller_of_address_that_guessed_too_often_waits_less_than_a_second(refused):
    refused(120, 120)
    with pytest.raises(TooMany, match=r"again in 0\.\d s"):
        ask(shop().secret)


def test_caller_of_address_that_may_guess_once_more_is_looked_up(refused):
    refused(2, 1)
    assert ask(shop().secret) is not None


def test_caller_of_right_keys_are_no_guesses(refused):
    refused(2, 0)
    assert all(ask(shop().secret) for _ in range(4))


def test_caller_of_key_in_use_goes_on_where_a_neighbour_guesses(refused):
    key = shop().secret
    assert ask(key) is not None
    refused(2, 2)
    assert ask(key) is not None


def test_caller_of_token_goes_on_where_a_neighbour_guesses(refused):
    """It is checked by its signature, so there is nothing to look up."""
    refused(2, 2)
    caller = ask(issue_token(person=Person("ada")).secret)
    assert caller is not None and caller.person == Person("ada")


def test_needs_read_token_of_a_user_does_not_do():
    token = issue_token(person=Person("ada")).secret
    with pytest.raises(Forbidden, match="server key"):
        READ(RequestFactory().get("/", headers={"Authorization": f"Bearer {token}"}))
