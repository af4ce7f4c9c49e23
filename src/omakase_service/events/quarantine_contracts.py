"""What is put aside of the log, and how it is chosen. No Django."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from omakase_service.events.contracts import Time
from omakase_service.platform.text import Id

MOST_NAMES = 1_000
"""Ids in one selection."""


class EventSelection(BaseModel):
    """Events by who did them, with what, and when; what is named must all hold."""

    model_config = ConfigDict(extra="forbid")

    user_ids: list[Id] = Field(default=[], max_length=MOST_NAMES, description="of these users")
    session_ids: list[Id] = Field(
        default=[], max_length=MOST_NAMES, description="or of these sessions"
    )
    item_ids: list[Id] = Field(default=[], max_length=MOST_NAMES, description="about these items")
    since: Time | None = Field(
        default=None, description="of this time or later: ISO 8601 with zone, or Unix seconds"
    )
    until: Time | None = Field(default=None, description="before this time")
    more_than: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="only of people with more events than this in that span"
    )

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not self.model_dump(exclude_defaults=True, include=set(EventSelection.model_fields)):
            raise ValueError("name users, sessions, items, a time span or more_than; not nothing")
        if None not in (self.since, self.until) and (self.since or 0) >= (self.until or 0):
            raise ValueError("since is not before until")
        return self


@dataclass(frozen=True, slots=True)
class QuarantineCard:
    """Events that were put aside together.

    Attributes:
        number: by which they are released.
        author: the key, the member of staff or the terminal that did it.
        events: how many they were.
        released: when they went back into the log; none: they are aside.
    """

    number: int
    reason: str
    author: str
    selection: dict[str, object]
    events: int
    created: datetime
    released: datetime | None

    @property
    def names(self) -> list[str]:
        """Users, sessions and items that it was chosen by; empty: by time or numbers alone."""
        chosen = (self.selection.get(key) for key in ("user_ids", "session_ids", "item_ids"))
        return [str(name) for ids in chosen if isinstance(ids, list) for name in ids]


@dataclass(frozen=True, slots=True)
class BusyPerson:
    """A user or, where nobody is known, a session, with more events than people make.

    Attributes:
        is_session: `id` is a session's.
        events: of the span that was looked at.
    """

    id: str
    is_session: bool
    events: int


@dataclass(frozen=True, slots=True)
class BusyItem:
    """An item that takes far more of the latest events than before.

    Attributes:
        share, before: of all events, 0 to 1, of late and before that.
        people: different ones behind the latest events.
    """

    id: str
    events: int
    share: float
    before: float
    people: int
