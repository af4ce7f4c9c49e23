"""Callers with keys, as the API sees them."""

import pytest
from django.test import Client

from omakase_service.platform.services import create_key


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
