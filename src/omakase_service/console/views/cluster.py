"""Machines: every process that serves or works, and how it is."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from omakase_service.cluster.contracts import NodeRole
from omakase_service.cluster.selectors import nodes
from omakase_service.console.pages import needs, page
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.training.selectors import live_version


@needs(Role.SEE)
@require_GET
def node_list(request: ServiceRequest) -> HttpResponse:
    """Every process, and whether it answers with the live version and by one release."""
    cards = nodes()
    here = [each for each in cards if not each.is_away]
    return page(
        request,
        "cluster",
        "cluster",
        nodes=cards,
        live=live_version(),
        machines=len({each.name.rpartition(":")[0] for each in here}),
        processes=len(here),
        has_worker=any(each.role == NodeRole.WORKER for each in here),
        releases=sorted({each.release for each in here if each.release}),
    )
