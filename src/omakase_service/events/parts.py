"""What the event store offers the house: health, figures, imports as jobs."""

from collections.abc import Mapping
from typing import Any

from omakase_service.events.pruning import count_old, count_old_aside, remove_old, remove_old_aside
from omakase_service.events.upload_contracts import UploadParameters
from omakase_service.jobs.contracts import JobContext
from omakase_service.platform.registry import (
    HealthPart,
    Pruner,
    exporters,
    gauges,
    health_parts,
    pruners,
)
from omakase_settings import settings


def register() -> None:
    """Offer them."""
    health_parts.register("journal", HealthPart(journal_health))
    pruners.register("events", Pruner("events in the log", events_days, count_old, remove_old))
    pruners.register(
        "quarantined_events",
        Pruner("events in quarantine", events_days, count_old_aside, remove_old_aside),
    )
    exporters.register("quarantined_events", export_aside)
    gauges.register(
        "omakase_events_waiting", ("1 where events wait for the database", events_waiting)
    )


def events_days() -> float:
    """How long events are kept."""
    return settings().retention.events_days


def export_aside(user_id: str) -> list[dict[str, Any]]:
    """What a user did and is put aside, as plain values."""
    from omakase_service.events.selectors import lines_aside_of

    return lines_aside_of(user_id=user_id)


def journal_health() -> str:
    """State of the journal that takes events while the database is down."""
    from omakase_service.events import ingest

    if ingest.journal().is_full:
        return "the disk is full; events are refused"
    return "events wait for the database" if ingest.waiting() else "ok"


def events_waiting() -> float:
    """1 where events lie in the journal."""
    from omakase_service.events import ingest

    return float(ingest.waiting())


def import_job(context: JobContext, parameters: UploadParameters) -> Mapping[str, Any]:
    """Import a file that staff brought; what became of it."""
    from omakase_service.events.uploads import import_upload

    return import_upload(parameters, progress=context.progress)
