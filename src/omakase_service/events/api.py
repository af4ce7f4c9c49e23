"""HTTP: events in."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Router, Schema, Status
from pydantic import AliasChoices

from omakase_service.events import selectors, services
from omakase_service.events.contracts import EventIn, IngestReport, Kind, KindIn, KindRule, Reason
from omakase_service.platform.access import (
    ADMIN,
    OWN_READ,
    OWN_WRITE,
    count_events,
    own_person,
)
from omakase_service.platform.contracts import Caller
from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.platform.json import json_body, json_response
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.resumable import Steps, in_steps
from omakase_service.platform.strict_schema import Body
from omakase_service.platform.text import Id
from omakase_settings import settings

router = Router(tags=["events"])
feedback = Router(tags=["events"])
interactions = Router(tags=["events"])
"""What other systems call events; the document does not name it twice."""

KIND_OF = {
    "like": "like",
    "dislike": "dislike",
    "not_interested": "not_interested",
    "inappropriate": "inappropriate",
    "clicked": "click",
    "ordered": "purchase",
    "favorited": "bookmark",
}
"""What people say of a recommendation, and the kind of event that it is."""

Said = Literal[
    "like", "dislike", "not_interested", "inappropriate", "clicked", "ordered", "favorited"
]

EVENT = EventIn.model_json_schema(ref_template="#/components/schemas/{model}")
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"anyOf": [EVENT, {"type": "array", "items": EVENT, "minItems": 1}]}
            }
        },
    }
}


class RejectedRow(Schema):
    """An event that was not taken."""

    position: int
    errors: list[dict[str, str]]


class IngestResult(Schema):
    """What became of the events."""

    stored: int
    known: int
    event_ids: list[str | None]
    rejected: list[RejectedRow]


class FeedbackIn(Body):
    """What a person says of an item that was recommended, or did with it."""

    user_id: Id | None = Field(default=None, description="none: nobody known; name the session")
    session_id: Id | None = None
    item_id: Id = Field(validation_alias=AliasChoices("item_id", "product_id"))
    feedback: Said = Field(validation_alias=AliasChoices("feedback", "feedback_type"))
    reason: Reason = Field(default="", description="why, in the person's own words")
    request_id: Annotated[Id, Field(max_length=64)] | None = Field(
        default=None, description="of the recommendation; none: the newest that showed the item"
    )
    position: int | None = Field(default=None, ge=0, le=100_000, description="place in that list")
    event_id: Id | None = Field(default=None, description="the same id twice is one event")


class FeedbackOut(Schema):
    """What became of it."""

    event_id: str
    known: bool = Field(description="it was there before, under the same id; nothing changed")


class EventType(Schema):
    """A declared kind of event."""

    name: str
    weight: float
    from_value: bool = Field(description="times the event's value")
    cap: float | None = Field(description="most that one event counts, for or against")
    negative: bool = Field(description="it speaks against the item")
    lowest: float = Field(description="lowest value that is taken")
    highest: float = Field(description="highest value that is taken")
    middle: float | str = Field(
        description="a value below it is a dislike: a number, scale, person or none"
    )
    takes_back: list[str] = Field(
        description="kinds of which it cancels the person's last one on the item"
    )
    origin: str = Field(description="who declared it so: default, settings or stored")


@router.post(
    "",
    response=IngestResult,
    auth=OWN_WRITE,
    openapi_extra=BODY,
    operation_id="record_events",
    summary="Record one event or a list of events",
)
@in_steps
def post_events(request: ServiceRequest) -> Steps[HttpResponse]:
    """Record one event or a list of events.

    What is stored is on the disk when the answer comes. Of a list, what is valid is stored and
    what is not is told by its position; 422 only where nothing was valid.
    """
    events = [with_own_person(request.auth, event) for event in _events(request)]
    _count(request, len(events))
    wish, visitor = settings().events.create_unknown, request.auth.person is not None
    done = yield from services.recording(events=events, create_unknown=wish, visitor=visitor)
    if len(done.rejected) == len(events):
        raise Invalid("no event is valid", errors=_flat(done))
    return json_response(done)


interactions.post("", response=IngestResult, auth=OWN_WRITE, include_in_schema=False)(post_events)


@router.get(
    "/kinds",
    response=list[EventType],
    auth=OWN_READ,
    operation_id="list_event_types",
    summary="List event types and how much each counts",
)
def list_kinds(request: ServiceRequest) -> list[dict[str, Any]]:
    """List event types and how much each counts."""
    return [_kind(rule) for _, rule in sorted(selectors.kinds().items())]


@router.put(
    "/kinds/{id:kind}",
    response=EventType,
    auth=ADMIN,
    operation_id="declare_event_type",
    summary="Declare an event type, or change what it counts",
)
def put_kind(request: ServiceRequest, kind: Kind, said: KindIn) -> dict[str, Any]:
    """Declare an event type, or change what it counts; what is left out stays as it is."""
    return _kind(services.declare_kind(name=kind, said=said))


@router.delete(
    "/kinds/{id:kind}",
    response={204: None},
    auth=ADMIN,
    operation_id="reset_event_type",
    summary="Reset an event type to settings and defaults",
)
def delete_kind(request: ServiceRequest, kind: Kind) -> Status[Any]:
    """Forget what was declared of an event type; the settings and defaults hold again."""
    if not services.reset_kind(name=kind):
        raise NotFound(f"nothing is declared of the kind {kind!r}")
    return Status(204, None)


def _kind(rule: KindRule) -> dict[str, Any]:
    cap = None if rule.cap == float("inf") else rule.cap
    return rule.facts | {"name": rule.name, "origin": rule.origin, "cap": cap}


@feedback.post(
    "",
    response=FeedbackOut,
    auth=OWN_WRITE,
    operation_id="record_feedback",
    summary="Record feedback on a recommendation; the next answer follows it",
)
def post_feedback(request: ServiceRequest, said: FeedbackIn) -> dict[str, Any]:
    """Record feedback on a recommendation; the next answer follows it."""
    event = said.model_dump(exclude={"feedback"}) | {"type": KIND_OF[said.feedback]}
    _count(request, 1)
    done = services.record(
        events=[with_own_person(request.auth, event)],
        create_unknown=settings().events.create_unknown,
        visitor=request.auth.person is not None,
    )
    if done.rejected:
        raise Invalid("this is no feedback", errors=_flat(done))
    return {"event_id": done.event_ids[0], "known": not done.stored}


def _count(request: ServiceRequest, number: int) -> None:
    """Count the events of a token's person; once, also where the request is begun anew.

    Raises:
        TooMany, Invalid: as in `count_events`.
    """
    if request.auth.person is None or getattr(request, "are_events_counted", False):
        return
    count_events(request.auth, number)
    request.are_events_counted = True


def with_own_person(caller: Caller, event: Any) -> Any:
    """The event with its person named: with a token, the token's own.

    Raises:
        Forbidden: a token is writing about somebody else.
    """
    if caller.person is None or not isinstance(event, dict):
        return event
    named = {name: _text(event.get(name)) for name in ("user_id", "session_id")}
    person = own_person(caller, **named)
    return {**event, "user_id": person.user_id, "session_id": person.session_id}


def _text(value: Any) -> str | None:
    """An id as it will be stored: a number as its digits, blanks at the ends gone."""
    return None if value is None else str(value).strip()


def _events(request: ServiceRequest) -> list[Any]:
    """The body as a list, of one where it is a single event."""
    body = json_body(request)
    events = body if isinstance(body, list) else [body]
    most = settings().events.max_batch
    if not 1 <= len(events) <= most:
        raise Invalid(f"send 1 to {most} events, not {len(events)}")
    return events


def _flat(done: IngestReport) -> list[dict[str, Any]]:
    return [{"position": r.position, **e} for r in done.rejected for e in r.errors]
