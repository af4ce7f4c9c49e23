"""The pages."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from omakase_service.chat.services.guides import current_guide
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import NotFound, NotReady
from omakase_service.platform.money import CURRENCIES
from omakase_service.storefront import choice, item_page, rows, visitors
from omakase_service.storefront.cards import FIELDS, GENRES_SHOWN, TAGGED_TYPES
from omakase_service.storefront.covers import cover
from omakase_service.storefront.guarding import open_to_all, person_or_404
from omakase_service.storefront.talk_words import EXAMPLES, NEXT, talk_words
from omakase_service.storefront.translations import MODELS, about_model, page_texts, words
from omakase_settings import settings

log = logging.getLogger("omakase.storefront")
Frame = Mapping[str, Any]
Page = Callable[..., Mapping[str, Any]]

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


def page(template: str) -> Callable[[Page], Callable[..., HttpResponse]]:
    """A view that fills a template for whoever looks, and says so where nothing can be shown."""

    def shown_by(fill: Page) -> Callable[..., HttpResponse]:
        @open_to_all
        @require_GET
        @ensure_csrf_cookie
        @wraps(fill)
        def view(request: HttpRequest, **named: Any) -> HttpResponse:
            person = visitors.visitor(request) or visitors.somebody_new()
            context, status = _fill(request, person, fill, named)
            response = render(request, template, context, status=status)
            visitors.remember(response, person)
            response["Cache-Control"] = "private, no-store"
            return response

        return view

    return shown_by


def _fill(
    request: HttpRequest, person: Person, fill: Page, named: Mapping[str, Any]
) -> tuple[dict[str, Any], int]:
    frame = _frame(request, person)
    try:
        frame["films"] = rows.shows_films()
        frame["text"] |= page_texts(frame["language"], films=frame["films"])
        extra = fill(request, frame, **named)
        return {**frame, **extra, "script": {**_script(frame), **extra.get("script", {})}}, 200
    except NotReady:
        return {**frame, "empty": "none"}, 200
    except NotFound as error:
        raise Http404 from error
    except Exception:
        log.exception("a page could not be made")
        return {**frame, "empty": "away"}, 503


@require_GET
def root(request: HttpRequest) -> HttpResponse:
    """The demo site, where it is open; else where everything is."""
    return home(request) if settings().storefront.open else JsonResponse(PLACES)


@page("storefront/home.html")
def home(request: HttpRequest, frame: Frame) -> Mapping[str, Any]:
    """Rows for whoever looks."""
    diversity = _share(request.GET.get("diversity", ""))
    home_rows = rows.rows_for(frame["person"], frame["language"], frame["text"], diversity)
    answering = home_rows.for_you["algorithm"]
    return {
        "rows": home_rows,
        "people": visitors.people(),
        "unknown": "unknown" in request.GET,
        "refused": "refused" in request.GET,
        "request_id": home_rows.for_you["request_id"],
        "diversity": diversity or 0.0,
        "choice_said": choice.said_shortly(choice.choice_of_live(), frame["text"]),
        "answering": answering,
        "about_answering": about_model(frame["language"], answering),
        "script": {"request_id": home_rows.for_you["request_id"], "diversity": diversity},
    }


@page("storefront/search.html")
def search(request: HttpRequest, frame: Frame) -> Mapping[str, Any]:
    """What fits the words of a search."""
    query = request.GET.get("q", "").strip()[:200]
    return {"query": query, "items": item_page.found_items(query, frame["person"])}


@page("storefront/item.html")
def item(request: HttpRequest, frame: Frame, item_id: str) -> Mapping[str, Any]:
    """An item by itself, and more like it."""
    return {"shown": item_page.item_page(item_id, frame["person"], frame["text"])}


@page("storefront/talk.html")
def talk(request: HttpRequest, frame: Frame) -> Mapping[str, Any]:
    """The guide that one can talk to."""
    language, noun = frame["language"], current_guide().guide.noun
    text = {**frame["text"], **talk_words(language)}
    examples, following = (texts.get(language, texts["en"])[noun] for texts in (EXAMPLES, NEXT))
    script = {**_script(frame), "words": text, "next": following}
    return {"text": text, "examples": examples, "script": script}


@page("storefront/models.html")
def models(request: HttpRequest, frame: Frame) -> Mapping[str, Any]:
    """How the model that answers was chosen, and two of them side by side."""
    names = choice.models()
    second = next((name for name in names[1:] if name == choice.BASELINE), names[-1])
    left_model, right_model = (
        next((name for name in names if name == request.GET.get(side)), by_itself)
        for side, by_itself in (("left", names[0]), ("right", second))
    )
    model_choice, text = choice.choice_of_live(), frame["text"]
    sides = choice.side_by_side(frame["person"], left_model, right_model, frame["language"])
    return {
        "choice": model_choice,
        "choice_long": text["chosen_long"].format(
            people=f"{model_choice.people:,}", k=model_choice.k, model=model_choice.model
        ),
        "contenders": [
            {"line": contender, "about": about_model(frame["language"], contender.model)}
            for contender in model_choice.contenders
        ],
        "names": names,
        "sides": sides,
        "shared_said": text["shared"].format(shared=sides[0].shared, count=len(sides[0].items)),
    }


@open_to_all
@require_GET
def rows_alone(request: HttpRequest) -> HttpResponse:
    """The rows beside the list as they are now, for the page that is open."""
    person = person_or_404(request)
    frame = _frame(request, person)
    try:
        text = page_texts(frame["language"], films=rows.shows_films())
        rows_made = rows.rows_beside(person, frame["language"], text)
    except NotReady as error:
        raise Http404 from error
    response = render(request, "storefront/rows.html", {**frame, "text": text, "strips": rows_made})
    response["Cache-Control"] = "no-store"
    return response


@open_to_all
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


def _frame(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What every page holds."""
    language = (get_language() or "en")[:2]
    return {
        "text": {**words(language), "talk": talk_words(language)["talk"]},
        "language": language,
        "person": person,
        "whose": visitors.signature(person),
        "here": request.get_full_path(),
        "blank": {},
        "films": False,
    }


def _script(frame: Frame) -> dict[str, Any]:
    """What the page's script knows."""
    return {
        "token": visitors.token(frame["person"]).secret,
        "whose": frame["whose"],
        "person": str(frame["person"]),
        "language": frame["language"],
        "fields": FIELDS,
        "currency": settings().storefront.currency,
        "currencies": CURRENCIES,
        "tagged_types": TAGGED_TYPES,
        "genres": GENRES_SHOWN,
        "n": rows.FOR_YOU,
        "past": rows.PAST,
        "words": frame["text"],
        "models": MODELS.get(frame["language"], MODELS["en"]),
    }


def _share(text: str) -> float | None:
    """A number of 0..1 out of an address; none where it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return min(1.0, max(0.0, number)) if number == number else None  # NaN is no number
