"""Pin figures to one's own overview, and take them off."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from omakase_service.console import pins
from omakase_service.console.pages import act, address, needs, number_param, param
from omakase_service.console.translations import say
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role


@needs(Role.SEE)
@require_POST
def pin(request: ServiceRequest) -> HttpResponse:
    """Pin a figure, of all lists or of those at one placement."""
    return act(
        request,
        lambda: pins.pin(
            login=request.user.get_username(),
            figure=param(request, "figure"),
            placement=param(request, "placement"),
            length=number_param(request, "days") or 0,
        ),
        say("It is pinned to your overview."),
        address("overview"),
    )


@needs(Role.SEE)
@require_POST
def unpin(request: ServiceRequest) -> HttpResponse:
    """Take a figure of one's own off."""
    return act(
        request,
        lambda: pins.unpin(
            login=request.user.get_username(), number=number_param(request, "number") or 0
        ),
        say("It is no longer pinned."),
        address("overview"),
    )
