import logging

import pytest
from django.test import Client

from omakase_service.platform.contracts import Person
from omakase_service.platform.services import create_key
from omakase_service.platform.tokens import issue_token

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/items", "/api/docs", "/admin/login/", "/health/live"])
def test_every_answer_tells_the_browser_what_to_refuse(client, path):
    headers = client.get(path).headers
    assert "object-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]  # default-src: own files only
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_what_a_person_was_told_is_not_kept_on_the_way(api):
    assert api.get("/api/items").headers["Cache-Control"] == "private, no-store"


def test_pages_of_other_origins_are_not_let_in_by_themselves(client):
    response = client.get("/api/items", headers={"Origin": "https://shop.example"})
    assert "Access-Control-Allow-Origin" not in response.headers


def test_pages_of_named_origins_may_ask_with_a_token(settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://shop.example"]
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    before = Client(headers=asked).options("/api/events")
    assert before.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "authorization" in before.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in before.headers
    answer = Client(headers={"Origin": "https://shop.example"}).get("/api/items")
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    admin = Client(headers={"Origin": "https://shop.example"}).get("/admin/login/")
    assert "Access-Control-Allow-Origin" not in admin.headers


def test_no_secret_is_written_into_a_log(caplog, monkeypatch):
    for logger in (None, "omakase.requests", "django.request"):
        caplog.set_level(logging.DEBUG, logger=logger)
    key = create_key(name="shop", scopes=["read", "write"]).secret
    token = issue_token(person=Person("ada")).secret
    for secret in (key, token, "omk_aaaaaaaa_guessed", "eyJhbGciOiJIUzI1NiJ9.e30.guessed"):
        client = Client(
            headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False
        )
        client.get("/api/items")
        client.post("/api/events", "{", content_type="application/json")
        client.post("/api/tokens", {"user_id": "ada"}, content_type="application/json")
    assert caplog.text != ""
    for secret in (key, token, key.split("_", 2)[2], "guessed", "eyJ"):
        assert secret not in caplog.text
