"""Invite somebody by mail, take it back, and make one's login by the link."""

from django.contrib.auth import authenticate
from django.contrib.auth import login as log_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from omakase_service.console.pages import (
    REFUSALS,
    act,
    address,
    in_words,
    needs,
    number_param,
    param,
)
from omakase_service.console.translations import language, say
from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.platform.invitations import (
    HOURS,
    InvitationCard,
    InvitationText,
    accept,
    invitation_by_secret,
    invite,
    withdraw_invitation,
)
from omakase_service.platform.login_throttle import seconds_to_wait
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_settings import settings

INVITATION = (
    "{name} invites you to the Omakase console. Make your login here within {hours} hours; "
    "the link works once:"
)

OVER = "The link holds no longer: it was used, withdrawn, or is too old. Ask for another one."


@needs(Role.ADMINISTER)
@require_POST
def send(request: ServiceRequest) -> HttpResponse:
    """Send somebody a link."""
    to, role = param(request, "address"), param(request, "role")

    def text(secret: str) -> InvitationText:
        return _mail(request, secret)

    def ask() -> InvitationCard:
        if role not in list(Role):
            raise Invalid(say("Choose a role."))
        author = request.user.get_username()
        return invite(address=to, role=Role(role), author=author, text=text)

    return act(request, ask, say("{address} is invited.", address=to), address("settings"))


@needs(Role.ADMINISTER)
@require_POST
def withdraw(request: ServiceRequest) -> HttpResponse:
    """Let a link open nothing any more."""
    return act(
        request,
        lambda: withdraw_invitation(number=number_param(request, "number") or 0),
        say("The invitation is withdrawn."),
        address("settings"),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """The page of a link: a login and a password of one's own choice."""
    if seconds_to_wait(request) > 0:
        words = say("Too many tries. Wait a minute, then try again.")
        return _page(request, None, words, status=429)
    secret = request.POST.get("secret") or request.GET.get("secret") or ""
    try:
        card = invitation_by_secret(secret=secret)
    except NotFound:
        return _page(request, None, say(OVER), status=404)
    if request.method == "GET":
        return _page(request, card, "", secret=secret)
    name, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
    try:
        made = accept(secret=secret, login=name, password=password)
    except REFUSALS as error:
        return _page(request, card, in_words(error), secret=secret, status=422)
    user = authenticate(request, username=made.login, password=password)
    if user is not None:
        log_in(request, user)
    return redirect("console:overview")


def _page(
    request: HttpRequest,
    card: InvitationCard | None,
    refusal: str,
    *,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = {"language": language(), "card": card, "refusal": refusal, "secret": secret}
    return render(request, "console/invitation.html", shown, status=status)


def _mail(request: ServiceRequest, secret: str) -> InvitationText:
    path = reverse("console:invitation", query={"secret": secret})
    site = settings().digests.site_url
    link = site + path if site else request.build_absolute_uri(path)
    name = request.user.get_username()
    body = say(INVITATION, name=name, hours=HOURS)
    return InvitationText(say("Your login for Omakase"), f"{body}\n\n{link}\n")
