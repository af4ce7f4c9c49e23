"""Log in by the identity provider of the house."""

import logging
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from omakase_service.console import openid
from omakase_service.console.pages import in_words
from omakase_service.console.translations import say
from omakase_service.platform.exceptions import ServiceError
from omakase_service.platform.identities import staff_of_identity
from omakase_service.platform.login_throttle import seconds_to_wait
from omakase_settings import settings

log = logging.getLogger("omakase.console")
BACKEND = "django.contrib.auth.backends.ModelBackend"
NEXT = "omakase.openid.next"


@require_GET
def go(request: HttpRequest) -> HttpResponseBase:
    """To the provider, and remember which page is wanted afterwards."""
    if seconds_to_wait(request) > 0:
        return _refuse(request, say("Too many tries. Wait a minute, then try again."))
    try:
        provider = openid.provider()
    except ServiceError as error:
        return _refuse(request, in_words(error))
    request.session[NEXT] = _own_address(request, request.GET.get("next", ""))
    try:
        back: HttpResponseBase = provider.authorize_redirect(
            request, request.build_absolute_uri(reverse("console:openid_back"))
        )
    except openid.refusals() as error:
        log.warning("the provider of logins cannot be reached: %s", error)
        return _refuse(request, say("The provider of logins cannot be reached. Try again later."))
    return back


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """From the provider: whoever has a role is let in.

    It counts as no try of its own: each way there was counted, and has one way back.
    """
    wanted = request.session.get(NEXT, "")
    try:
        claims = _claims(request)
        user = staff_of_identity(
            issuer=settings().oidc.issuer,
            subject=str(claims.get("sub") or ""),
            login=str(claims.get(settings().oidc.login_claim) or "").strip(),
            role=openid.role_in(claims),
        )
    except ServiceError as error:
        return _refuse(request, in_words(error))
    login(request, user, backend=BACKEND)
    log.info("%s: logged in by %s", user.get_username(), settings().oidc.issuer)
    return redirect(wanted or "console:overview")


def _claims(request: HttpRequest) -> Mapping[str, Any]:
    """What the provider says of who came back; signed by it, for us, and for this try alone.

    Raises:
        ServiceError: it says nothing that can be believed.
    """
    rules = settings().oidc
    provider = openid.provider()
    expected = {"iss": {"essential": True, "values": [rules.issuer]}}
    try:
        token = provider.authorize_access_token(request, claims_options=expected)
    except openid.refusals() as error:
        log.warning("a login by %s was refused: %s", rules.issuer, error)
        raise ServiceError(say("The provider did not let you in. Try once more.")) from error
    claims: Mapping[str, Any] = token.get("userinfo") or {}
    return claims


def _own_address(request: HttpRequest, to: str) -> str:
    """A page of this server; "" for every other."""
    hosts = {request.get_host()}
    is_own = url_has_allowed_host_and_scheme(to, hosts, require_https=request.is_secure())
    return to if is_own else ""


def _refuse(request: HttpRequest, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("console:login")
