"""Values of the app. No Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NamedVisitor:
    """A user or session that an incident names, with how many events it counted."""

    id: str
    is_session: bool
    events: int


@dataclass(frozen=True, slots=True)
class AlertFinding:
    """Something that is wrong now.

    Attributes:
        name: stable; one incident a name is open at a time.
        message: what is wrong, with its figures.
        advice: the way out.
        is_personal: the message names people, and stays out of the server's log.
        visitors: whom the message names.
    """

    name: str
    message: str
    advice: str
    is_personal: bool = False
    visitors: Sequence[NamedVisitor] = ()


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """An incident as others may know it; `closed` is None while it is open."""

    id: int
    name: str
    message: str
    advice: str
    opened: datetime
    closed: datetime | None
    visitors: Sequence[NamedVisitor] = ()
