"""Who may ask: server keys and tokens of users by header, staff by their session."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from ninja.security.base import AuthBase

from omakase_service.platform.contracts import OWN_SCOPES, PUBLIC_SCOPES, Caller, Person, Scope
from omakase_service.platform.exceptions import Forbidden, Invalid, TooMany, Unauthorized
from omakase_service.platform.limits import wait
from omakase_service.platform.project_user import project_user_id
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import SCOPES, role_of
from omakase_service.platform.services import is_seen, use_key
from omakase_service.platform.tokens import person_of
from omakase_settings import settings

SAFE = ("GET", "HEAD", "OPTIONS")
KEY = "omk_"


class Needs(AuthBase):
    """Lets in who holds the scopes: `Authorization: Bearer omk_…`, `X-API-Key: omk_…`, or staff.

    Args:
        own: also a user's token, `Authorization: Bearer <JWT>`. Such an endpoint must pass every
            person that is named in a request through `own_person`.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, *scopes: Scope, own: bool = False) -> None:
        self.scopes, self.own = scopes, own
        super().__init__()

    def __call__(  # type: ignore[override]  # Ninja hands on what came through our middleware
        self, request: ServiceRequest
    ) -> Caller:
        """The caller.

        Raises:
            Unauthorized: no key or token, or one that is not living.
            Forbidden: it may not do this, or a page of another site posts as staff.
            TooMany: asked too often.
        """
        caller = getattr(request, "caller", None) or caller_of(request)
        request.caller = caller  # who asks again because they must wait is counted once
        if caller is None:
            raise Unauthorized("send a key: Authorization: Bearer omk_…")
        require(caller, *self.scopes)
        if caller.person is not None and not self.own:
            raise Forbidden("this needs a server key; a user's token does not do")
        return caller


def require(caller: Caller, *scopes: Scope) -> None:
    """The caller holds all of these scopes.

    Raises:
        Forbidden: one is missing.
    """
    for scope in scopes:
        if scope not in caller.scopes:
            raise Forbidden(f"this key has no scope {scope.value!r}")


def own_person(
    caller: Caller, *, user_id: str | None = None, session_id: str | None = None
) -> Person:
    """The person that a request is about: the one it names, or else the one whose token it is.

    Raises:
        Forbidden: a token is asking about somebody else.
    """
    owner = caller.person
    if owner is None:
        return Person(user_id, session_id)
    if user_id not in (None, owner.user_id) or session_id not in (None, owner.session_id):
        raise Forbidden("this token is another person's")
    return owner


def caller_of(request: ServiceRequest) -> Caller | None:
    """Whoever the headers or the session name; none where nobody is named.

    Raises:
        TooMany: asked too often.
    """
    address = address_of(request.META.get("REMOTE_ADDR", ""), request.headers)
    secret = shown_key(request)
    if secret.startswith(KEY) and not is_seen(secret=secret):
        _refuse_guessing(address)
    caller = bearer(secret) or _staff(request) or _member(request)
    count(caller, address)
    return caller


def bearer(secret: str) -> Caller | None:
    """Who holds a server key or a token; none where it is neither, or no longer."""
    if not secret:
        return None
    if secret.startswith(KEY):
        return use_key(secret=secret)
    person = person_of(secret)
    if person is None:
        return None
    return Caller(str(person), OWN_SCOPES, person, id=str(person))


def count(caller: Caller | None, address: str) -> None:
    """Count one request of somebody, or of nobody, from an address.

    Raises:
        TooMany: that was one too many.
    """
    rules = settings().limits
    rates = {f"address {address}": rules.address_per_minute}
    if caller is None:
        rates[f"refused {address}"] = rules.refused_per_minute
    elif caller.person is not None:
        rates[caller.id] = rules.user_per_minute
    elif caller.scopes == PUBLIC_SCOPES:  # everybody shows the same key
        rates[f"{caller.id} {address}"] = rules.sessions_per_minute
    else:
        rates[caller.id] = rules.key_per_minute
    if (seconds := wait(rates)) > 0:
        raise TooMany(f"asked too often; again in {seconds:.1f} s", seconds)


def count_events(caller: Caller, number: int) -> None:
    """Count the events that a token's person brings: many in one request are many.

    Raises:
        Invalid: more at once than they may bring in a minute.
        TooMany: those were too many.
    """
    most = settings().limits.events_per_minute
    if 0 < most < number:
        raise Invalid(f"with a token at most {most} events a minute, not {number} at once")
    seconds = wait({f"events {caller.id}": most}, number)
    if seconds > 0:
        raise TooMany(f"too many events; again in {seconds:.1f} s", seconds)


def _refuse_guessing(address: str) -> None:
    """Look nothing up for an address that has shown too many keys that nobody holds.

    Raises:
        TooMany: it has.
    """
    rates = {f"refused {address}": settings().limits.refused_per_minute}
    if (seconds := wait(rates, 1, counting=False)) > 0:
        raise TooMany(f"too many unknown keys; again in {seconds:.1f} s", seconds)


def address_of(peer: str, headers: Mapping[str, str]) -> str:
    """Where a request comes from: the last address that our own proxies vouch for."""
    proxies = settings().web.proxies
    hops = [part.strip() for part in headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return hops[-proxies] if 0 < proxies <= len(hops) else peer


def shown_key(request: ServiceRequest) -> str:
    """The key or token in the headers, or nothing."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else request.headers.get("X-API-Key", "")


def _staff(request: ServiceRequest) -> Caller | None:
    user = getattr(request, "user", None)
    if user is None or shown_key(request) or not (user.is_active and user.is_staff):
        return None
    if request.method not in SAFE:
        _refuse_foreign_pages(request)
    name = user.get_username()
    return Caller(name=name, scopes=SCOPES[role_of(user)], id=f"staff {name}")


def _member(request: ServiceRequest) -> Caller | None:
    """Whoever is logged in to the project that we are installed in, where it says who they are."""
    user = getattr(request, "user", None)
    if user is None or shown_key(request) or not user.is_active or not user.is_authenticated:
        return None
    user_id = project_user_id(user)
    if user_id is None:
        return None
    if request.method not in SAFE:
        _refuse_foreign_pages(request)
    person = Person(user_id=user_id)
    return Caller(str(person), OWN_SCOPES, person, id=str(person))


def _refuse_foreign_pages(request: ServiceRequest) -> None:
    """A cookie travels with a foreign page's form; Django's token does not."""
    check = CsrfViewMiddleware(_unused_view)
    request.csrf_processing_done = False
    request._dont_enforce_csrf_checks = False
    if check.process_view(request, _unused_view, (), {}) is not None:
        raise Forbidden("the CSRF token is missing or wrong")


def _unused_view(_: HttpRequest) -> HttpResponseBase:
    """What the check of a token asks for and never calls."""
    return HttpResponse()


READ, WRITE, ADMIN = Needs(Scope.READ), Needs(Scope.WRITE), Needs(Scope.ADMIN)
OWN_READ, OWN_WRITE = Needs(Scope.READ, own=True), Needs(Scope.WRITE, own=True)
