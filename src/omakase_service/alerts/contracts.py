"""Values of the app. No Django."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AlertFinding:
    """Something that is wrong now.

    Attributes:
        name: stable; one incident a name is open at a time.
        message: what is wrong, with its figures.
        advice: the way out.
    """

    name: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """An incident as others may know it; `closed` is None while it is open."""

    id: int
    name: str
    message: str
    advice: str
    opened: datetime
    closed: datetime | None
