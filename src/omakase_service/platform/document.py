"""The OpenAPI document: every refusal in it, too."""

from typing import Any

from ninja import Field, NinjaAPI, Schema
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema

from omakase_service.platform.field_glossary import meaning
from omakase_service.platform.request_examples import BODIES, parameter_example
from omakase_service.platform.validation import messages

PROBLEM = "application/problem+json"
EASY = ("n", "user_id")
"""Parameters that may be left out and are shown with an example all the same."""


class ErrorLocation(Schema):
    """What is wrong where. Refused events carry their position."""

    place: str = ""
    message: str = ""
    position: int | None = None


class Problem(Schema):
    """Why a request was refused (RFC 9457); `code` never changes, `title` may."""

    type: str
    title: str
    status: int
    code: str
    instance: str
    request_id: str
    errors: list[ErrorLocation] = Field(default=[], description="what is wrong where")


class DocumentedApi(NinjaAPI):
    """Ninja's API, whose document says of every operation how it refuses."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """What is wrong in each part of a request, in our words."""
        errors: list[dict[str, Any]] = []
        for context in error_contexts:
            lines = super().validation_error_from_error_contexts([context]).errors
            words = messages(context.pydantic_validation_error, context.model)
            errors += [{**e, "msg": text} for e, text in zip(lines, words, strict=True)]
        return ValidationError(errors)

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The document, with the statuses that any operation may answer."""
        document = super().get_openapi_schema(**asked)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs", {}))
        schemas["Problem"] = problem
        for name, schema in schemas.items():
            _describe(name, schema)
        for methods in document["paths"].values():
            for operation in methods.values():
                _refuse(operation)
                _illustrate(operation)
        return document


def _describe(name: str, schema: dict[str, Any]) -> None:
    """Say of every field what it means, where the schema does not."""
    for field, description in schema.get("properties", {}).items():
        if not description.get("description") and (words := meaning(name, field)):
            description["description"] = words


def _refuse(operation: dict[str, Any]) -> None:
    """The statuses that any operation may answer."""
    refused = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status, words in (("4XX", "refused, and why"), ("503", "not ready")):
        answer = {"description": words, "content": {PROBLEM: refused}}
        operation["responses"].setdefault(status, answer)


def _illustrate(operation: dict[str, Any]) -> None:
    """Words and examples of parameters, and a body that runs as it stands."""
    called = operation["operationId"]
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        words = parameter.get("description") or parameter["schema"].get("description")
        parameter["description"] = words or meaning("", name)
        is_needed = parameter.get("required") or name in EASY
        if is_needed and (example := parameter_example(called, name)) is not None:
            parameter["example"] = example
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if called in BODIES:
            content["example"] = BODIES[called]
