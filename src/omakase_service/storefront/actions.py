"""What is done on the pages, as plain forms: it works without a script, which sends the same."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import Invalid, TooMany
from omakase_service.platform.numbers import whole_number
from omakase_service.storefront import history, visitors
from omakase_service.storefront.guarding import open_to_all, person_or_404

REFUSED = "/?refused=1"
LAST_POSITION = 10**9
"""Of a list; a column of the log holds no larger one."""


@open_to_all
@require_POST
def come_as(request: HttpRequest) -> HttpResponse:
    """Be a user of the data, or somebody new."""
    user_id = (request.POST.get("other", "") or request.POST.get("user", "")).strip()
    if user_id and not visitors.is_known(user_id):
        return redirect("/?unknown=1")
    person = Person(user_id=user_id) if user_id else visitors.somebody_new()
    response = redirect("/")
    visitors.remember(response, person)
    return response


@open_to_all
@require_GET
def token(request: HttpRequest) -> HttpResponse:
    """A new token for the page's script, whose own is over: of whom the page was made for."""
    response = JsonResponse({"token": visitors.token(person_or_404(request)).secret})
    response["Cache-Control"] = "no-store"
    return response


@open_to_all
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Store what somebody did: `act` is a kind, a place or "-", and the id of the item."""
    person = person_or_404(request)
    kind, placement, item_id = (*request.POST.get("act", "").split(" ", 2), "", "", "")[:3]
    event: dict[str, Any] = {"item_id": item_id, "type": kind, "page": "demo"}
    position = whole_number(placement)
    if position is not None and position <= LAST_POSITION and request.POST.get("request_id"):
        event |= {"request_id": request.POST["request_id"], "position": position}
    try:
        history.do(person, event)
    except (Invalid, TooMany):
        return redirect(REFUSED)
    return _after(request)


@open_to_all
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back an event of whoever's page this is, or all that they did with an item."""
    named = {name: request.POST.get(name, "") for name in ("event_id", "item_id")}
    history.undo(person_or_404(request), **named)
    return _after(request)


def _after(request: HttpRequest) -> HttpResponse:
    """The page to go back to; nothing to the script, which stays where it is."""
    if visitors.HEADER in request.headers:
        return HttpResponse(status=204)
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """The page to go back to: one of ours."""
    page = request.POST.get("next", "")
    is_own_page = url_has_allowed_host_and_scheme(page, {request.get_host()})
    return page if is_own_page else "/"
