"""HTTP: processes of the house, for administrators."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from omakase_service.cluster import selectors
from omakase_service.cluster.contracts import NodeCard
from omakase_service.platform.access import ADMIN

router = Router(tags=["cluster"], auth=ADMIN)


class NodeOut(Schema):
    """A process that serves or works."""

    name: str = Field(description="machine and number of the process")
    role: str = Field(description="server, gorse server or worker")
    version: str = Field(description="of the models that it answers with; empty of a worker")
    release: str = Field(description="of Omakase")
    load: float | None = Field(description="mean of a minute for each core of its machine")
    started: datetime
    seen: datetime = Field(description="its last heart-beat")
    is_away: bool = Field(description="it has been silent for a minute")


@router.get(
    "/nodes", response=list[NodeOut], operation_id="list_nodes", summary="List processes that live"
)
def list_nodes(request: HttpRequest) -> list[NodeCard]:
    """List processes that live."""
    return selectors.nodes()
