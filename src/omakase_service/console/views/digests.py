"""Digests: how they stand, and one as it would be for a person."""

from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from omakase_service.catalog.selectors import users_after
from omakase_service.console.pages import REFUSALS, in_words, needs, page, param
from omakase_service.console.translations import language
from omakase_service.digests.contracts import Digest
from omakase_service.digests.previews import preview_digest
from omakase_service.digests.selectors import counts
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving.contracts import Language
from omakase_settings import settings

LANGUAGES = {"en": "English", "ko": "한국어"}
POLICY = (
    "default-src 'none'; img-src 'self' data: http: https:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)
"""A mail loads pictures and nothing else, and is shown in the console alone."""


@needs(Role.SEE)
@require_GET
def digest(request: ServiceRequest) -> HttpResponse:
    """How digests stand, and the digest of a person as it would be now."""
    user_id, chosen = _whose(request), _language(request)
    previewed, refusal = None, ""
    try:
        previewed = preview_digest(user_id=user_id, language=chosen) if user_id else None
    except REFUSALS as error:
        refusal = in_words(error)
    return page(
        request,
        "digests",
        "digests",
        user_id=user_id,
        chosen=chosen,
        languages=LANGUAGES.items(),
        digest=previewed,
        refusal=refusal,
        counts=counts(),
        missing=settings().digests.missing,
    )


@needs(Role.SEE)
@require_GET
@xframe_options_sameorigin
def mail(request: ServiceRequest) -> HttpResponse:
    """The mail itself, for the frame of the page."""
    shown: Digest = preview_digest(user_id=_whose(request), language=_language(request))
    return HttpResponse(shown.html, headers={"Content-Security-Policy": POLICY})


def _whose(request: ServiceRequest) -> str:
    """The person that is named, or else the first of the data; "" where there is nobody."""
    named = param(request, "id")
    return named or next((user.user_id for user in users_after(after="", limit=1)), "")


def _language(request: ServiceRequest) -> Language:
    named = param(request, "language")
    chosen = named if named in LANGUAGES else language()
    return "ko" if chosen == "ko" else "en"
