"""Pages behind the links of a digest: a click that leads on, and unsubscribing without a login."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from omakase_service.digests.links import item_page, read_click, recipient_key
from omakase_service.digests.selectors import language_under
from omakase_service.digests.services import record_click, switch_mails
from omakase_service.digests.translations import words
from omakase_service.platform.exceptions import ServiceError

log = logging.getLogger("omakase.digests")
AHEAD = ("Purpose", "Sec-Purpose", "X-Moz")
"""Headers by which a program says that it fetches what nobody clicked yet."""


@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Note a click, and lead on to the item, and to no other place."""
    link = read_click(token)
    if link is None:
        raise Http404
    request_id, item_id = link
    if request.method == "GET" and not _is_ahead(request):
        try:
            record_click(request_id=request_id, item_id=item_id)
        except ServiceError as error:
            log.warning("a click of a digest is lost: %s", error)
    response = redirect(item_page(item_id, request_id) or "/")
    response["Cache-Control"] = "private, no-store"
    return response


@csrf_exempt  # the letter holds the right to do it; programs post without cookies
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A page that asks once; by POST it is done, also by a program of the reader (RFC 8058)."""
    key = recipient_key(token)
    language = (key and language_under(key=key)) or (get_language() or "en")[:2]
    if key is None:
        return _page(request, language, "unknown", status=404)
    if request.method != "POST":
        return _page(request, language, "sure", button="unsubscribe")
    on = request.POST.get("do") == "again"
    switch_mails(key=key, on=on)
    if on:
        return _page(request, language, "back")
    return _page(request, language, "done", button="again", does="again")


def _page(
    request: HttpRequest,
    language: str,
    name: str,
    *,
    button: str = "",
    does: str = "",
    status: int = 200,
) -> HttpResponse:
    text = words(language)
    page_text = {"head": text[name], "why": text[f"{name}_why"], "button": text.get(button, "")}
    context = {**page_text, "language": language, "does": does}
    response = render(request, "digests/page.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"  # the address is the right to unsubscribe
    return response


def _is_ahead(request: HttpRequest) -> bool:
    return any("prefetch" in request.headers.get(name, "").lower() for name in AHEAD)
