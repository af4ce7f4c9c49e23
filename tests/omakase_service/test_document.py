"""The OpenAPI document says what is; and no request that it allows breaks the service."""

import re
from pathlib import Path

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from tests.omakase_service.api_cases import attacked

from omakase_service.config.urls import api as ninja
from omakase_service.platform.limits import limiter
from omakase_service.platform.services import create_key

pytestmark = pytest.mark.django_db


OPERATIONS = Path(__file__).parent / "operation_ids.txt"
VERBS = {
    "cancel",
    "chat",
    "clear",
    "compare",
    "complete",
    "create",
    "declare",
    "delete",
    "erase",
    "estimate",
    "explain",
    "export",
    "get",
    "list",
    "merge",
    "newest",
    "onboarding",
    "pause",
    "plot",
    "popular",
    "promote",
    "recommend",
    "record",
    "release",
    "reset",
    "retry",
    "roll",
    "save",
    "search",
    "similar",
    "start",
    "trending",
    "update",
    "upsert",
}


def operations() -> list[dict]:
    document = ninja.get_openapi_schema()
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_operation_ids_of_the_document_equal_the_published_list():
    """Generated clients are named by them: a file may move, an id may not."""
    ids = [operation["operationId"] for operation in operations()]
    assert len(ids) == len(set(ids))
    assert sorted(ids) == OPERATIONS.read_text(encoding="utf-8").split()


def test_operation_ids_are_snake_case_and_begin_with_a_verb_or_list_name():
    for operation in operations():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"])
        assert operation["operationId"].split("_")[0] in VERBS


def test_every_operation_has_a_summary_of_its_own():
    summaries = [operation["summary"] for operation in operations()]
    assert len(summaries) == len(set(summaries))
    assert all(operation["description"] for operation in operations())


def test_every_operation_says_how_it_refuses():
    document = ninja.get_openapi_schema()
    assert "Problem" in document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            assert {"4XX", "503"} <= set(map(str, operation["responses"]))
            assert operation["responses"]["4XX"]["content"].keys() == {"application/problem+json"}


def test_a_refusal_is_as_the_document_says(trained, post):
    problem = post("/api/events", [{"user_id": 1}]).json()
    known = ninja.get_openapi_schema()["components"]["schemas"]["Problem"]
    assert problem.keys() <= known["properties"].keys()
    assert set(known["required"]) <= problem.keys()


@pytest.fixture
def held_connection():
    """The connection, with the test's transaction in it, outlives each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_made_up_requests_get_no_answer_that_nobody_expects(trained, held_connection):
    """Every ninth operation, briefly; `python -m benchmarks.api_cases` tries all, at length."""
    limiter.clear()
    key = create_key(name="attack", scopes=["read", "write", "admin"])
    tried = attacked(key.secret, examples=3, every=9)
    assert len(tried) >= 5
    assert sum(tried.values()) >= 2 * len(tried)
