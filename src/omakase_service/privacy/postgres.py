"""How PostgreSQL overwrites deleted rows.

They stay in its tables until a VACUUM, which passes over those that a session may still see; their
bytes stay in free space until that is used again, or until VACUUM FULL writes the tables anew,
which locks them. What the planner knows of values is in tables of its own.
"""

import logging
import time

from django.db import DatabaseError

from omakase_service.platform.database import OURS, connection

log = logging.getLogger("omakase.privacy")
WAIT_SECONDS, LOOK_SECONDS = 60.0, 0.1

NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
"""The first transaction that has not begun."""

OLDER = r"""
SELECT DISTINCT holder FROM (
    SELECT 'session ' || pid, unnest(ARRAY[backend_xid, backend_xmin])
    FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL)
        AND query !~ '^autovacuum: VACUUM (?!ANALYZE)'
    UNION ALL SELECT 'prepared transaction ' || gid, transaction
    FROM pg_prepared_xacts WHERE database = current_database()
    UNION ALL SELECT 'replication slot ' || slot_name, xmin FROM pg_replication_slots
) AS holders (holder, xid)
WHERE age(xid) > age(%s::xid8::xid) ORDER BY holder
"""
"""Who sees the database as it was before a transaction; a VACUUM alone holds back no other."""

STATISTICS_OF_EMPTY = """
SELECT c.relname, format('ALTER TABLE %%I.%%I ', n.nspname, c.relname) || string_agg(
    format('ALTER %%I TYPE %%s', a.attname, format_type(a.atttypid, a.atttypmod)) || CASE
        WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation
        ELSE '' END, ', ')
FROM pg_stats s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind = 'r' AND c.reltuples = 0 AND pg_get_userbyid(c.relowner) = current_user
    AND starts_with(c.relname, %s)
GROUP BY n.nspname, c.relname
"""
"""Tables, and statements that give their columns the types that they have. Of a table that holds no
row any more ANALYZE keeps what the planner knew, values of people among it; a new type ends that.
"""

LOCK_SECONDS = 5
"""For each of those statements; they change no row."""


def overwrite_deleted(*, full: bool) -> list[str]:
    """Overwrite deleted rows, and the log of changes; what may hold some of them still.

    What the planner knows comes first: its tables are vacuumed with the others.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    holders = _forget_statistics() + _wait_for_older()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL" if full else "VACUUM")
    _use_log_again()
    return holders


def _forget_statistics() -> list[str]:
    """End what the planner knows of emptied tables; where that could not be."""
    kept = []
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS_OF_EMPTY, [OURS])
        statements = cursor.fetchall()
        cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        for table, statement in statements:
            try:
                cursor.execute(statement)
            except DatabaseError as error:
                log.warning("what the planner knew of %s was kept: %s", table, error)
                kept.append(f"the planner of {table}")
        cursor.execute("RESET lock_timeout")
    return kept


def _wait_for_older() -> list[str]:
    """Wait until nobody sees the database as it was; who does after all the time there is."""
    end = time.monotonic() + WAIT_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(NEXT)
        (moment,) = cursor.fetchone()
        while True:
            cursor.execute(OLDER, [moment])
            holders = [str(holder) for (holder,) in cursor.fetchall()]
            if not holders or time.monotonic() > end:
                return holders
            time.sleep(LOOK_SECONDS)


def _use_log_again() -> None:
    """Each file of the log in turn, its rest as zeros."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT count(*) FROM pg_ls_waldir()")
            (files,) = cursor.fetchone()
            for _ in range(files + 1):
                cursor.execute("CHECKPOINT")
                cursor.execute("SELECT pg_switch_wal()")
        except DatabaseError as error:
            log.warning("PostgreSQL's log of changes was not used again: %s", error)
