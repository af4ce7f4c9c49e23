"""Gorse's way of speaking HTTP: errors as plain text, a key in `X-API-Key`, its own 404 and 415.

A WSGI application beside Django's own, so that no middleware of ours puts its words in.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from urllib.parse import quote

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest

from omakase_service.gorse.contracts import BadRequest
from omakase_service.platform import metrics
from omakase_service.platform.access import caller_of
from omakase_service.platform.contracts import Scope
from omakase_service.platform.errors import DATABASE_DOWN, status_of_any
from omakase_service.platform.exceptions import ServiceError, Unauthorized
from omakase_service.platform.ids import new_id
from omakase_service.platform.logs import request_id
from omakase_service.platform.middleware import SANE_ID
from omakase_service.platform.path_ids import SLASH
from omakase_service.platform.requests import ServiceRequest
from omakase_settings import settings

log = logging.getLogger("omakase.gorse")
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
NAME = re.compile(r"\{([a-z_]+)\}")
PHRASES = {404: "404: Page Not Found", 405: "405: Method Not Allowed"}
UNSUPPORTED = "415: Unsupported Media Type"
WITH_BODY = ("POST", "PUT", "PATCH")
LARGEST_N = 100_000
"""Rows of one answer, however many are asked for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is more than a JSON value.

    Attributes:
        body: bytes as they are sent.
        kind: its content type.
    """

    body: bytes
    kind: str = JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One request to Gorse's port.

    Attributes:
        names: what stood at the places of the path.
    """

    request: HttpRequest
    names: Mapping[str, str]

    @cached_property
    def body(self) -> bytes:
        """The body as it was sent."""
        return bytes(self.request.body)

    @property
    def path(self) -> str:
        """Path and query, encoded as a client would send them."""
        path = "/".join(
            quote(part.replace(SLASH, "/"), safe="") for part in self.request.path_info.split("/")
        )
        query = self.request.META.get("QUERY_STRING", "")
        return f"{path}?{query}" if query else path

    def count(self, name: str, usual: int, *, least: int | None = None) -> int:
        """A whole number of the query.

        Raises:
            BadRequest: it is none, or below the least.
        """
        text = self.request.GET.get(name, "")
        if not text:
            return usual
        if not re.fullmatch(r"[+-]?\d{1,9}", text, flags=re.ASCII):
            raise BadRequest(f"{name} is a whole number, not {text[:40]!r}")
        number = int(text)
        if least is not None and number < least:
            raise BadRequest(f"{name} is at least {least}, not {number}")
        return min(number, LARGEST_N)

    def text(self, name: str) -> str:
        """A text of the query; empty where it was not sent."""
        return str(self.request.GET.get(name, ""))

    @property
    def categories(self) -> list[str]:
        """Categories of the path and of the query; an item must be in all of them."""
        named = [self.names.get("category", ""), *self.request.GET.getlist("category")]
        return [name for name in named if name]


View = Callable[[Call], Any]


@dataclass(frozen=True)
class GorseRoute:
    """A path of Gorse's and who answers there.

    Attributes:
        path: with `{name}` for a part that is an id.
        scope: that a key needs; none: anybody may ask.
        takes_json: a body must say that it is JSON.
    """

    method: str
    path: str
    view: View
    scope: Scope | None = Scope.READ
    takes_json: bool = True

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What paths fit."""
        return re.compile(NAME.sub(r"(?P<\1>[^/]+)", self.path) + "/?")


class GorseApplication:
    """A WSGI application of routes.

    Args:
        routes: the first that fits answers.
    """

    def __init__(self, routes: Sequence[GorseRoute]) -> None:
        self._routes = routes

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        request_started.send(sender=type(self), environ=environ)
        started = time.perf_counter()
        sent_id = environ.get("HTTP_X_REQUEST_ID", "")
        name = sent_id if SANE_ID.fullmatch(sent_id) else new_id()
        naming = request_id.set(name)
        try:
            reply, route = self._answer(environ)
            metrics.count_request(
                environ["REQUEST_METHOD"], route, reply.status, time.perf_counter() - started
            )
        finally:
            request_id.reset(naming)
            request_finished.send(sender=type(self))
        headers = {
            "Content-Type": reply.kind,
            "Content-Length": str(len(reply.body)),
            "Access-Control-Allow-Origin": "*",
            "X-Request-ID": name,
            **reply.headers,
        }
        start_response(f"{reply.status} -", list(headers.items()))
        return [reply.body]

    def _answer(self, environ: dict[str, Any]) -> tuple[Reply, str]:
        """The answer, and the path of its route for figures."""
        try:
            request = WSGIRequest(environ)
            if request.method == "OPTIONS":
                return preflight(request), ""
            route, names = self._route_of(request)
            if isinstance(route, Reply):
                return route, ""
            return _reply(answer_route(route, request, names)), f"gorse{route.path}"
        except Exception as error:  # noqa: BLE001  every error of this port is a text
            return error_reply(error), ""

    def _route_of(self, request: HttpRequest) -> tuple[GorseRoute | Reply, Mapping[str, str]]:
        """Who answers at this path and method, or what is said where nobody does."""
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return text(400, "a path or a query must not hold a NUL character"), {}
        fitting = [
            (route, match.groupdict())
            for route in self._routes
            if (match := route.pattern.fullmatch(request.path_info))
        ]
        if not fitting:
            return text(404, PHRASES[404]), {}
        for route, names in fitting:
            if route.method == request.method:
                if route.takes_json and request.method in WITH_BODY and not _is_json(request):
                    return text(415, UNSUPPORTED), {}
                return route, {name: text.replace(SLASH, "/") for name, text in names.items()}
        allowed = ", ".join(dict.fromkeys(route.method for route, _ in fitting))
        return text(405, PHRASES[405], {"Allow": allowed}), {}


def answer_route(route: GorseRoute, request: HttpRequest, names: Mapping[str, str]) -> Any:
    """What a route says to who may ask.

    Raises:
        Unauthorized: the key is missing, unknown, or has not the scope.
        BadRequest: the body is larger than is read.
    """
    if route.scope is not None:
        require_key(request, route.scope)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings().web.max_body_bytes:
        return text(413, f"a body has at most {settings().web.max_body_bytes} bytes")
    return route.view(Call(request, names))


def require_key(request: HttpRequest, scope: Scope) -> None:
    """Whoever asks holds a server key with a scope.

    Raises:
        Unauthorized: they do not.
    """
    caller = caller_of(cast(ServiceRequest, request))
    if caller is None or caller.person is not None:
        raise Unauthorized("unauthorized")
    if scope not in caller.scopes:
        raise Unauthorized(f"unauthorized: this key has no scope {scope.value!r}")


def preflight(request: HttpRequest) -> Reply:
    """What a browser asks before a page of another origin may ask."""
    origin = request.headers.get("Origin", "*")
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, PATCH",
        "Access-Control-Allow-Headers": "Content-Type, Accept, X-API-Key, X-API-Version",
    }
    return text(200, "", headers)


def error_reply(error: Exception) -> Reply:
    """An error in Gorse's way: its words as plain text."""
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("the database is down: %s", error)
        return text(503, DATABASE_DOWN, {"Retry-After": "5"})
    status = status_of_any(error)
    if status >= 500 and not isinstance(error, ServiceError):
        log.error("not foreseen", exc_info=error)
        return text(status, "something went wrong here")
    again = getattr(error, "retry_after", None)
    headers = {} if again is None else {"Retry-After": str(again)}
    return text(400 if status == 422 else status, str(error), headers)


def text(status: int, words: str, headers: Mapping[str, str] | None = None) -> Reply:
    """An answer in plain text."""
    return Reply(words.encode(), TEXT, status, headers or {})


def _reply(value: Any) -> Reply:
    return value if isinstance(value, Reply) else Reply(orjson.dumps(value))


def _is_json(request: HttpRequest) -> bool:
    kind = request.headers.get("Content-Type", "").partition(";")[0]
    return kind.strip().lower() == "application/json"
