"""One table from what went wrong to what the client is told (RFC 9457)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI

from omakase.errors import (
    ArtifactError,
    Cancelled,
    CapabilityError,
    ConfigError,
    DataError,
    OmakaseError,
    TooLarge,
    UnknownIds,
    UnknownName,
)

STATUS: dict[type[OmakaseError], int] = {
    UnknownIds: 404,
    UnknownName: 404,
    DataError: 422,
    ConfigError: 422,
    CapabilityError: 409,
    Cancelled: 409,
    TooLarge: 507,
    ArtifactError: 503,
    OmakaseError: 500,
}


def status_of(error: OmakaseError) -> int:
    """The nearest ancestor in the table decides."""
    return next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS)


def problem(request: HttpRequest, error: OmakaseError) -> HttpResponse:
    """application/problem+json, with a code that never changes."""
    status = status_of(error)
    body = {"type": f"urn:omakase:{error.code}", "title": str(error), "status": status}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def register(api: NinjaAPI) -> None:
    """Called once, in the composition root."""
    api.add_exception_handler(OmakaseError, problem)
