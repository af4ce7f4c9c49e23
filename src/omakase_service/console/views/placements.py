"""Placements: their rules, and what a change would do to some people before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omakase_service.catalog.selectors import users_after
from omakase_service.console.pages import (
    REFUSALS,
    act,
    address,
    in_words,
    log,
    needs,
    page,
    param,
    refuse_access,
)
from omakase_service.console.placement_form import FIELDS, fields_of, placement_of
from omakase_service.console.translations import language, say
from omakase_service.console.views.trade_off import plot_of
from omakase_service.platform.exceptions import NotReady, ServiceError
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.placements import delete_placement, save_placement
from omakase_service.serving.previews import PreviewedList, preview_list
from omakase_service.serving.selectors import placements, segment_rules
from omakase_settings import Placement, settings

LENGTH = 10
MOST_PEOPLE = 3
STRATEGIES = ("auto", "weighted", "rrf", "switching", "cascade", "mixed")


@dataclass(frozen=True, slots=True)
class MovedItem:
    """A place of a previewed list beside the list as it is now.

    Attributes:
        was: its rank now; None where it is not in the list.
    """

    item: Any
    was: int | None

    @property
    def moved(self) -> int:
        """How many places it rises; negative where it falls."""
        return 0 if self.was is None else self.was - self.item.rank


@dataclass(frozen=True, slots=True)
class PersonPreview:
    """What a change does to one person.

    Attributes:
        user_id: "" is somebody new.
        gone: items of the list now that the change drops.
    """

    user_id: str
    now: PreviewedList
    then: Sequence[MovedItem]
    gone: Sequence[Any]

    @property
    def changes(self) -> int:
        """Places that are not as they were."""
        return sum(each.was != each.item.rank for each in self.then)


@needs(Role.SEE)
@require_GET
def placement_list(request: ServiceRequest) -> HttpResponse:
    """All placements: configured ones, and those that staff saved."""
    configured = settings().serving.placements
    rows = [(name, fields_of(each), name in configured) for name, each in placements().items()]
    return page(request, "placements", "placements", placements=sorted(rows), misfits=_misfits())


@needs(Role.SEE)
@require_http_methods(["GET", "POST"])
def placement(request: ServiceRequest) -> HttpResponse:
    """The rules of one placement; a form with a preview, and a button that saves."""
    name = param(request, "name")
    usual = placements().get(name)
    fields = fields_of(usual or Placement())
    if request.method == "POST":
        if Role.EDIT not in request.role.included:
            return refuse_access(request, Role.EDIT)
        fields = {field: request.POST.get(field, "").strip() for field in FIELDS}
        if request.POST.get("do") == "save":
            return _save(request, name, fields, usual or Placement())
    return _editor(request, name, fields, usual)


@needs(Role.EDIT)
@require_POST
def delete(request: ServiceRequest) -> HttpResponse:
    """Forget what was saved for a placement."""
    name = param(request, "name")
    words = say("What was saved for {name} is forgotten.", name=name)
    return act(request, lambda: delete_placement(name=name), words, address("placements"))


def _save(
    request: ServiceRequest, name: str, fields: Mapping[str, str], usual: Placement
) -> HttpResponse:
    """Save and go to the list; where something is refused, the form with the reason."""
    try:
        if not name:
            raise ServiceError(say("Give the placement a name."))
        save_placement(name=name, placement=placement_of(fields, usual))
    except REFUSALS as error:
        messages.error(request, in_words(error))
        return _editor(request, name, fields, usual)
    words = say("The rules of {name} hold from now on.", name=name)
    log.info("%s: %s", request.user.get_username(), words)
    messages.success(request, words)
    return redirect(address("placement", name=name))


def _editor(
    request: ServiceRequest, name: str, fields: Mapping[str, str], usual: Placement | None
) -> HttpResponse:
    people, previews, refusal = _people(request), [], ""
    try:
        changed = placement_of(fields, usual or Placement())
        previews = [_preview(name, each, changed) for each in people]
    except REFUSALS as error:
        refusal = in_words(error)
    model, plot = plot_of(usual or Placement())
    return page(
        request,
        "placement",
        "placements",
        name=name,
        trade_off=plot,
        trade_off_model=model,
        is_new=usual is None,
        is_configured=name in settings().serving.placements,
        fields=fields,
        pipeline=usual.pipeline if usual else {},
        segments=sorted(segment_rules()),
        models=live_models(),
        strategies=STRATEGIES,
        people=[*people, "", "", ""][:MOST_PEOPLE],
        previews=previews,
        refusal=refusal,
    )


def _preview(name: str, user_id: str, changed: Placement) -> PersonPreview:
    question = ListRequest(
        user_id=user_id or None, n=LENGTH, placement=name or "new", language=language()
    )
    now, then = preview_list(question), preview_list(question, placement=changed)
    was = {each.card.item_id: each.rank for each in now.items}
    ids = {each.card.item_id for each in then.items}
    moved = [MovedItem(each, was.get(each.card.item_id)) for each in then.items]
    gone = [each for each in now.items if each.card.item_id not in ids]
    return PersonPreview(user_id, now, moved, gone)


def _people(request: ServiceRequest) -> list[str]:
    """Up to three people whose lists are shown: those of the form, else the first of the data."""
    if "person" in request.POST or "person" in request.GET:
        ids = request.POST.getlist("person") or request.GET.getlist("person")
        return [each.strip() for each in ids if each.strip()][:MOST_PEOPLE]
    return [user.user_id for user in users_after(after="", limit=MOST_PEOPLE)]


def live_models() -> list[str]:
    """Models that the live version answers by; none where none is live."""
    try:
        return sorted(live_version.now().live.pipelines)
    except NotReady:
        return []


def _misfits() -> Mapping[str, str]:
    try:
        return live_version.now().standing.misfits
    except NotReady:
        return {}
