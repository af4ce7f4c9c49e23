"""What answers of the API carry, on our own addresses alone."""

from collections.abc import Callable

from django.http import HttpResponse

from omakase_service.platform.headers import SecurityHeaders
from omakase_service.platform.middleware import Envelope
from omakase_service.platform.mount import api_prefix
from omakase_service.platform.requests import ServiceRequest


class OmakaseMiddleware:
    """Ids, durations and problem documents for what lies where we are mounted; first in the list.

    The pages of the project pass as if it were not there.
    """

    def __init__(self, get_response: Callable[[ServiceRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.own = Envelope(SecurityHeaders(get_response))  # type: ignore[arg-type]

    def __call__(self, request: ServiceRequest) -> HttpResponse:
        prefix = api_prefix().removesuffix("api/")
        answer = self.own if request.path.startswith(prefix) else self.get_response
        return answer(request)
