"""HTTP: segments, for administrators."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema, Status

from omakase_service.platform.access import ADMIN
from omakase_service.serving import segments
from omakase_service.serving.segment_contracts import Of, SegmentCard, SegmentIn, SegmentName

router = Router(tags=["placements"], auth=ADMIN)
Name = Annotated[SegmentName, Path(description="what stands behind the @ in a rule")]


class SegmentOut(Schema):
    """A filter that was named."""

    name: str = Field(description="what stands behind the @ in a rule")
    of: Of = Field(description="what it is asked about")
    rule: str = Field(description="the filter")
    count: int | None = Field(description="how many it lets pass; none: not counted yet")
    counted: datetime | None = Field(description="when they were counted")
    places: list[str] = Field(description="placements whose rules name it")


@router.get("", response=list[SegmentOut], operation_id="list_segments", summary="List segments")
def list_segments(request: HttpRequest) -> list[SegmentCard]:
    """List segments."""
    return segments.segments()


@router.put(
    "/{segment}",
    response=SegmentOut,
    operation_id="save_segment",
    summary="Name a filter, for the rules of many placements",
)
def save_segment(request: HttpRequest, segment: Name, given: SegmentIn) -> SegmentCard:
    """Name a filter: `@name` stands for it in the filters and boosts of placements."""
    return segments.save_segment(name=segment, segment=given)


@router.delete(
    "/{segment}",
    response={204: None},
    operation_id="delete_segment",
    summary="Delete a segment that no placement uses",
)
def delete_segment(request: HttpRequest, segment: Name) -> Status[Any]:
    """Delete a segment that no placement uses."""
    segments.delete_segment(name=segment)
    return Status(204, None)
