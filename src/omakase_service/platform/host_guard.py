"""Which Host headers are answered: probes come by address, everybody else by a known name."""

from collections.abc import Callable

from django.conf import settings as django
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from omakase_service.platform.errors import problem

PROBES = ("/health/live", "/health/ready", "/metrics")
"""Asked by orchestrators and scrapers, which name a pod by its address."""


class HostGuard:
    """Lets probes in whatever Host they name; refuses others whose Host is not known, and says so.

    Before Django's own layers, whose refusal names nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            if request.path_info not in PROBES or not django.ALLOWED_HOSTS:
                return unknown_host(request)
            # Nothing in their answers speaks of the Host, so any known one does for the layers.
            request.META["HTTP_HOST"] = django.ALLOWED_HOSTS[0].lstrip(".")
        return self.get_response(request)


def unknown_host(request: HttpRequest) -> HttpResponse:
    """400 as a problem document that names the Host and the setting."""
    host = request.META.get("HTTP_HOST", "")[:100]
    title = (
        f"this server does not answer to the host {host!r}: "
        "add the name that clients use to the setting web.allowed_hosts"
    )
    return problem(request, status=400, title=title, code="unknown_host")
