"""Requests made up from the OpenAPI document, and what no answer to them may be."""

from collections import Counter

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from omakase_service.config.urls import api
from omakase_service.config.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def attacked(secret: str, examples: int, *, every: int = 1) -> Counter[str]:
    """Try so many requests on every n-th operation; how many there were of each.

    Raises:
        Exception: an answer with a 5xx, or one that the document does not know.
    """
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = application
    headers = {"Authorization": f"Bearer {secret}"}
    tried: Counter[str] = Counter()
    for found in list(schema.get_all_operations())[::every]:
        _attack(found.ok(), headers, examples, tried)
    return tried


def _attack(operation, headers: dict[str, str], examples: int, tried: Counter[str]) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def one(case) -> None:
        tried[operation.label] += 1
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    one()
