import pytest
from django.db import DatabaseError

from omakase_service.serving import health, live

pytestmark = pytest.mark.django_db


def test_alive_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["x-request-id"]


def test_ready(trained, client):
    response = client.get("/health/ready")
    assert response.status_code == 200
    parts = ("database", "model", "journal", "online", "answers")
    assert response.json() == {"status": "ok", "parts": dict.fromkeys(parts, "ok")}


def test_not_ready_without_a_model(db, client):
    live.forget()
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["parts"]["model"] == "none is live"


def test_degraded_without_a_database(trained, client, monkeypatch):
    live.now()

    class Gone:
        def cursor(self):
            raise DatabaseError

    monkeypatch.setattr(health, "connection", Gone())
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
