"""Guessing of staff passwords: so many tries a minute from one address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from omakase_service.platform.access import address_of
from omakase_service.platform.errors import of_service
from omakase_service.platform.exceptions import TooMany
from omakase_service.platform.limits import wait
from omakase_settings import settings


def seconds_to_wait(request: HttpRequest) -> float:
    """Count a try to log in from this address; seconds until the next one, 0 where this one is let.

    All doors of staff count together.
    """
    where = address_of(request.META.get("REMOTE_ADDR", ""), request.headers)
    return wait({f"login {where}": settings().limits.login_per_minute})


class LoginThrottle:
    """Refuses with 429 whoever tries to log in to the admin too often, before a password is hashed.

    Every try counts, also a right one: whoever knows the password needs few.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path_info == reverse("admin:login"):
            seconds = seconds_to_wait(request)
            if seconds > 0:
                error = TooMany(f"too many tries to log in; again in {seconds:.1f} s", seconds)
                return of_service(request, error)
        return self.get_response(request)
