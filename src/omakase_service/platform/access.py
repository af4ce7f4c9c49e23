"""Who may ask: server keys by header, staff by their session."""

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from ninja.security.base import AuthBase

from omakase_service.platform.contracts import ALL_SCOPES, Caller, Scope
from omakase_service.platform.refusals import Forbidden, Unauthorized
from omakase_service.platform.services import use_key

SAFE = ("GET", "HEAD", "OPTIONS")


class Needs(AuthBase):
    """Lets in who holds one scope: `Authorization: Bearer omk_…`, `X-API-Key: omk_…`, or staff."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller.

        Raises:
            Unauthorized: no key, or one that is not living.
            Forbidden: a key without the scope, or a page of another site posting as staff.
        """
        caller = caller_of(request)
        if caller is None:
            raise Unauthorized("send a key: Authorization: Bearer omk_…")
        if self.scope not in caller.scopes:
            raise Forbidden(f"this key has no scope {self.scope.value!r}")
        return caller


def caller_of(request: HttpRequest) -> Caller | None:
    """Whoever the headers or the session name; none where nobody is named."""
    if secret := shown_key(request):
        return use_key(secret=secret)
    return _staff(request)


def shown_key(request: HttpRequest) -> str:
    """The key in the headers, or nothing."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else request.headers.get("X-API-Key", "")


def _staff(request: HttpRequest) -> Caller | None:
    user = getattr(request, "user", None)
    if user is None or not (user.is_active and user.is_staff):
        return None
    if request.method not in SAFE:
        _refuse_foreign_pages(request)
    return Caller(name=user.get_username(), scopes=ALL_SCOPES)


def _refuse_foreign_pages(request: HttpRequest) -> None:
    """A cookie travels with a foreign page's form; Django's token does not."""
    check = CsrfViewMiddleware(lambda _: None)
    request.csrf_processing_done = False
    request._dont_enforce_csrf_checks = False
    if check.process_view(request, lambda _: None, (), {}) is not None:
        raise Forbidden("the CSRF token is missing or wrong")


READ, WRITE, ADMIN = Needs(Scope.READ), Needs(Scope.WRITE), Needs(Scope.ADMIN)
