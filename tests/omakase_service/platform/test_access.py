import pytest
from django.test import Client

from omakase_service.config.urls import api as document
from omakase_service.platform.services import create_key, revoke_key

pytestmark = pytest.mark.django_db


def test_a_key_by_either_header():
    key = create_key(name="shop", scopes=["read"])
    for headers in ({"Authorization": f"bearer {key.secret}"}, {"X-API-Key": key.secret}):
        assert Client(headers=headers).get("/api/items").status_code == 200


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer omk_a_b", "Basic b21r", "omk_a_b"])
def test_anything_else_is_nobody(value):
    assert Client(headers={"Authorization": value}).get("/api/items").status_code == 401


def test_a_revoked_key_is_refused_at_the_next_request():
    key = create_key(name="shop", scopes=["read"])
    client = Client(headers={"X-API-Key": key.secret})
    assert client.get("/api/items").status_code == 200
    revoke_key(prefix=key.prefix)
    assert client.get("/api/items").status_code == 401


@pytest.mark.parametrize(
    ("scope", "reads", "writes"), [("read", 200, 403), ("write", 403, 201), ("admin", 403, 403)]
)
def test_a_scope_is_what_it_says(caller, scope, reads, writes):
    client = caller(scope)
    assert client.get("/api/items").status_code == reads
    sent = client.post("/api/items", {"item_id": "a"}, content_type="application/json")
    assert sent.status_code == writes


def test_staff_may_read_and_post_with_the_token_of_their_page(staff):
    assert staff.get("/api/items").status_code == 200
    body = {"item_id": "a"}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.cookies
    refused = strict.post("/api/items", body, content_type="application/json")
    assert refused.status_code == 403
    token = "a" * 32
    strict.cookies["csrftoken"] = token
    sent = strict.post(
        "/api/items", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert sent.status_code == 201


def test_someone_who_is_logged_in_but_not_staff_is_nobody(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("bob"))
    assert client.get("/api/items").status_code == 401


def test_document_says_that_requests_carry_a_bearer_key():
    schemes = document.get_openapi_schema()["components"]["securitySchemes"].values()
    assert {"type": "http", "scheme": "bearer"} in schemes
