from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.test import Client

from omakase_service.platform import services
from omakase_service.platform.contracts import Person
from omakase_service.platform.tokens import person_of

pytestmark = pytest.mark.django_db


def test_a_server_makes_a_token_for_whoever_is_logged_in(post):
    made = post("/api/tokens", {"user_id": 42, "minutes": 5})
    assert made.status_code == 201
    assert person_of(made.json()["token"]) == Person("42")
    ends = datetime.fromisoformat(made.json()["expires"])
    assert timedelta(minutes=4) < ends - datetime.now(UTC) <= timedelta(minutes=5)
    client = Client(headers={"Authorization": f"Bearer {made.json()['token']}"})
    assert client.get("/api/events/kinds").status_code == 200


def test_a_token_makes_no_token(post):
    token = post("/api/tokens", {"user_id": "ada"}).json()["token"]
    client = Client(headers={"Authorization": f"Bearer {token}"})
    body = {"user_id": "ada"}
    assert client.post("/api/tokens", body, content_type="application/json").status_code == 403


@pytest.mark.parametrize("body", [{}, {"user_id": ""}, {"user_id": "a", "minutes": 10_000}, []])
def test_a_token_of_nobody_or_for_ever_is_refused(post, body):
    assert post("/api/tokens", body).status_code == 422


def test_a_key_that_was_seen_goes_on_working_while_the_database_is_down(monkeypatch):
    key = services.create_key(name="shop", scopes=["read"])
    assert services.use_key(secret=key.secret).name == "shop"

    def down(**_: object):
        raise DatabaseError("the server has gone away")

    monkeypatch.setattr(services, "living_key", down)
    monkeypatch.setattr(services.time, "monotonic", lambda: 1e12)
    assert services.use_key(secret=key.secret).name == "shop"
    with pytest.raises(services.NotReady, match="database is down"):
        services.use_key(secret="omk_12345678_never_seen")


def test_a_key_that_another_process_revoked_ends_within_the_setting(monkeypatch):
    key = services.create_key(name="shop", scopes=["read"])
    services.use_key(secret=key.secret)
    services.ApiKey.objects.all().delete()
    assert services.use_key(secret=key.secret) is not None
    monkeypatch.setattr(services.time, "monotonic", lambda: 1e12)
    assert services.use_key(secret=key.secret) is None
