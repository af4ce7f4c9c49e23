"""Tell the tracker what was trained since, and what has changed of what it knows.

The versions themselves are what waits: a tracker that is away is told later, and training never
waits for it.
"""

from collections.abc import Mapping

from omakase_service.jobs.contracts import JobContext, JobSkipped, NoParameters
from omakase_service.platform.exceptions import Conflict, Invalid
from omakase_service.tracking.contracts import Tracker, TrackerDown
from omakase_service.tracking.mlflow_tracker import MlflowTracker
from omakase_service.tracking.models import SentRun
from omakase_service.tracking.runs import run_of, tags_of
from omakase_service.training.selectors import versions
from omakase_settings import settings


def send_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """The job: how many runs are new to the tracker, and of how many it heard a change.

    Raises:
        JobSkipped: nothing is new.
    """
    new, changed = send()
    if not (new or changed):
        raise JobSkipped("the tracker knows every version as it is")
    return {"new": new, "changed": changed}


def send(tracker: Tracker | None = None) -> tuple[int, int]:
    """Tell the tracker of the settings; how many runs are new to it, and how many changed.

    Raises:
        Invalid: no tracker is named, or its client is not installed.
        Conflict: it cannot be reached; what it was not told it is told the next time.
    """
    try:
        return _send(tracker or tracker_of_settings())
    except TrackerDown as error:
        raise Conflict(f"{error}; it is told the next time") from error


def tracker_of_settings() -> Tracker:
    """MLflow by the settings.

    Raises:
        Invalid, TrackerDown: as in `send`.
    """
    config = settings().tracking
    if config.mlflow_uri is None:
        raise Invalid("no tracker is named: set tracking.mlflow_uri, as in http://host:5000")
    return MlflowTracker(config.mlflow_uri.get_secret_value(), config.experiment)


def _send(tracker: Tracker) -> tuple[int, int]:
    sent = {row.version: row for row in SentRun.objects.all()}
    new = changed = 0
    for version in reversed(versions()):
        row, tags = sent.get(version.name), tags_of(version)
        if row is None:
            run_id = tracker.create(run_of(version))
            SentRun.objects.create(version=version.name, run_id=run_id, tags=tags)
            new += 1
        elif row.tags != tags:
            tracker.retag(row.run_id, tags)
            SentRun.objects.filter(pk=row.pk).update(tags=tags)
            changed += 1
    return new, changed
