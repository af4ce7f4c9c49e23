"""HTTP: feeds, for administrators."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema, Status

from omakase_service.feeds import selectors, services
from omakase_service.feeds.contracts import FeedCard, FeedIn, FeedName, Format, Missing
from omakase_service.platform.access import ADMIN

router = Router(tags=["feeds"], auth=ADMIN)
Name = Annotated[FeedName, Path(description="lower-case letters, digits and hyphens")]


class RefusedRowOut(Schema):
    """A row of a feed that is no item."""

    row: int = Field(description="from 1, in the order of the feed")
    item_id: str
    reason: str = Field(description="why, field by field")


class FeedOut(Schema):
    """A feed, and what came of it last."""

    name: str = Field(description="of the feed")
    url: str = Field(description="where it is fetched")
    format: Format = Field(description="csv, json, xml; auto: by how it begins")
    missing: Missing = Field(description="what becomes of items that are in it no more")
    cron: str = Field(description="when it is read; empty: when somebody asks for it")
    read: int = Field(description="rows, when it last had changed")
    stored: int = Field(description="rows of these that are items")
    refused: int = Field(description="rows of these that are none")
    deactivated: int = Field(description="items that were missing then")
    rows: list[RefusedRowOut] = Field(description="the first of the refused rows")
    note: str = Field(description="why it could not be read the last time")
    fetched: datetime | None = Field(description="when it was last asked for")
    changed: datetime | None = Field(description="when it last brought something new")


@router.get("", response=list[FeedOut], operation_id="list_feeds", summary="List feeds")
def list_feeds(request: HttpRequest) -> list[FeedCard]:
    """List feeds."""
    return selectors.feeds()


@router.put(
    "/{feed}", response=FeedOut, operation_id="save_feed", summary="Create or change a feed"
)
def save_feed(request: HttpRequest, feed: Name, given: FeedIn) -> FeedCard:
    """Create or change a feed. It is read by the job `import_feed`."""
    return services.save_feed(name=feed, feed=given)


@router.delete(
    "/{feed}", response={204: None}, operation_id="delete_feed", summary="Read a feed no more"
)
def delete_feed(request: HttpRequest, feed: Name) -> Status[Any]:
    """Read a feed no more; the items that it brought stay."""
    services.delete_feed(name=feed)
    return Status(204, None)
