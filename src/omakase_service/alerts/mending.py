"""What can be mended without asking anybody: each does nothing where nothing is wrong."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from django.db import DatabaseError

from omakase_service.alerts.services import check
from omakase_service.digests.contracts import SENDING
from omakase_service.digests.services import close_interrupted
from omakase_service.events.ingest import journal, replay
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id, jobs
from omakase_service.jobs.services.lease import is_free
from omakase_service.jobs.services.scheduling import ensure_defaults
from omakase_service.jobs.services.worker import alone, recover_lost, run_now
from omakase_service.platform.contracts import nobody
from omakase_service.platform.exceptions import ServiceError
from omakase_service.platform.process import is_alive
from omakase_service.recommendation_log import spool, writer
from omakase_service.training.contracts import TRAINING
from omakase_service.training.shared_versions import versions_folder
from omakase_service.training.versions import discard_strays, tidy
from omakase_settings import settings

log = logging.getLogger("omakase.alerts")


def mend() -> list[str]:
    """Mend everything that can be; what was done, and what could not be, a sentence each."""
    return [sentence for way in WAYS if (sentence := _try(way))]


def _try(way: Callable[[], str]) -> str:
    """One way; where it fails, the others go on."""
    try:
        return way()
    except (OSError, DatabaseError, ServiceError) as error:
        log.warning("%s could not be mended", way.__name__, exc_info=True)
        name = way.__name__.replace("_", " ")
        return f"Could not be mended, {name}: {type(error).__name__}: {error}."


def lost_jobs() -> str:
    """Jobs whose process ended begin anew."""
    running = {job.id for job in jobs(state=JobState.RUNNING, limit=1_000)}
    recover_lost()
    lost = running - {job.id for job in jobs(state=JobState.RUNNING, limit=1_000)}
    return f"Jobs whose process had ended and that begin anew: {len(lost)}." if lost else ""


def missing_schedules() -> str:
    """Schedules that come with the house have their rows."""
    created = ensure_defaults()
    return f"Schedules that were missing and are there again: {created}." if created else ""


def waiting_events() -> str:
    """Events that waited in the journal go into the database."""
    if not journal().waiting():
        return ""
    done = replay()
    return f"Events that waited in the journal and are stored: {done}." if done else ""


def waiting_answers() -> str:
    """Answers that waited on the disk go into the log."""
    if not spool.waiting():
        return ""
    done = writer.flush()
    return f"Answers that waited on the disk and are logged: {done}." if done else ""


def interrupted_digests() -> str:
    """Digests whose sender died are written down as such; whether they left nobody knows."""
    if not is_free(SENDING):
        return ""
    with alone(SENDING, nobody):
        closed = close_interrupted()
    return f"Digests that were interrupted and are not sent again: {closed}." if closed else ""


def unfinished_versions() -> str:
    """Versions that nobody finished, and older ones than are kept, leave the disk."""
    folder = versions_folder()
    names_before = _names(folder)
    if not is_free(TRAINING):
        return ""
    with alone(TRAINING, nobody):
        discard_strays()
        tidy()
    gone = names_before - _names(folder)
    return f"Versions that were unfinished or old, and are deleted: {len(gone)}." if gone else ""


def dead_metrics() -> str:
    """Figures of servers that ended leave the disk."""
    dead = [
        path
        for path in (settings().data_folder / "metrics").glob("*")
        if path.name.isdecimal() and not is_alive(int(path.name))
    ]
    for path in dead:
        shutil.rmtree(path, ignore_errors=True)
    return f"Servers that have ended, whose figures are deleted: {len(dead)}." if dead else ""


def figures() -> str:
    """Days whose answers or outcomes came in since are counted anew."""
    job = job_by_id(job_id=run_now(kind="roll_up"))
    days = job.result.get("days", 0)
    return f"Days whose figures are counted anew: {days}." if days else ""


def incidents() -> str:
    """Incidents that are over are closed, and new ones opened."""
    done = check()
    return f"Incidents that are over and closed: {done['closed']}." if done["closed"] else ""


WAYS: tuple[Callable[[], str], ...] = (
    lost_jobs,
    missing_schedules,
    waiting_events,
    waiting_answers,
    interrupted_digests,
    unfinished_versions,
    dead_metrics,
    figures,
    incidents,
)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*")}
