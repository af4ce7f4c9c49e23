"""What every answer carries, whoever made it: an id, a duration, and errors in one form."""

import logging
import re
import time
from collections.abc import Callable
from contextvars import Token

from django.http import HttpResponse

from omakase_service.platform import metrics, tracing
from omakase_service.platform.errors import problem
from omakase_service.platform.ids import new_id
from omakase_service.platform.logs import request_id
from omakase_service.platform.mount import api_prefix
from omakase_service.platform.requests import ServiceRequest

log = logging.getLogger("omakase.requests")
SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
TITLES = {404: "there is nothing at this address", 405: "this method is not allowed here"}


class Envelope:
    """X-Request-ID and X-Response-Time on every answer; every error of the API is a problem.

    A caller's own X-Request-ID is kept where it is sane, so that logs of several services meet.
    """

    def __init__(self, get_response: Callable[[ServiceRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ServiceRequest) -> HttpResponse:
        naming = begin_request(request)
        try:
            response = as_problem(request, self.get_response(request))
            for name, text in finish_request(request, response).items():
                response[name] = text
        finally:
            request_id.reset(naming)
        return response


def begin_request(request: ServiceRequest) -> Token[str]:
    """Give a request its id and its start; the id is that of the log's lines until it is reset."""
    header = request.headers.get("X-Request-ID", "")
    request.request_id = header if SANE_ID.fullmatch(header) else new_id()
    request.started = time.perf_counter()
    tracing.begin_span(request)
    return request_id.set(request.request_id)


def finish_request(request: ServiceRequest, response: HttpResponse) -> dict[str, str]:
    """Count an answer; the headers that say whose it is and how long it took."""
    elapsed = time.perf_counter() - request.started
    _note(request, response, elapsed)
    tracing.end_span(request, response)
    return {"X-Request-ID": request.request_id, "X-Response-Time": f"{elapsed * 1000:.2f}ms"}


def _note(request: ServiceRequest, response: HttpResponse, seconds: float) -> None:
    """Count the request, and write a line; by its route, never by what stood in its place."""
    match = request.resolver_match
    route = match.route if match else ""
    metrics.count_request(request.method or "", route, response.status_code, seconds)
    if log.isEnabledFor(logging.INFO):
        fields = {
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 3),
            "caller": getattr(getattr(request, "auth", None), "name", ""),
        }
        line = "{method} /{route} {status} {milliseconds} ms".format(**fields)
        log.info(line, extra={"fields": fields})


def as_problem(request: ServiceRequest, response: HttpResponse) -> HttpResponse:
    """An error of the API that some layer below wrote as text or HTML, as a problem document."""
    if response.status_code < 400 or not request.path.startswith(api_prefix()):
        return response
    if response.get("Content-Type", "").startswith("application/problem+json"):
        return response
    title = TITLES.get(response.status_code, response.reason_phrase)
    response_made = problem(request, status=response.status_code, title=title)
    if "Allow" in response:
        response_made["Allow"] = response["Allow"]
    return response_made
