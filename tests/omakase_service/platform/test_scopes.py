"""Who may ask for what: every path of the API, against every kind of caller."""

import re

import pytest
from django.test import Client

from omakase_service.config.urls import api as document
from omakase_service.platform.services import create_key, revoke_key

pytestmark = pytest.mark.django_db

PATHS = [
    ("get", "/api/items", "read"),
    ("post", "/api/items", "write"),
    ("post", "/api/items/bulk", "write"),
    ("get", "/api/items/{item_id}", "read"),
    ("patch", "/api/items/{item_id}", "write"),
    ("delete", "/api/items/{item_id}", "write"),
    ("get", "/api/items/{item_id}/similar", "read"),
    ("get", "/api/users", "read"),
    ("post", "/api/users", "write"),
    ("post", "/api/users/bulk", "write"),
    ("get", "/api/users/{user_id}", "read"),
    ("patch", "/api/users/{user_id}", "write"),
    ("delete", "/api/users/{user_id}", "write"),
    ("get", "/api/categories", "read"),
    ("post", "/api/events", "write"),
    ("get", "/api/events/kinds", "read"),
    ("get", "/api/models", "read"),
    ("get", "/api/models/status", "admin"),
    ("post", "/api/models/retrain", "admin"),
    ("get", "/api/models/runs/{run_id}", "admin"),
    ("post", "/api/models/runs/{run_id}/cancel", "admin"),
    ("post", "/api/models/rollback", "admin"),
    ("post", "/api/models/{name}/promote", "admin"),
    ("post", "/api/recommendations", "read"),
    ("get", "/api/recommendations", "read"),
    ("post", "/api/recommend/", "read"),
    ("get", "/api/popular", "read"),
    ("get", "/api/trending", "read"),
    ("get", "/api/newest", "read"),
]
NAMED = {"item_id": "nothing", "user_id": "nobody", "run_id": 1, "name": "none"}
SCOPES = ("read", "write", "admin")
each_path = pytest.mark.parametrize(("method", "path", "scope"), PATHS)


def ask(client: Client, method: str, path: str):
    """Bodies do not fit any schema: who may not ask is told so before the body is looked at."""
    sent = {} if method == "get" else {"data": "[]", "content_type": "application/json"}
    return getattr(client, method)(path.format(**NAMED), **sent)


def assert_refused(response, status: int, code: str) -> None:
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"] == body["request_id"] != ""
    assert float(response.headers["x-response-time"].removesuffix("ms")) >= 0


def test_no_path_of_the_api_is_open():
    paths = document.get_openapi_schema()["paths"]
    served = {(method, path) for path, methods in paths.items() for method in methods}
    assert {(method, path) for method, path, _ in PATHS} <= served
    for method, path in served:
        response = ask(Client(), method, re.sub(r"{\w+}", "1", path))
        assert response.status_code == 401, (method, path)


@each_path
def test_nobody_gets_in(client, method, path, scope):
    response = ask(client, method, path)
    assert_refused(response, 401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"


@each_path
def test_a_guessed_key_does_not_get_in(method, path, scope):
    key = create_key(name="shop", scopes=SCOPES)
    guessed = Client(headers={"X-API-Key": key.secret[:-1] + "?"})
    assert_refused(ask(guessed, method, path), 401, "unauthorized")


@each_path
def test_a_revoked_key_does_not_get_in(method, path, scope):
    key = create_key(name="shop", scopes=SCOPES)
    revoke_key(prefix=key.prefix)
    revoked = Client(headers={"Authorization": f"Bearer {key.secret}"})
    assert_refused(ask(revoked, method, path), 401, "unauthorized")


@each_path
@pytest.mark.parametrize("held", SCOPES)
def test_a_key_opens_what_its_scope_says_and_nothing_else(caller, held, method, path, scope):
    response = ask(caller(held), method, path)
    if held == scope:
        assert response.status_code not in (401, 403)
    else:
        assert_refused(response, 403, "forbidden")
        assert repr(scope) in response.json()["title"]


@each_path
def test_the_other_scopes_together_do_not_stand_for_one(caller, method, path, scope):
    others = [name for name in SCOPES if name != scope]
    assert_refused(ask(caller(*others), method, path), 403, "forbidden")


@each_path
def test_staff_hold_every_scope_on_their_own_pages(staff, method, path, scope):
    staff.cookies["csrftoken"] = "a" * 32
    staff.defaults["HTTP_X_CSRFTOKEN"] = "a" * 32
    assert ask(staff, method, path).status_code not in (401, 403)


@pytest.mark.parametrize(("method", "path"), [row[:2] for row in PATHS if row[0] != "get"])
def test_the_page_of_another_site_cannot_use_the_session_of_staff(staff, method, path):
    response = ask(staff, method, path)
    assert_refused(response, 403, "forbidden")
    assert "CSRF" in response.json()["title"]


def test_a_refused_writer_has_written_nothing(caller):
    body = {"item_id": "a"}
    refused = caller("read", "admin").post("/api/items", body, content_type="application/json")
    assert_refused(refused, 403, "forbidden")
    assert caller("read").get("/api/items").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("put", "/api/items", {"GET", "POST"}),
        ("put", "/api/items/bulk", {"POST"}),
        ("put", "/api/users", {"GET", "POST"}),
        ("post", "/api/categories", {"GET"}),
        ("get", "/api/events", {"POST"}),
        ("delete", "/api/events/kinds", {"GET"}),
        ("delete", "/api/models", {"GET"}),
        ("get", "/api/models/retrain", {"POST"}),
        ("get", "/api/models/rollback", {"POST"}),
        ("put", "/api/models/runs/1", {"GET"}),
        ("get", "/api/models/runs/1/cancel", {"POST"}),
        ("delete", "/api/recommendations", {"GET", "POST"}),
        ("get", "/api/recommend/", {"POST"}),
        ("post", "/api/popular", {"GET"}),
        ("post", "/api/trending", {"GET"}),
        ("post", "/api/newest", {"GET"}),
    ],
)
def test_a_method_that_a_path_does_not_have(api, method, path, allowed):
    response = getattr(api, method)(path)
    assert_refused(response, 405, "method_not_allowed")
    assert {m.strip() for m in response.headers["allow"].split(",")} >= allowed


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/nothing", "/api/popular/", "/api/models/runs/x", "/api/v2/items"],
)
def test_a_path_that_does_not_exist(api, path):
    response = api.get(path, follow=False)
    assert response.status_code == 404
    assert response.headers["x-request-id"]
    assert response.headers["x-response-time"].endswith("ms")
