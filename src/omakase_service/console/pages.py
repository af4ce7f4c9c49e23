"""What every page of the console shares: who may open it, its frame, and what a form does."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from omakase_service.console.translations import language, say
from omakase_service.platform.exceptions import NotReady, ServiceError
from omakase_service.platform.numbers import whole_number
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role, role_of
from omakase_service.serving.engine import EngineRefusal

log = logging.getLogger("omakase.console")
View = Callable[..., HttpResponseBase]
T = TypeVar("T")

REFUSALS = (ServiceError, EngineRefusal)
"""What is refused on purpose, with words for whoever asked."""


@dataclass(frozen=True, slots=True)
class Room:
    """A place of the menu.

    Attributes:
        url: name of its URL.
        title: in English.
        icon: path data of a drawing of 24 × 24.
    """

    url: str
    title: str
    icon: str


MENU: Mapping[str, tuple[Room, ...]] = {
    "Decide": (
        Room("overview", "Overview", "M4 13h6V4H4zm10 7h6v-9h-6zM4 20h6v-4H4zM14 8h6V4h-6z"),
        Room("figures", "Figures", "M4 20V10m5 10V4m5 16v-7m5 7V8"),
        Room("versions", "Versions", "M12 3l9 5-9 5-9-5zm-9 9l9 5 9-5M3 16l9 5 9-5"),
        Room("experiments", "Experiments",
             "M9 3h6m-5 0v6L5 20a1 1 0 001 1h12a1 1 0 001-1l-5-11V3"),
        Room("placements", "Placements", "M4 5h16v6H4zm0 10h7v4H4zm11 0h5v4h-5z"),
        Room("widgets", "Widgets", "M9 8l-5 4 5 4m6-8l5 4-5 4"),
        Room("segments", "Segments", "M12 3a9 9 0 109 9h-9zM15 3a6 6 0 016 6h-6z"),
    ),
    "Look": (
        Room("people", "People", "M12 11a4 4 0 100-8 4 4 0 000 8zm-8 10c0-4 4-6 8-6s8 2 8 6"),
        Room("items", "Items", "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9"),
        Room("conversations", "Conversations", "M4 5h16v11H9l-5 4z"),
    ),
    "Run": (
        Room("imports", "Data", "M12 4v11m-5-5l5 5 5-5M4 20h16"),
        Room("sources", "Sources",
             "M4 6c0-3 16-3 16 0v12c0 3-16 3-16 0zm0 0c0 3 16 3 16 0M4 12c0 3 16 3 16 0"),
        Room("kinds", "Kinds of events", "M5 6h14M5 12h9M5 18h5"),
        Room("jobs", "Jobs", "M12 8v5l3 2m6-3a9 9 0 11-18 0 9 9 0 0118 0z"),
        Room("cluster", "Machines", "M4 5h16v6H4zm0 8h16v6H4zM7 8h2m-2 8h2"),
        Room("alerts", "Alerts", "M6 16V11a6 6 0 1112 0v5l2 2H4zm4 5h4"),
        Room("digests", "Digests", "M3 6h18v13H3zm0 1l9 7 9-7"),
        Room("keys", "Keys", "M15 9a4 4 0 10-4 4l-7 7h3l1-2h2l1-2 1-1a4 4 0 003-6z"),
        Room("settings", "Settings", "M4 7h10m4 0h2M4 17h2m4 0h10M14 4v6M6 14v6"),
    ),
}  # fmt: skip
"""The rooms by heading, in the order of the menu."""


def needs(role: Role) -> Callable[[View], View]:
    """The page for those who have the role; to log in for nobody, a refusal for all others.

    What a page refuses in words is shown as a page of its own.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded_view(request: ServiceRequest, **arguments: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("console:login"))
            own = role_of(request.user)
            if own is None or role not in own.included:
                return refuse_access(request, role)
            request.role = own
            try:
                response: HttpResponseBase = view(request, **arguments)
            except REFUSALS as error:
                response = _refusal_page(request, error)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        guarded_view.role = role  # type: ignore[attr-defined]  # the list of who may ask reads it
        return guarded_view

    return guard


def page(request: ServiceRequest, template: str, room: str, **context: Any) -> HttpResponse:
    """A page in the frame of the console.

    Args:
        template: its name below `console/`, without the ending.
        room: name of the URL that is marked in the menu.
        context: what the page shows; `status` is its HTTP status.
    """
    status = context.pop("status", 200)
    frame = {
        "language": language(),
        "menu": MENU,
        "room": room,
        "role": getattr(request, "role", None),
        "may_edit": _may(request, Role.EDIT),
        "may_administer": _may(request, Role.ADMINISTER),
    }
    return render(request, f"console/{template}.html", {**frame, **context}, status=status)


def act(
    request: ServiceRequest,
    work: Callable[[], T],
    success: str,
    to: str,
    address_after: Callable[[T], str] | None = None,
) -> HttpResponse:
    """Do what a form asks for, say what came of it, and go to a page.

    Args:
        work: calls the service.
        success: what is said where it was done; written down with who did it.
        to: address of the page that follows.
        address_after: where it was done, the address instead, by what the service returned.
    """
    try:
        outcome = work()
    except REFUSALS as error:
        messages.error(request, in_words(error))
        return redirect(to)
    log.info("%s: %s", request.user.get_username(), success)
    messages.success(request, success)
    return redirect(address_after(outcome) if address_after else to)


def in_words(error: Exception) -> str:
    """What was refused, as a sentence."""
    text = str(error).strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def refuse_access(request: ServiceRequest, role: Role) -> HttpResponse:
    """403: who may open this, and how one gets to be one of them."""
    roles = {"needed": role, "own": role_of(request.user)}
    response = page(request, "denied", "", status=403, **roles)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def address(url: str, **query: str) -> str:
    """The address of a page of the console, with values in its query."""
    return reverse(f"console:{url}", query=query or None)


def address_of_job(number: int) -> str:
    """The address of the page of a job."""
    return reverse("console:job", args=[number])


def param(request: ServiceRequest, name: str) -> str:
    """A value of the query or the form, without blanks at its ends; "" where there is none."""
    return (request.POST.get(name) or request.GET.get(name) or "").strip()


def number_param(request: ServiceRequest, name: str) -> int | None:
    """A whole number of the query or the form; none where there is none that a row can have."""
    return whole_number(param(request, name))


def _may(request: ServiceRequest, role: Role) -> bool:
    own = getattr(request, "role", None)
    return own is not None and role in own.included


def _refusal_page(request: ServiceRequest, error: Exception) -> HttpResponse:
    status = getattr(error, "status", 422)
    is_early = isinstance(error, NotReady)
    title = say("Nothing answers yet") if is_early else say("That cannot be shown")
    return page(
        request, "refused", "", status=status, title=title, words=in_words(error), is_early=is_early
    )
