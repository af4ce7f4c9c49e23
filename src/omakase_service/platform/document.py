"""The OpenAPI document: every refusal in it, too."""

from typing import Any

from ninja import Field, NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema

PROBLEM = "application/problem+json"


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

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The document, with the statuses that any operation may answer."""
        document = super().get_openapi_schema(**asked)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs", {}))
        schemas["Problem"] = problem
        refused = {"schema": {"$ref": "#/components/schemas/Problem"}}
        for methods in document["paths"].values():
            for operation in methods.values():
                for status, words in (("4XX", "refused, and why"), ("503", "not ready")):
                    answer = {"description": words, "content": {PROBLEM: refused}}
                    operation["responses"].setdefault(status, answer)
        return document
