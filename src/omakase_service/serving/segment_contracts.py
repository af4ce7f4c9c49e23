"""Filters that are named once. No Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

SegmentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""What stands behind the @ in a rule."""

Of = Literal["items", "users"]


class SegmentIn(BaseModel, extra="forbid"):
    """A filter to name."""

    of: Of = Field(default="items", description="what the filter is asked about")
    rule: str = Field(
        max_length=4000, description="as filters of places", examples=["item.price < 10"]
    )


@dataclass(frozen=True, slots=True)
class SegmentCard:
    """A filter that was named.

    Attributes:
        count: how many items or people it lets pass; None: not counted yet.
        places: whose rules name it.
    """

    name: str
    of: Of
    rule: str
    count: int | None
    counted: datetime | None
    places: Sequence[str]
