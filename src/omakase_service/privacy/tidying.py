"""What a database's own files keep of rows that are gone, and how it is overwritten.

SQLite overwrites what it deletes (`secure_delete`), but its log of changes keeps old pages until it
is cut, and pages that were put together keep bytes in their free space until VACUUM writes the file
anew. PostgreSQL leaves deleted rows in its tables until a VACUUM, and their bytes in free space
until that is used again, or until VACUUM FULL writes the tables anew, which locks them.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError

from omakase_service.events.selectors import erasures_since
from omakase_service.jobs.contracts import JobContext, JobState
from omakase_service.jobs.selectors import jobs
from omakase_service.online_store import services as online
from omakase_service.platform.database import connection
from omakase_service.privacy.contracts import TIDYING, TidyingParameters
from omakase_settings import settings

log = logging.getLogger("omakase.privacy")
WAIT_MILLISECONDS = 500
"""For those who read the log of changes just now; the nightly job comes later."""


def tidy_job(context: JobContext, parameters: TidyingParameters) -> Mapping[str, Any]:
    """The job: overwrite what is left of deleted rows; what was done.

    Nothing where nobody was erased since it was done last.
    """
    if not parameters.full and not erasures_since(time=_last_time()):
        return {"erased": 0}
    context.progress(0, 2, "overwriting what was deleted from the database")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    else:
        _tidy_postgres(full=parameters.full)
    is_cut = cut_log()
    context.progress(1, 2, "overwriting what is at hand of people")
    online.overwrite_forgotten()
    return {"log_cut": is_cut}


def _tidy_postgres(*, full: bool) -> None:
    """What the planner knows of values comes first: its tables are vacuumed with the others."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("VACUUM FULL" if full else "VACUUM")
        try:
            cursor.execute("SELECT count(*) FROM pg_ls_waldir()")
            (files,) = cursor.fetchone()
            for _ in range(files + 1):  # each file in turn is used again, its rest as zeros
                cursor.execute("CHECKPOINT")
                cursor.execute("SELECT pg_switch_wal()")
        except DatabaseError as error:
            log.warning("PostgreSQL's log of changes was not used again: %s", error)


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
