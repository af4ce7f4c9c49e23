"""Reads of the app: runs as pages and commands show them."""

from omakase_service.tracking.contracts import TrackedRun
from omakase_service.tracking.runs import run_of
from omakase_service.training.selectors import version_by_name, versions


def tracked_runs() -> list[TrackedRun]:
    """Every version as a run, newest first. One query."""
    return [run_of(version) for version in versions()]


def run_by_name(*, name: str) -> TrackedRun:
    """One version as a run. One query.

    Raises:
        NotFound: no such version.
    """
    return run_of(version_by_name(name=name))
