"""Who a caller is, whom they may ask for, and how often."""

from collections.abc import Callable

import pytest

from omakase_service.platform.access import bearer, count, count_events, own_person
from omakase_service.platform.contracts import PUBLIC_SCOPES, Caller, Person, Scope
from omakase_service.platform.exceptions import Forbidden, Invalid, TooMany
from omakase_service.platform.tokens import issue_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def limits(settings_with) -> Callable[..., object]:
    """Other limits for this test."""
    return lambda **rates: settings_with(limits=rates)


ADA, PAGE = Person("ada"), Person("ada", "s1")


@pytest.mark.parametrize("named", [{}, {"user_id": "ada"}, {"user_id": "ada", "session_id": "s1"}])
def test_own_person_of_a_token_is_its_own(named):
    token = Caller(str(PAGE), frozenset({Scope.READ}), PAGE, id="ada")
    assert own_person(token, **named) == PAGE


@pytest.mark.parametrize(
    "named", [{"user_id": "bob"}, {"session_id": "s2"}, {"user_id": "ada", "session_id": "s2"}]
)
def test_own_person_of_a_token_is_nobody_else(named):
    token = Caller(str(PAGE), frozenset({Scope.READ}), PAGE, id="ada")
    with pytest.raises(Forbidden, match="another person's"):
        own_person(token, **named)


def test_own_person_of_a_server_key_is_whoever_it_names():
    key = Caller("shop", frozenset({Scope.READ}), id="shop")
    assert own_person(key, user_id="bob", session_id="s2") == Person("bob", "s2")


def test_bearer_token_is_its_person_with_rights_over_their_own_alone():
    caller = bearer(issue_token(person=ADA).secret)
    assert caller is not None
    assert (caller.person, caller.id) == (ADA, str(ADA))
    assert bearer("") is None
    assert bearer("damaged") is None


def test_count_events_a_minutes_worth_is_let_in_and_one_more_is_not(limits):
    limits(events_per_minute=120)
    caller = Caller("ada", frozenset(), ADA, id="ada a minute")
    count_events(caller, 1)
    count_events(caller, 119)
    with pytest.raises(TooMany):
        count_events(caller, 1)


def test_count_events_without_a_limit_refuses_nobody(limits):
    limits(events_per_minute=0)
    caller = Caller("ada", frozenset(), ADA, id="ada no limit")
    assert [count_events(caller, 10_000) for _ in range(3)] == [None] * 3


def test_count_events_more_at_once_than_in_a_minute_are_invalid(limits):
    limits(events_per_minute=120)
    with pytest.raises(Invalid, match="at most 120 events"):
        count_events(Caller("ada", frozenset(), ADA, id="ada at once"), 121)


def test_count_events_two_at_once_where_one_a_minute_may_come_are_invalid(limits):
    limits(events_per_minute=1)
    caller = Caller("ada", frozenset(), ADA, id="ada one a minute")
    with pytest.raises(Invalid, match="at most 1 events"):
        count_events(caller, 2)
    count_events(caller, 1)


def test_count_events_one_too_many_waits_less_than_a_second(limits):
    limits(events_per_minute=120)
    caller = Caller("ada", frozenset(), ADA, id="ada one more")
    count_events(caller, 120)
    with pytest.raises(TooMany, match=r"again in 0\.\d s"):
        count_events(caller, 1)


def test_count_one_too_many_waits_less_than_a_second(limits):
    limits(user_per_minute=120, address_per_minute=0)
    caller = Caller("ada", frozenset(), Person("quick"), id="quick")
    for _ in range(120):
        count(caller, "192.0.2.1")
    with pytest.raises(TooMany, match=r"again in 0\.\d s"):
        count(caller, "192.0.2.1")


def test_count_public_key_is_counted_by_address(limits):
    limits(sessions_per_minute=1, key_per_minute=0, address_per_minute=0)
    page = Caller("page", PUBLIC_SCOPES, id="page key")
    count(page, "192.0.2.1")
    count(page, "192.0.2.2")
    with pytest.raises(TooMany):
        count(page, "192.0.2.2")


def test_count_server_key_is_counted_by_itself(limits):
    limits(sessions_per_minute=1, key_per_minute=2, address_per_minute=0)
    key = Caller("shop", frozenset({Scope.READ}), id="shop key")
    count(key, "192.0.2.1")
    count(key, "192.0.2.1")
    with pytest.raises(TooMany):
        count(key, "192.0.2.2")
