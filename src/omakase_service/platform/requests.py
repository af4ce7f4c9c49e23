"""The request as its handlers know it: Django's, with what the rooms before them put on it."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from omakase_service.platform.contracts import Caller

if TYPE_CHECKING:
    from omakase_service.platform.roles import Role  # Django's users, which middleware is before


class ServiceRequest(HttpRequest):
    """A request within the service. For types alone: servers make requests of their own classes.

    Attributes:
        request_id: by which logs, headers and answers call it (middleware).
        started: when it came, in seconds of `time.perf_counter` (middleware).
        auth: who asks; set for an operation that has a guard (Ninja).
        caller: the same, before the guard has decided; None for a stranger.
        role: that a member of the staff has in the console.
        are_events_counted: whether its events were taken off the person's limit already.
        csrf_processing_done: whether Django has looked at its token against foreign pages.
        span: of OpenTelemetry, where requests are traced.
        tracing: what gives the trace of before back.
    """

    request_id: str
    started: float
    auth: Caller
    caller: Caller | None
    role: "Role"
    are_events_counted: bool
    csrf_processing_done: bool
    _dont_enforce_csrf_checks: bool
    span: Any
    tracing: Any
