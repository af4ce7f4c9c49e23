"""Events onto the disk: into the database, or while it is down into a journal that is replayed.

Requests that come at once share one transaction. What is acknowledged is kept, and kept once: a
replay that breaks off is begun again, and the log knows every event by its id.
"""

import logging
import time
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.db import DatabaseError, InterfaceError, OperationalError

from omakase_service.catalog.services import ensure_exist
from omakase_service.events.contracts import EventRow, KindRule
from omakase_service.events.group_commit import GroupCommit, PendingWrite
from omakase_service.events.selectors import digest_of, erasures_since, kinds, settled_kinds
from omakase_service.events.store import append_new
from omakase_service.online_store import services as online
from omakase_service.platform.database import connection, transaction
from omakase_service.platform.exceptions import NotReady
from omakase_service.platform.journal import Journal, JournalFull
from omakase_settings import settings

log = logging.getLogger("omakase.events")
DOWN = (OperationalError, InterfaceError)
KINDS_SECONDS = 1.0
"""How long the kinds of events are believed unasked."""

_last_kinds: dict[str, KindRule] = {}
_kinds_until: float = 0.0


def waiting_for(rows: Sequence[EventRow], *, create_unknown: bool) -> PendingWrite:
    """Events to be kept, in one transaction with what others bring meanwhile.

    What a caller writes in a transaction of its own is its own to commit: it is kept alone.
    """
    return PendingWrite(
        rows, create_unknown, GroupCommit(_keep) if connection.in_atomic_block else TOGETHER
    )


def _keep(group: Sequence[PendingWrite]) -> None:
    """Keep what some requests bring. What is at hand of their people is old from now on."""
    keys = {key for write in group for row in write.rows for key in row.people}
    online.changing(keys)
    try:
        _store_group(group)
    finally:
        online.invalidate(keys)


TOGETHER = GroupCommit(_keep)


def _store_group(group: Sequence[PendingWrite]) -> None:
    try:
        if journal().waiting():
            replay()
        _tell_new(group, _stored_together(group))
    except DOWN as error:
        for rows, create_unknown in _parts(group):
            _write_journal(rows, create_unknown, error)
        for write in group:
            write.stored = len(write.rows)
    except DatabaseError:
        if len(group) == 1:
            raise
        for write in group:
            _kept_alone(write)


def _kept_alone(waiting: PendingWrite) -> None:
    """Of several of which the database refused one, that one only is told."""
    try:
        _store_group([waiting])
    except Exception as error:  # noqa: BLE001  whoever waits for it raises it
        waiting.error = error


def _stored_together(group: Sequence[PendingWrite]) -> set[str]:
    """The ids of the events that are new. One transaction."""
    with transaction.atomic():
        parts = [_store(rows, create_unknown) for rows, create_unknown in _parts(group)]
    return {event_id for part in parts for event_id in part}


def _parts(group: Sequence[PendingWrite]) -> list[tuple[list[EventRow], bool]]:
    """The rows of those who create what is unknown, and of those who do not."""
    both = [(wish, [e for e in group if e.create_unknown == wish]) for wish in (True, False)]
    return [([row for write in some for row in write.rows], wish) for wish, some in both if some]


def _tell_new(group: Sequence[PendingWrite], new: set[str]) -> None:
    """An id that several bring is new to the first."""
    for write in group:
        ids = {row.event_id for row in write.rows}
        write.stored = len(ids & new)
        new -= ids


def replay() -> int:
    """Bring what waits in journals into the database, in its order; how many events.

    Raises:
        DatabaseError: it is still down; they go on waiting.
    """
    done = 0

    def take(payloads: list[bytes]) -> None:
        nonlocal done
        frames = list(filter(None, map(_frame, payloads)))
        gone = erasures_since(time=min((at for at, _, _ in frames), default=0))
        for at, create, rows in frames:
            living = [row for row in rows if not _forgotten(row, at, gone)]
            _stored_each(living, create)
            done += len(rows)
            online.invalidate({key for row in rows for key in row.people})

    journal().replay(take)
    if done:
        log.warning("%s events that had waited are in the database now", done)
    return done


def _frame(payload: bytes) -> tuple[int, bool, list[EventRow]] | None:
    """When events came, whether they create what is unknown, and they; none of another release."""
    try:
        frame = orjson.loads(payload)
        return int(frame["at"]), bool(frame["create"]), [EventRow(*row) for row in frame["rows"]]
    except (ValueError, TypeError, KeyError):
        journal().put_aside(payload)
        return None


def waiting() -> bool:
    """Whether events wait for the database."""
    return journal().waiting()


def journal() -> Journal:
    """Of this process's data folder."""
    return _journal(str(settings().data_folder))


def declared_kinds(*, anew: bool = False) -> dict[str, KindRule]:
    """The kinds of events, as of the last second; while the database is down, what it said last.

    Args:
        anew: as of now.
    """
    global _last_kinds, _kinds_until
    if _last_kinds and not anew and time.monotonic() < _kinds_until:
        return _last_kinds
    try:
        _last_kinds = kinds()
        _kinds_until = time.monotonic() + KINDS_SECONDS
    except DOWN:
        log.warning("kinds of events cannot be read; going on with the last ones")
    return _last_kinds or settled_kinds()


@transaction.atomic
def _store(rows: Sequence[EventRow], create_unknown: bool) -> Collection[str]:
    """The ids of the events that are new."""
    if create_unknown:
        ensure_exist(
            item_ids=(row.item_id for row in rows),
            user_ids=(row.user_id for row in rows if row.user_id is not None),
        )
    return append_new(rows=rows)


def _stored_each(rows: Sequence[EventRow], create_unknown: bool) -> None:
    """All at once; where the database refuses one, the others: nothing may block what follows."""
    if not rows:
        return
    try:
        _store(rows, create_unknown)
    except DOWN:
        raise
    except DatabaseError:
        if len(rows) == 1:
            log.exception("an event cannot be stored and is left out: %s", rows[0].event_id)
            return
        for row in rows:
            _stored_each([row], create_unknown)


def _write_journal(rows: Sequence[EventRow], create_unknown: bool, reason: Exception) -> None:
    frame: dict[str, Any] = {"at": int(time.time()), "create": create_unknown}
    try:
        journal().append(orjson.dumps(frame | {"rows": [list(row) for row in rows]}))
    except JournalFull as error:
        raise NotReady(
            "events cannot be kept: neither the database nor the disk takes any; is the disk full?"
        ) from error
    log.warning("the database is down, %s events wait on the disk: %s", len(rows), reason)
    if not connection.in_atomic_block:
        connection.close()
    for key in sorted({key for row in rows for key in row.people}):
        person_rows = [row for row in rows if key in row.people]
        online.add(key, [[row.item_id, row.kind, row.value, row.time] for row in person_rows])


def _forgotten(row: EventRow, at: int, gone: dict[str, int]) -> bool:
    """Whether its person was forgotten after the event came in."""
    return bool(gone) and bool(row.user_id) and gone.get(digest_of(row.user_id or ""), -1) >= at


@lru_cache(maxsize=4)
def _journal(folder: str) -> Journal:
    return Journal(Path(folder) / "journal")
