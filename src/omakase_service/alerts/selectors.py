"""Reads of the app."""

from omakase_service.alerts.contracts import IncidentCard, NamedVisitor
from omakase_service.alerts.models import Incident


def incidents(*, open_only: bool = False, limit: int = 100) -> list[IncidentCard]:
    """The newest incidents. One query."""
    rows = Incident.objects.filter(closed=None) if open_only else Incident.objects.all()
    return [_card(row) for row in rows.order_by("-pk")[:limit]]


def _card(row: Incident) -> IncidentCard:
    visitors = [NamedVisitor(**visitor) for visitor in row.visitors]
    return IncidentCard(row.pk, row.name, row.message, row.advice, row.opened, row.closed, visitors)
