"""What a database's own files keep of rows that are gone, and how it is overwritten.

SQLite overwrites what it deletes (`secure_delete`), but its log of changes keeps old pages until it
is cut. PostgreSQL leaves deleted rows in its tables until a VACUUM, and their bytes in free space
until that is used again, or until VACUUM FULL writes the tables anew, which locks them.
"""

import logging
from collections.abc import Mapping

from django.db import DatabaseError, connection
from pydantic import BaseModel, Field

from omakase_service.jobs.contracts import JobContext
from omakase_settings import settings

log = logging.getLogger("omakase.privacy")
TIDYING = "tidy_database"
"""The kind of job."""

WAIT_MILLISECONDS = 500
"""For those who read the log of changes just now; the nightly job comes later."""


class TidyingParameters(BaseModel, extra="forbid"):
    """Parameters of the job."""

    full: bool = Field(
        default=False, description="write the tables anew; others wait meanwhile (VACUUM FULL)"
    )


def tidy_job(context: JobContext, parameters: TidyingParameters) -> Mapping[str, str]:
    """The job: overwrite what is left of deleted rows; what was done."""
    context.progress(0, 1, "overwriting what was deleted")
    if connection.vendor == "sqlite":
        return {"database": _tidy_sqlite(full=parameters.full)}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL" if parameters.full else "VACUUM")
        cursor.execute("CHECKPOINT")
    return {"database": "vacuumed in full" if parameters.full else "vacuumed"}


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


def _tidy_sqlite(*, full: bool) -> str:
    if full:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    return "log of changes cut" if cut_log() else "log of changes in use; tried again next time"
