import time

import pytest
from django.db import DatabaseError

from omakase_service.platform import health
from omakase_service.platform.journal import Journal
from omakase_service.recommendation_log import spool, writer
from omakase_service.recommendation_log.contracts import LoggedAnswer
from omakase_service.serving import live_version
from omakase_settings import Settings

pytestmark = pytest.mark.django_db


def test_alive_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["x-request-id"]


def test_ready(trained, client):
    response = client.get("/health/ready")
    assert response.status_code == 200
    names = ("database", "model", "journal", "online", "answers", "vectors", "placements")
    assert response.json() == {"status": "ok", "parts": dict.fromkeys(names, "ok")}


def test_readiness_without_a_model_is_503(db, client):
    live_version.forget()
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["parts"]["model"] == "none is live"


def test_degraded_without_a_database(trained, client, monkeypatch):
    live_version.now()

    class Gone:
        def cursor(self):
            raise DatabaseError

    monkeypatch.setattr(health, "connection", Gone())
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")


def test_it_says_that_answers_wait_on_the_disk(trained, client, monkeypatch, tmp_path):
    monkeypatch.setattr(spool, "settings", lambda: Settings(data_folder=tmp_path))
    spool.put([LoggedAnswer("r", 1, [], "ease", "v1")])
    body = client.get("/health/ready").json()
    assert (body["status"], body["parts"]["answers"]) == ("degraded", "they wait for the database")
    assert spool.bring(lambda answers: None) == 1
    assert client.get("/health/ready").json()["status"] == "ok"


def test_it_says_what_answers_were_lost(trained, client, monkeypatch):
    monkeypatch.setattr(writer, "_dropped", 3)
    monkeypatch.setattr(writer, "_dropped_at", time.monotonic())
    assert client.get("/health/ready").json()["parts"]["answers"] == "3 were not logged"
    monkeypatch.setattr(writer, "_dropped_at", time.monotonic() - writer.LATELY_SECONDS)
    assert client.get("/health/ready").json()["status"] == "ok"


def test_it_says_that_events_are_refused_while_they_are(trained, client, monkeypatch):
    assert client.get("/health/ready").json()["status"] == "ok"
    monkeypatch.setattr(Journal, "is_full", True)
    states = client.get("/health/ready").json()["parts"]
    assert states["journal"] == "the disk is full; events are refused"
