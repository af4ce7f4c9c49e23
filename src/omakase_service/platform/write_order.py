"""Numbers of rows that can be read as a log: what is behind the last one stays as it is.

PostgreSQL hands out numbers before their transactions end, so a reader that keeps a cursor could
pass a row that is on its way. Writers share an advisory lock until they commit; who reads the last
number waits for the writers of that moment. SQLite has one writer.
"""

from omakase_service.platform.database import connection


def share_lock(name: int) -> None:
    """Write under a lock that other writers share, until the transaction ends."""
    _lock("pg_advisory_xact_lock_shared", name)


def wait_for_writers(name: int) -> None:
    """Wait for those that write now; those that come wait for the end of this transaction."""
    _lock("pg_advisory_xact_lock", name)


def _lock(function: str, name: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [name])
