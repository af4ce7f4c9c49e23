"""Guessing of staff passwords ends in 429; nobody else is counted with who guesses."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


def guess(client: Client, **more: str) -> int:
    return client.post(LOGIN, {"username": "ada", "password": "wrong"}, **more).status_code


def test_login_too_many_tries_are_refused_with_the_time_to_wait(settings_with):
    settings_with(limits={"login_per_minute": 3})
    assert [guess(Client()) for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = Client().post(LOGIN, {})
    assert 1 <= int(refused.headers["Retry-After"]) <= 21
    assert Client().get(LOGIN).status_code == 200


def test_login_from_another_address_is_counted_by_itself(settings_with):
    settings_with(limits={"login_per_minute": 1})
    assert guess(Client()) == 200
    assert guess(Client()) == 429
    assert guess(Client(), REMOTE_ADDR="192.0.2.7") == 200


def test_unknown_keys_beyond_the_limit_are_refused_before_any_look_up(
    settings_with, api, django_assert_num_queries
):
    settings_with(limits={"refused_per_minute": 2})
    assert api.get("/api/items").status_code == 200
    stranger = Client(headers={"Authorization": "Bearer omk_00000000_guess"})
    assert [stranger.get("/api/items").status_code for _ in range(2)] == [401, 401]
    with django_assert_num_queries(0):
        refused = stranger.get("/api/items")
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert api.get("/api/items").status_code == 200
