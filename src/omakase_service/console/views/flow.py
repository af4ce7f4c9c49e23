"""How a placement's list comes about for somebody: a drawing of its stages, and a table."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from omakase_service.catalog.selectors import users_after
from omakase_service.console.flow import BOX, HIGH, WIDTH, drawing_of
from omakase_service.console.pages import needs, page, param
from omakase_service.console.translations import language
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.selectors import placements
from omakase_service.serving.services import trace

LENGTH = 10


@needs(Role.SEE)
@require_GET
def flow(request: ServiceRequest) -> HttpResponse:
    """The stages of one request; of the first person of the data where nobody is named."""
    name = param(request, "name")
    person = param(request, "person") if "person" in request.GET else _anybody()
    question = ListRequest(
        user_id=person or None, n=LENGTH, placement=name, language=language(), explain=True
    )
    traced = trace(question)
    cards = live_version.now().live.cards
    lines = [
        (item_id, cards.get(item_id), score, why)
        for (item_id, score), why in zip(traced.items, traced.whys, strict=True)
    ]
    return page(
        request,
        "flow",
        "placements",
        name=name,
        person=person,
        places=sorted(placements()),
        traced=traced,
        drawing=drawing_of(traced.stages, traced.whys),
        lines=lines,
        cards=cards,
        box=BOX,
        high=HIGH,
        width=WIDTH,
    )


def _anybody() -> str:
    return next((user.user_id for user in users_after(after="", limit=1)), "")
