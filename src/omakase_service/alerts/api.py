"""HTTP: incidents, for administrators."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from omakase_service.alerts import selectors
from omakase_service.alerts.contracts import IncidentCard
from omakase_service.platform.access import ADMIN

router = Router(tags=["alerts"], auth=ADMIN)


class IncidentOut(Schema):
    """An incident."""

    id: int
    name: str
    message: str
    advice: str = Field(description="the way out")
    opened: datetime
    closed: datetime | None


@router.get("", response=list[IncidentOut], operation_id="list_incidents", summary="List incidents")
def list_incidents(request: HttpRequest, open_only: bool = False) -> list[IncidentCard]:
    """List incidents."""
    return selectors.incidents(open_only=open_only)
