"""Reads of the app."""

from omakase_service.alerts.contracts import IncidentCard
from omakase_service.alerts.models import Incident


def incidents(*, open_only: bool = False, limit: int = 100) -> list[IncidentCard]:
    """The newest incidents. One query."""
    rows = Incident.objects.filter(closed=None) if open_only else Incident.objects.all()
    return [
        IncidentCard(row.pk, row.name, row.message, row.advice, row.opened, row.closed)
        for row in rows.order_by("-pk")[:limit]
    ]
