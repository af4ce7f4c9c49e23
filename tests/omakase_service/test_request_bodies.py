"""Bodies of requests: a field with a slip in its name does not pass for one that was left out."""

import json
import re
from typing import Any

import pytest

from omakase_service.config.api import api as the_api

LENIENT = {"BriefRequest"}
"""Another system's own, whose clients send what they like."""


def named_in(part: Any) -> set[str]:
    """Schemas that a part of the document names."""
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(part)))


def bodies(document: dict[str, Any]) -> dict[str, Any]:
    """Name to schema of all that a body of a request may hold."""
    operations = [each for path in document["paths"].values() for each in path.values()]
    schemas, names = document["components"]["schemas"], set()
    further = named_in([each.get("requestBody") for each in operations])
    while further:
        names |= further
        further = named_in([schemas[name] for name in further]) - names
    return {name: schemas[name] for name in names if "properties" in schemas[name]}


def test_bodies_take_no_other_fields():
    found = bodies(the_api.get_openapi_schema())
    lenient = {n for n, schema in found.items() if schema.get("additionalProperties") is not False}
    assert {"ItemIn", "FeedbackIn", "RecommendationRequest"} <= found.keys()
    assert lenient == LENIENT


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body", "place", "message"),
    [
        (
            "items",
            {"item_id": "a", "titel": "A"},
            "titel",
            "no field `titel`; did you mean `title`?",
        ),
        (
            "items/bulk",
            {"items": [{"item_id": "a", "prize": 3}]},
            "items.0.prize",
            "no field `prize`; did you mean `price`?",
        ),
        (
            "events",
            {"user_id": "u", "item_id": "a", "type": "view", "sesion_id": "s"},
            "sesion_id",
            "no field `sesion_id`; did you mean `session_id`?",
        ),
        (
            "jobs",
            {"kind": "train", "parameters": {"modles": {}}},
            "modles",
            "no field `modles`; did you mean `models`?",
        ),
        (
            "feedback",
            {"user_id": "u", "item_id": "a", "feedback": "like", "positon": 3},
            "positon",
            "no field `positon`; did you mean `position`?",
        ),
    ],
)
def test_bodies_with_a_slip_in_a_name_name_the_nearest(post, path, body, place, message):
    answer = post(f"/api/{path}", body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["place"].endswith(place)
    assert error["message"] == message


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["time", "timestamp"])
def test_events_say_when_by_either_name(post, api, name):
    moment = 1_700_000_000
    event = {"user_id": "u", "item_id": "a", "type": "view", name: moment}
    assert post("/api/events", event).json()["stored"] == 1
    assert api.get("/api/users/u/export").json()["events"][0]["time"] == moment
