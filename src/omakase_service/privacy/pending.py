"""Where something of an erased person still is, and until when: what a receipt says."""

from datetime import datetime

from omakase_service.jobs.services.scheduling import later_run
from omakase_service.platform.database import connection
from omakase_service.platform.exceptions import NotFound
from omakase_service.privacy.contracts import TIDYING
from omakase_service.training.contracts import FORGETTING, TRAINING
from omakase_settings import settings

BY_HAND = "no schedule does it: by hand"


def pending_places(*, is_log_cut: bool) -> list[str]:
    """Each place in a sentence with its date, as the schedules stand now.

    Args:
        is_log_cut: SQLite's log of changes holds nothing any more.
    """
    days = settings().retention.forgotten_days
    remaining = [
        f"the snapshot that training reads: {_until(TRAINING, 0)}, at its next export",
        f"files of model versions, which use their row no longer: {_until(FORGETTING, days)}, by "
        f"the job {FORGETTING}, and the training that it begins where such a version is live",
    ]
    return [
        *remaining,
        *_of_database(is_log_cut),
        "copies that `omakase backup` made: until deleted",
    ]


def _of_database(is_log_cut: bool) -> list[str]:
    if connection.vendor == "sqlite":
        log = "" if is_log_cut else " and its log of changes"
        return [
            f"free space in the files of the database{log}, and of what is at hand: "
            f"{_until(TIDYING, 0)}, by the job {TIDYING}"
        ]
    return [
        f"deleted rows in the files of the database: {_until(TIDYING, 0)}, by the job {TIDYING}; "
        "their bytes in its free space until that is used again, or the job runs with full=true",
        f"the database's log of changes (WAL): {_until(TIDYING, 0)}, by the job {TIDYING}, if "
        "PostgreSQL lets it switch files (pg_switch_wal); else until those are used again; "
        "what you archive of it, as long as you keep it",
    ]


def _until(schedule: str, times: int) -> str:
    try:
        moment = later_run(name=schedule, times=times)
    except NotFound:
        return BY_HAND
    return BY_HAND if moment is None else f"until {_moment_text(moment)}"


def _moment_text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
