"""What a database's own files keep of rows that are gone, and how it is overwritten.

SQLite overwrites what it deletes (`secure_delete`), but its log of changes keeps old pages until it
is cut, and pages that were put together keep bytes in their free space until VACUUM writes the file
anew. What PostgreSQL does is in `privacy.postgres`.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError

from omakase_service.events.selectors import erasures_since
from omakase_service.jobs.contracts import JobContext, JobState
from omakase_service.jobs.selectors import jobs
from omakase_service.online_store import services as online
from omakase_service.platform.database import connection
from omakase_service.platform.exceptions import NotReady
from omakase_service.privacy import postgres
from omakase_service.privacy.contracts import TIDYING, TidyingParameters
from omakase_settings import settings

log = logging.getLogger("omakase.privacy")
WAIT_MILLISECONDS = 500
"""For those who read the log of changes just now; the nightly job comes later."""

WAIT_SECONDS, LOOK_SECONDS = 60.0, 0.1
"""Of that job, for the same."""


def tidy_job(context: JobContext, parameters: TidyingParameters) -> Mapping[str, Any]:
    """The job: overwrite what is left of deleted rows; what was done.

    Nothing where nobody was erased since it was done last.

    Raises:
        NotReady: something may still hold what was deleted; it counts as not done.
    """
    if not parameters.full and not erasures_since(time=_last_time()):
        return {"erased": 0}
    context.progress(0, 2, "overwriting what was deleted from the database")
    holders = _overwrite_deleted(full=parameters.full)
    context.progress(1, 2, "overwriting what is at hand of people")
    online.overwrite_forgotten()
    if holders:
        raise NotReady(
            f"{', '.join(holders)} may still hold what was deleted, which is therefore not all "
            "overwritten; the job does it again when it runs again"
        )
    return {"overwritten": True}


def _overwrite_deleted(*, full: bool) -> list[str]:
    """Overwrite deleted rows in the files of the database; what may hold some still."""
    if connection.vendor != "sqlite":
        return postgres.overwrite_deleted(full=full)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    end = time.monotonic() + WAIT_SECONDS
    while not cut_log():
        if time.monotonic() > end:
            return ["a reader of the database's log of changes"]
        time.sleep(LOOK_SECONDS)
    return []


def _last_time() -> int:
    """Unix seconds of when the job was begun that was done last; 0 where none was."""
    done = jobs(kind=TIDYING, state=JobState.SUCCEEDED, limit=1)
    return int(done[0].started.timestamp()) if done and done[0].started else 0


def cut_log() -> bool:
    """Cut SQLite's log of changes, after its pages are in the database; whether nothing is left.

    Of another database, and within a transaction, nothing is done.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout={WAIT_MILLISECONDS}")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy, _, _ = cursor.fetchone()
            finally:
                wait = int(1000 * settings().database.busy_seconds)
                cursor.execute(f"PRAGMA busy_timeout={wait}")
    except DatabaseError as error:
        log.warning("the database's log of changes could not be cut: %s", error)
        return False
    return not busy
