"""Segments: filters that are named once and used by the rules of many placements."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST
from pydantic import TypeAdapter, ValidationError

from omakase_service.console.pages import act, address, needs, page, param
from omakase_service.console.translations import say
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.platform.validation import messages
from omakase_service.serving.segment_contracts import SegmentCard, SegmentIn, SegmentName
from omakase_service.serving.segments import delete_segment, save_segment, segments

NAME: TypeAdapter[str] = TypeAdapter(SegmentName)
KINDS = (("items", "Items"), ("users", "People"))


@needs(Role.SEE)
@require_GET
def segment_list(request: ServiceRequest) -> HttpResponse:
    """Every segment with its count and where it is used; a form, filled where one is named."""
    cards = segments()
    chosen = next((each for each in cards if each.name == param(request, "name")), None)
    return page(request, "segments", "segments", segments=cards, chosen=chosen, kinds=KINDS)


@needs(Role.EDIT)
@require_POST
def save(request: ServiceRequest) -> HttpResponse:
    """Name a filter."""
    name, of, rule = (param(request, field) for field in ("name", "of", "rule"))
    words = say("@{name} stands for this filter from now on.", name=name)
    return act(request, lambda: _save(name, of, rule), words, address("segments"))


@needs(Role.EDIT)
@require_POST
def delete(request: ServiceRequest) -> HttpResponse:
    """Forget a segment."""
    name = param(request, "name")
    words = say("@{name} is forgotten.", name=name)
    return act(request, lambda: delete_segment(name=name), words, address("segments"))


def _save(name: str, of: str, rule: str) -> SegmentCard:
    try:
        NAME.validate_python(name)
    except ValidationError as error:
        words = say("Name the segment with small letters, digits and underscores.")
        raise Invalid(words) from error
    if of not in {kind for kind, _ in KINDS}:
        raise Invalid(say("A segment is of items or of people."))
    try:
        segment = SegmentIn.model_validate({"of": of, "rule": rule})
    except ValidationError as error:
        raise Invalid(messages(error, SegmentIn)[0]) from error
    return save_segment(name=name, segment=segment)
