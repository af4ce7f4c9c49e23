"""Fast and strict JSON in both directions: no NaN, no lone surrogates."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from orjson import Fragment

JSON = "application/json; charset=utf-8"


class StrictParser(Parser):
    """Bodies as JSON text says, not as Python allows."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain values.

        Raises:
            orjson.JSONDecodeError: the body is not JSON; Ninja makes it a 400.
        """
        return orjson.loads(request.body)


def json_fragment(data: Any) -> Fragment:
    """A piece of an answer that is written already, as often as it is sent."""
    return Fragment(orjson.dumps(data, option=orjson.OPT_UTC_Z))


def json_response(data: Any) -> HttpResponse:
    """An answer whose values are of its schema by the way they were made; nobody looks again."""
    return HttpResponse(orjson.dumps(data, option=orjson.OPT_UTC_Z), JSON)


def event_bytes(name: str, data: Any) -> bytes:
    """One server-sent event; JSON has no line breaks of its own."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), orjson.dumps(data, option=orjson.OPT_UTC_Z))


class FastRenderer(BaseRenderer):
    """Answers as UTF-8 JSON."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The bytes of an answer."""
        option = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
        return orjson.dumps(data, default=str, option=option)


def problem_bytes(*, status: int, code: str, title: str, instance: str) -> bytes:
    """A problem document (RFC 9457) where there is no request of Django yet."""
    kind = f"urn:omakase:{code}"
    body = {"type": kind, "title": title, "status": status, "code": code, "instance": instance}
    return orjson.dumps(body | {"request_id": ""})


def json_body(request: HttpRequest) -> Any:
    """The body of a request whose parts are judged one by one.

    Raises:
        HttpError: 400, it is not JSON.
    """
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise HttpError(400, f"the body is not JSON: {error}") from error
