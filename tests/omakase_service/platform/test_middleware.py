import re

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/items", "/api/nothing", "/admin/login/", "/nothing"])
def test_every_answer_has_an_id_and_a_duration(api, path):
    response = api.get(path)
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
    assert re.fullmatch(r"\d+\.\d\dms", response.headers["x-response-time"])


def test_a_sane_id_of_the_caller_is_kept(api):
    assert api.get("/api/items", headers={"X-Request-ID": "job-7"}).headers["x-request-id"] == (
        "job-7"
    )


@pytest.mark.parametrize("asked", ["a b", "x" * 65, "<script>"])
def test_another_one_is_replaced(api, asked):
    response = api.get("/api/items", headers={"X-Request-ID": asked})
    assert response.headers["x-request-id"] != asked


def test_security_headers(api):
    headers = api.get("/api/items").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
