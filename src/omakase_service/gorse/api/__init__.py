"""Every path of Gorse's that is answered here."""

from dataclasses import replace
from typing import Any

from omakase_service.gorse import mirror
from omakase_service.gorse.api import bulk, dashboard, feedback, health, items, lists, users
from omakase_service.gorse.http import Call, GorseApplication, GorseRoute, Reply
from omakase_service.platform.contracts import Scope

ROUTES = (
    *health.ROUTES,
    *users.ROUTES,
    *items.ROUTES,
    *feedback.ROUTES,
    *lists.ROUTES,
    *bulk.ROUTES,
    *dashboard.ROUTES,
)


def application() -> GorseApplication:
    """Who answers on Gorse's port."""
    return GorseApplication([with_forwarding(route) for route in ROUTES])


def with_forwarding(route: GorseRoute) -> GorseRoute:
    """The route; what it writes goes to the owner's Gorse too, where one is mirrored."""
    if route.scope is not Scope.WRITE:
        return route

    def view(call: Call) -> Any:
        answer = route.view(call)
        gorse = mirror.owners_gorse()
        if gorse is not None and not (isinstance(answer, Reply) and answer.status >= 400):
            request = call.request
            kind = request.headers.get("Content-Type", "")
            mirror.forward(gorse, request.method or "", call.path, call.body, kind)
        return answer

    return replace(route, view=view)
