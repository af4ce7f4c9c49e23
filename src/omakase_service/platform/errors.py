"""One table from what went wrong to what the client is told (RFC 9457)."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

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
from omakase_service.platform.exceptions import NotReady, ServiceError
from omakase_service.platform.path_ids import readable_path

log = logging.getLogger("omakase.errors")

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
DATABASE_DOWN = "the database is down; ask again in a moment"
DISK_FULL = "nothing can be stored: the disk is full; lists are answered all the same"
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    429: "too_many_requests",
    500: "internal_error",
    503: "not_ready",
}


def words_of_database(error: Exception) -> str:
    """What people are told of a database's refusal; SQLite and PostgreSQL name a full disk."""
    refusal = str(error)
    full = "disk is full" in refusal or "No space left on device" in refusal
    return DISK_FULL if full else DATABASE_DOWN


def status_of(error: OmakaseError) -> int:
    """The nearest ancestor in the table decides."""
    return next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS)


def status_of_any(error: Exception) -> int:
    """The status of whatever went wrong; 500 of what nobody foresaw."""
    match error:
        case ServiceError():
            return error.status
        case OmakaseError():
            return status_of(error)
    return 500


def code_of(error: Exception) -> tuple[str, str, list[dict[str, Any]]]:
    """Code, words and places of what went wrong; nothing of the inside of what nobody foresaw."""
    match error:
        case ServiceError():
            return error.code, str(error), error.errors
        case OmakaseError() if status_of(error) < 500:
            return error.code, str(error), []
        case OperationalError() | InterfaceError():
            log.warning("the database is down: %s", error)
            return NotReady.code, words_of_database(error), []
    log.error("not foreseen", exc_info=error)
    return "internal_error", "something went wrong here", []


def problem(
    request: HttpRequest,
    *,
    status: int,
    title: str,
    code: str = "",
    errors: Sequence[dict[str, Any]] = (),
) -> HttpResponse:
    """application/problem+json, with a code that never changes and the id of the request."""
    code = code or CODES.get(status, "error")
    body: dict[str, Any] = {
        "type": f"urn:omakase:{code}",
        "title": title,
        "status": status,
        "code": code,
        "instance": readable_path(request.path),
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        body["errors"] = list(errors)
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def places(error: ValidationError) -> list[dict[str, str]]:
    """Where in the request, and what is wrong there."""
    return [
        {"place": ".".join(str(part) for part in e["loc"]), "message": str(e["msg"])}
        for e in error.errors
    ]


def of_engine(request: HttpRequest, error: OmakaseError) -> HttpResponse:
    """What the engine refused."""
    return problem(request, status=status_of(error), title=str(error), code=error.code)


def of_service(request: HttpRequest, error: ServiceError) -> HttpResponse:
    """What the service refused."""
    response = problem(
        request, status=error.status, title=str(error), code=error.code, errors=error.errors
    )
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


def of_database(request: HttpRequest, error: Exception) -> HttpResponse:
    """A database that is down, or too busy: nothing of what it says itself."""
    log.warning("the database is down: %s", error)
    return of_service(request, NotReady(words_of_database(error)))


def of_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request that does not fit its schema."""
    return problem(
        request, status=422, title="the request is not valid", code="invalid", errors=places(error)
    )


def of_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What Ninja itself refuses, such as a body that is not JSON."""
    code = "malformed_json" if error.status_code == 400 else ""
    return problem(request, status=error.status_code, title=error.message, code=code)


def of_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """No such path."""
    return problem(request, status=404, title=f"there is nothing at {readable_path(request.path)}")


def of_large_body(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """A body over the limit."""
    return problem(request, status=413, title="the request body is larger than allowed")


HANDLERS: dict[type[Exception], Callable[..., HttpResponse]] = {
    OmakaseError: of_engine,
    ServiceError: of_service,
    OperationalError: of_database,
    InterfaceError: of_database,
    ValidationError: of_validation,
    HttpError: of_http,
    Http404: of_missing,
    RequestDataTooBig: of_large_body,
}


def register(api: NinjaAPI) -> None:
    """Called once, in the composition root."""
    for error, handler in HANDLERS.items():
        api.add_exception_handler(error, handler)
