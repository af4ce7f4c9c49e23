"""What digests offer the house; what brings the engine is imported when it is called for."""

from collections.abc import Mapping

from omakase_service.jobs.contracts import JobContext, NoParameters


def send_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """Send every digest that is due."""
    from omakase_service.digests import sending

    return sending.send_job(context, parameters)
