"""What the service refuses on purpose, each with a stable code and an HTTP status.

The engine has its own tree in `omakase.errors`; these are about storage, access and requests.
"""

from collections.abc import Sequence
from typing import Any, ClassVar


class ServiceError(Exception):
    """Root of the tree. Clients match on `code`, never on the text.

    Attributes:
        retry_after: whole seconds from now on which it may be answered; none: never by waiting.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    retry_after: int | None = None

    def __init__(self, message: str, errors: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.errors = list(errors)


class Unauthorized(ServiceError):
    """Nobody knows who is asking."""

    code, status = "unauthorized", 401


class Forbidden(ServiceError):
    """The caller is known and may not do this."""

    code, status = "forbidden", 403


class NotFound(ServiceError):
    """There is no such thing."""

    code, status = "not_found", 404


class Conflict(ServiceError):
    """It cannot be done in the state that things are in."""

    code, status = "conflict", 409


class Invalid(ServiceError):
    """The request is readable and makes no sense."""

    code, status = "invalid", 422


class NotReady(ServiceError):
    """No model is live yet, or a store is down."""

    code, status, retry_after = "not_ready", 503, 5


class TooMany(ServiceError):
    """Asked too often; `retry_after` seconds from now it is answered again."""

    code, status = "too_many_requests", 429

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = int(retry_after) + 1
