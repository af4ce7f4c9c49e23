"""What the app offers the house; what does it is imported when it is called for."""

from collections.abc import Mapping
from typing import Any

from omakase_service.jobs.contracts import JobContext, NoParameters


def write_due_events_job(context: JobContext, parameters: NoParameters) -> Mapping[str, Any]:
    """Write the events of feedback whose time has come."""
    from omakase_service.gorse.services import write_due_events

    return {"rows": write_due_events()}
