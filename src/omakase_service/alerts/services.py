"""Incidents are opened by what is found, closed by what is found no more, and told once each.

What could not be told is told by the next check. While maintenance lasts nothing is opened or told.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from omakase_service.alerts.contracts import AlertFinding
from omakase_service.alerts.detectors import findings
from omakase_service.alerts.models import Incident
from omakase_service.alerts.readings import read_requests
from omakase_service.alerts.webhook import send
from omakase_service.platform.database import transaction
from omakase_settings import settings

log = logging.getLogger("omakase.alerts")


def check(now: datetime | None = None) -> dict[str, int]:
    """Check everything once; how many incidents are open, were opened and were closed."""
    if in_maintenance(now or timezone.now()):
        return {"open": Incident.objects.filter(closed=None).count(), "opened": 0, "closed": 0}
    read_requests()
    findings_by_name = {finding.name: finding for finding in findings()}
    closed = close_all_but(findings_by_name)
    opened = sum(open_incident(finding) for finding in findings_by_name.values())
    tell()
    return {"open": len(findings_by_name), "opened": opened, "closed": closed}


def open_incident(finding: AlertFinding) -> bool:
    """Open an incident, where none of this name is open; whether it was."""
    fields = {
        "message": finding.message,
        "advice": finding.advice,
        "visitors": [asdict(visitor) for visitor in finding.visitors],
    }
    if Incident.objects.filter(name=finding.name, closed=None).update(**fields):
        return False
    try:
        with transaction.atomic():
            Incident.objects.create(name=finding.name, **fields)
    except IntegrityError:  # another process opened it in between
        return False
    message = "GET /api/alerts names them" if finding.is_personal else finding.message
    log.error("%s: %s (%s)", finding.name, message, finding.advice)
    return True


def close_all_but(found: Mapping[str, AlertFinding]) -> int:
    """Close incidents that are over; how many."""
    over = Incident.objects.filter(closed=None).exclude(name__in=found)
    for row in over:
        log.warning("%s is over", row.name)
    return over.update(closed=timezone.now())


def tell() -> None:
    """Send what was not told yet; what cannot be sent is left for the next check."""
    if not settings().alerts.webhook_url:
        return
    for row in Incident.objects.filter(told_opened=False):
        if send(payload(row)):
            Incident.objects.filter(pk=row.pk).update(told_opened=True)
    for row in Incident.objects.filter(told_opened=True, told_closed=False, closed__isnull=False):
        if send(payload(row)):
            Incident.objects.filter(pk=row.pk).update(told_closed=True)


def payload(row: Incident) -> dict[str, Any]:
    """What a webhook is sent, in the form that the settings name."""
    over = row.closed is not None and row.told_opened
    words = f"{row.name} is over" if over else f"{row.message}. {row.advice}"
    match settings().alerts.webhook_form:
        case "slack":
            return {"text": f"{'✅' if over else '🔔'} Omakase, {words}"}
        case "pagerduty":
            return {
                "routing_key": settings().alerts.pagerduty_key_text,
                "event_action": "resolve" if over else "trigger",
                "dedup_key": f"omakase-{row.pk}",
                "payload": {"summary": words, "source": "omakase", "severity": "error"},
            }
        case _:
            return {
                "incident": row.pk,
                "name": row.name,
                "state": "closed" if over else "open",
                "message": row.message,
                "advice": row.advice,
                "opened": row.opened.isoformat(),
                "closed": row.closed.isoformat() if row.closed and over else None,
            }


def in_maintenance(now: datetime) -> bool:
    """Whether a maintenance window of the settings is open."""
    return any(begin <= now < end for begin, end in settings().alerts.windows)
