"""Reads of the app."""

from datetime import timedelta

from django.utils import timezone

from omakase_service.cluster.contracts import AWAY_SECONDS, NodeCard
from omakase_service.cluster.models import Node


def nodes() -> list[NodeCard]:
    """Every process that serves or works, by role and name. One query."""
    silent_since = timezone.now() - timedelta(seconds=AWAY_SECONDS)
    return [
        NodeCard(
            name=row.name,
            role=row.role,
            version=row.version,
            release=row.release,
            load=row.load,
            started=row.started,
            seen=row.seen,
            is_away=row.seen < silent_since,
        )
        for row in Node.objects.order_by("role", "name")
    ]
