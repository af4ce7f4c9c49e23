"""The forms of the documentation: everything has a word, and every example runs as it stands."""

from typing import Any

import pytest

from omakase_service.config.urls import api as document
from omakase_service.events.services import record
from omakase_service.platform.contracts import Person
from omakase_service.platform.field_glossary import GLOSSARY, meaning
from omakase_service.platform.request_examples import BODIES, parameter_example
from omakase_service.recommendation_log import writer
from omakase_service.serving.services import recommend

pytestmark = pytest.mark.django_db
FIRST = ("upsert_item", "upsert_user", "create_experiment")
LAST = ("complete_experiment",)
"""Of the operations with a body: what others need, and what ends what they need."""


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    return document.get_openapi_schema()


def operations(openapi: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Operation id to method, path and operation."""
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    }


def test_document_has_a_word_on_every_field(openapi):
    bare = [
        f"{name}.{field}"
        for name, schema in openapi["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
        if not told.get("description")
    ]
    assert bare == []


def test_document_has_a_word_on_every_parameter(openapi):
    bare = [
        f"{called}: {parameter['name']}"
        for called, (_, _, operation) in operations(openapi).items()
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]
    assert bare == []


def test_glossary_speaks_of_nothing_that_is_not_there(openapi):
    schemas = openapi["components"]["schemas"]
    fields = {field for schema in schemas.values() for field in schema.get("properties", {})}
    fields |= {
        parameter["name"]
        for _, _, operation in operations(openapi).values()
        for parameter in operation.get("parameters", ())
    }
    named = {key.rpartition(".")[2] for key in GLOSSARY}
    assert named <= fields
    assert {key.partition(".")[0] for key in GLOSSARY if "." in key} <= set(schemas)
    assert meaning("TraceStageOut", "first") != meaning("StatsOut", "first")


def test_document_has_an_example_for_every_body_and_no_other(openapi):
    with_body = {
        called
        for called, (_, _, operation) in operations(openapi).items()
        if "requestBody" in operation
    }
    assert with_body == set(BODIES)
    for called in with_body:
        for content in operations(openapi)[called][2]["requestBody"]["content"].values():
            assert content["example"] == BODIES[called]


def filled(path: str, called: str, known: dict[str, str]) -> str:
    """A path with the examples of what it names."""
    while "{" in path:
        name = path.partition("{")[2].partition("}")[0]
        value = known.get(name, parameter_example(called, name))
        assert value is not None, f"{called}: no example of {name}"
        path = path.replace("{" + name + "}", str(value))
    return path


def test_every_example_of_a_body_runs_as_it_stands(trained, openapi, api, caller):
    for number in range(12):
        recommend(user_id=f"u{number:02}", placement="home", n=4, refresh=True)
    writer.flush()
    record(events=[{"session_id": "visit-1", "item_id": "i01", "type": "view"}])
    found = operations(openapi)
    public = caller("public")
    middle = [called for called in BODIES if called not in (*FIRST, *LAST)]
    known: dict[str, str] = {}
    for called in (*FIRST, *middle, *LAST):
        if called == "complete_experiment":
            assert api.post("/api/experiments/varied-home/start").status_code == 200
        method, path, _ = found[called]
        client = public if called == "create_session_token" else api
        send = getattr(client, method)
        answer = send(filled(path, called, known), BODIES[called], content_type="application/json")
        assert answer.status_code < 300, f"{called}: {answer.content.decode()}"
        if called == "chat":
            known["conversation_id"] = answer.json()["conversation_id"]


def test_example_of_a_person_belongs_to_nobody_in_particular():
    assert Person(parameter_example("get_user", "user_id")) == Person("1")
