"""The pages."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import NotFound, NotReady
from omakase_service.storefront import rows, visitors
from omakase_service.storefront.covers import cover
from omakase_service.storefront.translations import worded, words
from omakase_settings import settings

log = logging.getLogger("omakase.storefront")
View = Callable[..., HttpResponse]

PLACES = {
    "service": "Omakase",
    "documentation": "/api/docs",
    "openapi": "/api/openapi.json",
    "health": "/health/ready",
    "console": "/console/",
    "admin": "/admin/",
    "demo": "omakase serve --site",
}
"""What the root answers where the demo site is not open."""


def opened(view: View) -> View:
    """The page, where the site is open: anybody may come as anybody there."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
        if not settings().storefront.open:
            raise Http404
        return view(request, **named)

    return guarded


@require_GET
def root(request: HttpRequest) -> HttpResponse:
    """The demo site, where it is open; else where everything is."""
    return home(request) if settings().storefront.open else JsonResponse(PLACES)


@opened
@require_GET
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    """Rows for whoever looks."""
    person = visitors.visitor(request) or visitors.somebody_new()
    try:
        context, status = _context(request, person), 200
    except NotReady:
        context, status = {**_frame(person), "empty": "none"}, 200
    except Exception:
        log.exception("a page could not be made")
        context, status = {**_frame(person), "empty": "away"}, 503
    response = render(request, "storefront/home.html", context, status=status)
    visitors.remember(response, person)
    response["Cache-Control"] = "private, no-store"
    return response


@opened
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


@opened
@require_GET
def token(request: HttpRequest) -> HttpResponse:
    """A new token for the page's script, whose own is over."""
    person = visitors.visitor(request)
    if person is None:
        raise Http404
    response = JsonResponse({"token": visitors.token(person).secret})
    response["Cache-Control"] = "no-store"
    return response


@opened
@require_GET
def picture(request: HttpRequest, item_id: str) -> HttpResponse:
    """The cover of an item, as SVG."""
    try:
        drawn = cover(*rows.picture(item_id))
    except (NotFound, NotReady) as error:
        raise Http404 from error
    response = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def _frame(person: Person) -> dict[str, Any]:
    """What every page holds."""
    language = (get_language() or "en")[:2]
    return {"text": words(language), "language": language, "person": person}


def _context(request: HttpRequest, person: Person) -> dict[str, Any]:
    frame = _frame(person)
    frame["text"] = worded(frame["language"], films=rows.shows_films())
    found = rows.rows_for(person, frame["language"], frame["text"])
    script = {
        "token": visitors.token(person).secret,
        "request_id": found.for_you["request_id"],
        "language": frame["language"],
        "n": rows.FOR_YOU,
        "row": rows.ROW,
        "past": rows.PAST,
        "words": frame["text"],
    }
    shown = {"rows": found, "people": visitors.people(), "script": script}
    return {**frame, **shown, "unknown": "unknown" in request.GET}
