"""HTTP: events are put aside and released, by administrators."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema, Status

from omakase_service.events import anomalies, quarantine
from omakase_service.events.quarantine_contracts import BusyPerson, EventSelection, QuarantineCard
from omakase_service.platform.access import ADMIN
from omakase_service.platform.requests import ServiceRequest
from omakase_settings import settings

router = Router(tags=["events"], auth=ADMIN)


class QuarantineIn(EventSelection):
    """What is put aside, and why."""

    reason: Annotated[str, Field(max_length=500)] = ""


class QuarantineOut(Schema):
    """Events that were put aside together."""

    number: int = Field(description="by which they are released")
    reason: str
    author: str = Field(description="who did it")
    selection: dict[str, Any]
    events: int
    created: datetime
    released: datetime | None = Field(description="when they went back; null: they are aside")


class BusyPersonOut(Schema):
    """A user or session with more events than people make."""

    id: str
    is_session: bool
    events: int


@router.get(
    "",
    response=list[QuarantineOut],
    operation_id="list_quarantines",
    summary="List events that were put aside",
)
def list_quarantines(request: ServiceRequest) -> list[QuarantineCard]:
    """List events that were put aside, the newest first."""
    return quarantine.quarantines()


@router.post(
    "",
    response={201: QuarantineOut},
    operation_id="create_quarantine",
    summary="Put events of people, items or a time span aside",
)
def post_quarantine(request: ServiceRequest, wanted: QuarantineIn) -> Status[Any]:
    """Put events of people, items or a time span aside; nothing is lost, and nothing knows them.

    Profiles and lists follow at once, models with the next training.
    """
    selection = EventSelection(**wanted.model_dump(exclude={"reason"}))
    name = request.auth.name
    card = quarantine.quarantine(selection=selection, reason=wanted.reason, author=name)
    return Status(201, card)


@router.post(
    "/{int:number}/release",
    response=QuarantineOut,
    operation_id="release_quarantine",
    summary="Bring events that were put aside back",
)
def post_release(request: ServiceRequest, number: int) -> QuarantineCard:
    """Bring events that were put aside back; they are learnt from anew."""
    return quarantine.release(number=number)


@router.get(
    "/suspects",
    response=list[BusyPersonOut],
    operation_id="list_suspects",
    summary="List people with more events within a day than people make",
)
def list_suspects(request: ServiceRequest) -> list[BusyPerson]:
    """List people with more events within the last day than people make, the busiest first."""
    return anomalies.busy_people(most=settings().alerts.person_events)
