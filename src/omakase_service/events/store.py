"""The one place that writes lines into the log."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import orjson
from django.db import OperationalError
from django.db.models import Max, Min, QuerySet

from omakase_service.events.contracts import EventRow
from omakase_service.events.models import Event, QuarantinedEvent, Withdrawal
from omakase_service.online_store.contracts import session_key, user_key
from omakase_service.platform.database import connection, transaction
from omakase_service.platform.write_order import share_lock, wait_for_writers

COLUMNS = EventRow._fields
MANY = 1000
"""From so many lines on, PostgreSQL is fed by COPY."""

TYPES = (
    "event_id text, user_id text, item_id text, kind text, value float8, time bigint, "
    "session_id text, device text, channel text, page text, duration float8, request_id text, "
    "position int, reason text"
)
"""Of the columns, as PostgreSQL names them."""

WRITERS = 0x0_1A_4A_5E
"""The lock of who writes events, and of who reads the last number."""


@transaction.atomic(savepoint=False)
def append(*, rows: Sequence[Sequence[Any]], columns: Sequence[str] = COLUMNS) -> int:
    """Write lines whose event id is new; how many they were. No objects, no query a line.

    Args:
        rows: values of `columns`; the other columns get what `EventRow` has for them.
    """
    if not rows:
        return 0
    if connection.vendor != "postgresql":
        return _insert_rows(rows, columns)
    share_lock(WRITERS)
    return _copy_rows(rows, columns) if len(rows) >= MANY else _insert_rows(rows, columns)


@transaction.atomic(savepoint=False)
def append_new(*, rows: Sequence[EventRow]) -> Collection[str]:
    """Write events whose id is new, in their order; the ids of those that were. Two statements."""
    if not rows:
        return ()
    if connection.vendor == "postgresql":
        return _insert_returning(rows)
    stored = _insert_rows(rows, COLUMNS)
    if stored == len(rows):
        return {row.event_id for row in rows}
    newest = Event.objects.order_by("-seq").values_list("event_id", flat=True)
    return set(newest[:stored])  # nobody else writes meanwhile


PEOPLE_INDEX = "omakase_event_user"
ALMOST_EMPTY = 10_000
"""Lines up to which nobody misses the index by people while a large import runs."""

IMPORT_CACHE_KIB, USUAL_CACHE_KIB = 40_960, 8_192
IMPORT_PAGES, USUAL_PAGES = 65_536, 1_000
"""After how many pages the write-ahead log goes into the database: seldom, so that a page that
many commits change is written there once."""


@contextmanager
def bulk_load() -> Iterator[None]:
    """Around a large import into an almost empty SQLite: what is written twice otherwise, once.

    Rows of a file come in another order than their people, so that nearly every page of that index
    would be written again at every commit: it is made at the end. An index that a broken import
    left out is made by the next one. Pages are read into the cache alone, not mapped, too: the keys
    of the index take memory enough.
    """
    is_apart = connection.vendor == "sqlite" and newest_line() < ALMOST_EMPTY
    mapped = _mapped_bytes() if is_apart else 0
    try:
        if is_apart:
            _write_once()
            _run(
                f"PRAGMA cache_size=-{IMPORT_CACHE_KIB}",
                f"PRAGMA wal_autocheckpoint={IMPORT_PAGES}",
                "PRAGMA mmap_size=0",
                f"DROP INDEX IF EXISTS {PEOPLE_INDEX}",
            )
        yield
    finally:
        if connection.vendor == "sqlite":
            table = Event._meta.db_table
            statement = f"CREATE INDEX IF NOT EXISTS {PEOPLE_INDEX} ON {table} (user_id, time)"
            _run(
                f"PRAGMA cache_size=-{USUAL_CACHE_KIB}",
                "PRAGMA shrink_memory",  # the keys are sorted where the cache was
                statement,
                f"PRAGMA wal_autocheckpoint={USUAL_PAGES}",
            )
        if is_apart:
            _run("PRAGMA journal_mode=WAL", f"PRAGMA mmap_size={mapped}")


def _mapped_bytes() -> int:
    """How much of the database this connection maps into memory."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA mmap_size")
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def _write_once() -> None:
    """Keep a journal of old pages instead of a log of new ones: a new file has hardly any old ones.

    As safe against a kill or a loss of power. It can be had only while nobody else has the database
    open, and whoever opens it meanwhile brings the log back, between two transactions.
    """
    with suppress(OperationalError):
        _run("PRAGMA journal_mode=TRUNCATE")


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def newest_line() -> int:
    """Number of the last line, 0 where there is none. One query."""
    return Event.objects.aggregate(last=Max("seq"))["last"] or 0


@transaction.atomic
def settled_seq() -> int:
    """Number of the last line, behind which no line with a lower number can still appear.

    Waits for the writers of this moment.
    """
    wait_for_writers(WRITERS)
    return newest_line()


@transaction.atomic(savepoint=False)
def remove_import(*, number: int) -> tuple[int, set[str], set[str]]:
    """Delete the events of one import; how many, and the items and people they spoke of.

    What is put aside of them goes, too.
    """
    QuarantinedEvent.objects.filter(import_id=number).delete()
    events = Event.objects.filter(import_id=number)
    items = set(events.order_by().values_list("item_id", flat=True).distinct())
    named = events.order_by().values_list("user_id", flat=True).distinct()
    users = {user for user in named if user is not None}
    return withdraw(events), items, users


@transaction.atomic(savepoint=False)
def remove_events(*, event_ids: Sequence[str]) -> set[str]:
    """Delete some events by their ids; whose they were, as the shelf calls them."""
    those = Event.objects.filter(event_id__in=event_ids)
    people = people_of(those)
    withdraw(those)
    return people


def people_of(events: QuerySet[Any]) -> set[str]:
    """Whose pasts some events belong to, as the shelf calls them."""
    people = set(events.order_by().values_list("user_id", "session_id").distinct())
    users = {user_key(user_id) for user_id, _ in people if user_id}
    return users | {session_key(session_id) for _, session_id in people if session_id}


def withdraw(those: QuerySet[Event]) -> int:
    """Delete events so that training forgets them, too; how many."""
    span = those.aggregate(first=Min("seq"), last=Max("seq"))
    if span["first"] is None:
        return 0
    Withdrawal.objects.create(**span)
    return int(those.order_by().delete()[0])


def withdrawals() -> list[Withdrawal]:
    """What was taken back and is still in what training reads. One query."""
    return list(Withdrawal.objects.order_by("pk"))


def forget_withdrawals(*, done: Collection[Withdrawal]) -> None:
    """Training has forgotten these."""
    Withdrawal.objects.filter(pk__in=[withdrawal.pk for withdrawal in done]).delete()


def _insert_rows(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> int:
    placeholders = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(_insert(columns, f"VALUES ({placeholders}{_rest(columns)})"), rows)
        return cursor.rowcount


def _insert_returning(rows: Sequence[EventRow]) -> Collection[str]:
    """One statement with one parameter, however many: PostgreSQL takes the rows out of JSON."""
    names = ", ".join(COLUMNS)
    source = (
        f"SELECT {names} FROM ROWS FROM (json_to_recordset(%s::json) AS ({TYPES})) "  # noqa: S608
        f"WITH ORDINALITY AS given({names}, place) ORDER BY place"
    )
    payload = orjson.dumps([row._asdict() for row in rows]).decode()
    share_lock(WRITERS)
    with connection.cursor() as cursor:
        cursor.execute(f"{_insert(COLUMNS, source)} RETURNING event_id", [payload])
        return {event_id for (event_id,) in cursor.fetchall()}


def _copy_rows(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> int:
    """By way of a table of this transaction, since COPY itself knows no conflicts."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE omakase_incoming ON COMMIT DROP AS "  # noqa: S608
            f"SELECT {names} FROM {Event._meta.db_table} WITH NO DATA"
        )
        cursor.execute("ALTER TABLE omakase_incoming ADD COLUMN place bigserial")
        with cursor.copy(f"COPY omakase_incoming ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        source = f"SELECT {names}{_rest(columns)} FROM omakase_incoming ORDER BY place"  # noqa: S608
        cursor.execute(_insert(columns, source))
        stored = cursor.rowcount
        cursor.execute("DROP TABLE omakase_incoming")
        return stored


def _insert(columns: Sequence[str], source: str) -> str:
    names = ", ".join((*columns, *(c for c in COLUMNS if c not in columns)))
    return (
        f"INSERT INTO {Event._meta.db_table} ({names}) {source} ON CONFLICT (event_id) DO NOTHING"
    )


def _rest(columns: Sequence[str]) -> str:
    """What the columns get that are not given, as SQL."""
    absent = (EventRow._field_defaults[c] for c in COLUMNS if c not in columns)
    return "".join(", ''" if value == "" else ", NULL" for value in absent)
