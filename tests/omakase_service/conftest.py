"""Callers with keys, and a small world that models have learnt of."""

import pytest
from django.test import Client

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.events.services import record
from omakase_service.platform.limits import limiter
from omakase_service.platform.services import create_key
from omakase_service.serving import live_version
from omakase_service.training.services import train


@pytest.fixture(autouse=True)
def fresh_limits():
    """Nobody has asked too often before the test."""
    limiter.clear()


@pytest.fixture(scope="session")
def redis_server():
    """A real Redis for these tests; who stops it starts it again."""
    from tests.omakase_service.redis_server import RedisServer

    server = RedisServer()
    yield server
    server.stop()


@pytest.fixture
def caller(db):
    """Make a client with a key of the given scopes; its bodies are JSON."""

    def make(*scopes: str) -> Client:
        key = create_key(name="test", scopes=scopes or ("read", "write", "admin"))
        return Client(headers={"Authorization": f"Bearer {key.secret}"})

    return make


@pytest.fixture
def api(caller):
    """A client that may do everything."""
    return caller()


@pytest.fixture
def post(api):
    """POST JSON as a client that may do everything."""

    def send(path: str, body: object, **more):
        return api.post(path, body, content_type="application/json", **more)

    return send


@pytest.fixture
def staff(db, django_user_model):
    """A member of staff, logged in to the admin."""
    django_user_model.objects.create_superuser("ada", password="a long one")
    client = Client()
    assert client.login(username="ada", password="a long one")
    return client


@pytest.fixture
def tribes(db, settings_with):
    """Two tribes in the store: even people like even items, odd people odd ones."""
    settings_with(serving={"refresh_seconds": 0})
    live_version.forget()
    events = [
        {
            "user_id": f"u{u:02}",
            "item_id": f"i{i:02}",
            "kind": "purchase",
            "time": 1_700_000_000 + 100 * ((i * 7 + u * 5) % 12) + u,
        }
        for u in range(12)
        for i in range(u % 2, 12, 2)
        if i != u
    ]
    upsert_items(
        items=[
            ItemIn(item_id=f"i{n:02}", title=f"Item {n}", category="Odd" if n % 2 else "Even")
            for n in range(12)
        ]
    )
    record(events=events)
    yield
    live_version.forget()


@pytest.fixture
def trained(tribes):
    """The two tribes, and a live version that has learnt of them."""
    return train(models={"ease": {"l2": 1.0}}, evaluate=False)
