"""What the app offers the house; what does it is imported when it is called for."""

from collections.abc import Collection, Mapping
from typing import Any

from omakase_service.jobs.contracts import JobContext, NoParameters


def write_due_events_job(context: JobContext, parameters: NoParameters) -> Mapping[str, Any]:
    """Write the events of feedback whose time has come."""
    from omakase_service.gorse.services import write_due_events

    return {"rows": write_due_events()}


def erase_person(user_id: str, session_ids: Collection[str]) -> int:
    """Forget what this app keeps of a person; how many rows."""
    from omakase_service.gorse.services import erase_rows

    return erase_rows(user_id, session_ids)


def export_person(user_id: str) -> dict[str, list[dict[str, Any]]]:
    """What this app keeps of a person, as plain values."""
    from omakase_service.gorse.services import export_rows

    return export_rows(user_id)
