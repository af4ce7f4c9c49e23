"""Kinds of events, and how much each counts."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError

from omakase_service.console.pages import act, address, needs, page, param
from omakase_service.console.translations import say
from omakase_service.events.contracts import KindIn
from omakase_service.events.selectors import kinds
from omakase_service.events.services import declare_kind, reset_kind
from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.platform.validation import reason_of

LONGEST_NAME = 50


@needs(Role.SEE)
@require_GET
def kind_list(request: ServiceRequest) -> HttpResponse:
    """All kinds, by what they count."""
    rules = sorted(kinds().values(), key=lambda rule: (rule.negative, -rule.weight, rule.name))
    return page(request, "kinds", "kinds", kinds=rules, endless=float("inf"))


@needs(Role.EDIT)
@require_POST
def save(request: ServiceRequest) -> HttpResponse:
    """Change what a kind counts, or declare a new one."""
    name = param(request, "name")

    def store() -> None:
        if not 0 < len(name) <= LONGEST_NAME:
            raise Invalid(say("A kind needs a name of at most {n} letters.", n=LONGEST_NAME))
        declare_kind(name=name, said=_form_of(request))

    words = say("{name} is saved. Models learn of it with the next training.", name=name)
    return act(request, store, words, address("kinds"))


@needs(Role.EDIT)
@require_POST
def reset(request: ServiceRequest) -> HttpResponse:
    """Forget what was saved of a kind."""
    name = param(request, "name")

    def forget() -> None:
        if not reset_kind(name=name):
            raise NotFound(say("Nothing was saved of {name}.", name=name))

    words = say("{name} counts as the settings say again.", name=name)
    return act(request, forget, words, address("kinds"))


def _form_of(request: ServiceRequest) -> KindIn:
    """What the form says; a box that is not ticked says no.

    Raises:
        Invalid: a number that is none.
    """
    numbers: dict[str, Any] = {name: param(request, name) or None for name in ("weight", "cap")}
    ticked: dict[str, Any] = {
        name: param(request, name) == "yes" for name in ("negative", "from_value")
    }
    try:
        return KindIn(**numbers, **ticked)
    except ValidationError as error:
        raise Invalid(reason_of(error, KindIn)) from error
