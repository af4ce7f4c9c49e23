"""What alerts offer the house; their own modules are imported when they are asked."""

from collections.abc import Mapping

from omakase_service.jobs.contracts import JobContext, NoParameters


def check_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """Check everything, open and close incidents, and tell of them."""
    from omakase_service.alerts.services import check

    return check()


def open_incidents() -> float:
    """Incidents that are open."""
    from omakase_service.alerts.selectors import incidents

    return float(len(incidents(open_only=True)))
