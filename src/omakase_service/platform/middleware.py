"""What every answer carries, whoever made it: an id, a duration, and errors in one form."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from omakase_service.platform.errors import problem

log = logging.getLogger("omakase.requests")
SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
API = "/api/"
TITLES = {404: "there is nothing at this address", 405: "this method is not allowed here"}


class Envelope:
    """X-Request-ID and X-Response-Time on every answer; every error of the API is a problem.

    A caller's own X-Request-ID is kept where it is sane, so that logs of several services meet.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        asked = request.headers.get("X-Request-ID", "")
        request.request_id = asked if SANE_ID.fullmatch(asked) else uuid.uuid4().hex
        request.started = started
        response = as_problem(request, self.get_response(request))
        elapsed_ms = (time.perf_counter() - started) * 1000
        response["X-Request-ID"] = request.request_id
        response["X-Response-Time"] = f"{elapsed_ms:.2f}ms"
        return response


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An error of the API that some layer below wrote as text or HTML, as a problem document."""
    plain = not response.get("Content-Type", "").startswith("application/problem+json")
    if response.status_code < 400 or not plain or not request.path.startswith(API):
        return response
    title = TITLES.get(response.status_code, response.reason_phrase)
    made = problem(request, status=response.status_code, title=title)
    if "Allow" in response:
        made["Allow"] = response["Allow"]
    return made
