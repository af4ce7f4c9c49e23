"""Every refusal is one RFC 9457 document."""

import pytest
from django.db import InterfaceError, OperationalError
from ninja import NinjaAPI

from omakase.errors import ArtifactError, OmakaseError, TooLarge, UnknownName
from omakase_service.platform import exceptions
from omakase_service.platform.errors import CODES, code_of, of_engine, of_service, status_of

pytestmark = pytest.mark.django_db


def problem_of(response, status, code):
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:omakase:{code}")
    assert body["title"]
    assert body["request_id"] == response.headers["x-request-id"]
    return body


def test_no_key(client):
    response = client.get("/api/items")
    assert problem_of(response, 401, "unauthorized")["instance"] == "/api/items"
    assert response.headers["www-authenticate"] == "Bearer"


def test_wrong_scope(caller):
    body = problem_of(caller("write").get("/api/items"), 403, "forbidden")
    assert "'read'" in body["title"]


def test_no_such_thing(api):
    assert "'nope'" in problem_of(api.get("/api/items/nope"), 404, "not_found")["title"]


def test_no_such_path(api):
    body = problem_of(api.get("/api/nothing/here"), 404, "not_found")
    assert body["instance"] == "/api/nothing/here"


def test_wrong_method(api):
    response = api.put("/api/events/kinds")
    problem_of(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize("body", ["{", "", '{"item_id": NaN}', '{"item_id": "\\ud800"}'])
def test_body_that_is_no_json_is_refused(api, body):
    response = api.post("/api/events", body, content_type="application/json")
    assert "JSON" in problem_of(response, 400, "malformed_json")["title"]


def test_json_that_fits_no_schema_is_refused(api):
    response = api.post("/api/items", "{", content_type="application/json")
    assert "errors" not in problem_of(response, 400, "malformed_json")


def test_invalid_fields_are_named(post):
    body = problem_of(post("/api/items", {"item_id": "a", "prize": 3}), 422, "invalid")
    assert [e["place"] for e in body["errors"]] == ["body.item.prize"]


def test_body_beyond_the_limit_is_refused(post, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = post("/api/items", {"item_id": "a", "title": "x" * 200})
    assert "larger" in problem_of(response, 413, "body_too_large")["title"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownName("model", "eas", ["ease"]), 404),
        (TooLarge("x", 2, 1), 507),
        (ArtifactError("x"), 503),
        (OmakaseError("x"), 500),
    ],
)
def test_the_engine_s_errors(rf, error, status):
    response = of_engine(rf.get("/api/x"), error)
    assert response.status_code == status == status_of(error)
    assert error.code.encode() in response.content


def test_each_refusal_has_its_own_code_and_status(rf):
    kinds = exceptions.ServiceError.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert of_service(rf.get("/api/x"), kind("no")).status_code == kind.status
        assert CODES.get(kind.status, kind.code) in {kind.code, CODES.get(kind.status)}


def test_what_may_be_answered_later_says_when(rf):
    said = {
        kind: of_service(rf.get("/api/x"), kind("no")).headers.get("Retry-After")
        for kind in (exceptions.NotReady, exceptions.TooMany, exceptions.NotFound)
    }
    assert said == {exceptions.NotReady: "5", exceptions.TooMany: "1", exceptions.NotFound: None}


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_down_is_told_as_such_and_nothing_of_what_it_says(
    api, monkeypatch, error
):
    def down(**asked):
        raise error("connection to 10.0.0.7 as admin refused")

    monkeypatch.setattr("omakase_service.catalog.api.selectors.item_by_id", down)
    response = api.get("/api/items/i1")
    body = problem_of(response, 503, "not_ready")
    assert response.headers["retry-after"] == "5"
    assert "10.0.0.7" not in str(body)
    assert code_of(error("10.0.0.7")) == ("not_ready", body["title"], [])


def test_a_crash_is_a_problem_too(client, monkeypatch):
    def crash(self, request):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(NinjaAPI, "get_openapi_schema", crash)
    client.raise_request_exception = False
    body = problem_of(client.get("/api/openapi.json"), 500, "internal_error")
    assert "secret" not in str(body)
