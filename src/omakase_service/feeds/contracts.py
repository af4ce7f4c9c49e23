"""What a feed is, and what came of reading it. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

Format = Literal["auto", "csv", "json", "xml"]
Missing = Literal["keep", "deactivate"]
FORMATS: tuple[Format, ...] = ("auto", "csv", "json", "xml")
"""csv: commas, semicolons or tabs; json: lines or one list; xml: RSS or Atom of products; auto: by
how it begins."""

JOB = "import_feed"
MOST_REFUSED = 100
"""Refused rows that a feed keeps."""

FeedName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Row = Mapping[str, Any]


class FeedIn(BaseModel, extra="forbid"):
    """A feed to keep."""

    url: Annotated[str, Field(max_length=2000)] = Field(
        description="http or https; may hold a key in its query",
        examples=["https://a.example/f.csv"],
    )
    format: Format = Field(default="auto", description="csv, json, xml; auto: by how it begins")
    cron: str = Field(
        default="30 4 * * *", description="when it is read; empty: when somebody asks for it"
    )
    missing: Missing = Field(
        default="keep",
        description="items that are in the feed no more: keep them as they are, or deactivate "
        "them until it brings them again",
    )


class FeedParameters(BaseModel, extra="forbid"):
    """Which feed a job reads."""

    feed: FeedName
    again: bool = Field(default=False, description="also where it has not changed")
    confirm_missing: bool = Field(
        default=False,
        description="deactivate what is missing, also where that is most of what the feed had; "
        "together with again",
    )


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A row that was left out; `row` from 1 in the order of the feed."""

    row: int
    item_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedCard:
    """A feed, and what came of it last.

    Attributes:
        host: of its address, which may hold a secret beside it.
        cron: when it is due; "" where it is read by hand.
        read, stored, refused: rows of the last time that it had changed.
        deactivated: items, then, that it had brought and brings no more.
        rows: the first of the refused ones.
        note: why it could not be read the last time; "" where it could.
        fetched: when it was last asked for; None: never.
        changed: when it last brought something else than before.
    """

    name: str
    url: str
    host: str
    format: Format
    missing: Missing
    cron: str
    read: int
    stored: int
    refused: int
    deactivated: int
    rows: Sequence[RefusedLine]
    note: str
    fetched: datetime | None
    changed: datetime | None
