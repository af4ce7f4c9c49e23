"""Events onto the disk: into the database, or while it is down into a journal that is replayed.

What is acknowledged is kept, and kept once: a replay that breaks off is begun again, and the log
knows every event by its id.
"""

import logging
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from omakase_service.catalog.services import ensure_known
from omakase_service.events.contracts import EventRow, KindRule
from omakase_service.events.engine import default_kinds
from omakase_service.events.log import append
from omakase_service.events.selectors import digest_of, erasures_since, kinds
from omakase_service.online import services as online
from omakase_service.platform.journal import Journal, JournalFull
from omakase_service.platform.refusals import NotReady
from omakase_settings import settings

log = logging.getLogger("omakase.events")
DOWN = (OperationalError, InterfaceError)
CHUNK = 1000

_last_kinds: dict[str, KindRule] = {}


def keep(rows: Sequence[EventRow], *, create_unknown: bool) -> int:
    """Keep events; how many were new, as far as can be told.

    Raises:
        NotReady: neither the database nor the disk can keep them.
    """
    if not rows:
        return 0
    try:
        if journal().waiting():
            replay()
        return _stored(rows, create_unknown)
    except DOWN as error:
        _journalled(rows, create_unknown, error)
        return len(rows)


def replay() -> int:
    """Bring what waits in journals into the database, in its order; how many events.

    Raises:
        DatabaseError: it is still down; they go on waiting.
    """
    done = 0

    def take(payloads: list[bytes]) -> None:
        nonlocal done
        frames = [orjson.loads(payload) for payload in payloads]
        gone = erasures_since(time=min(frame["at"] for frame in frames))
        for frame in frames:
            rows = [EventRow(*row) for row in frame["rows"]]
            living = [row for row in rows if not _forgotten(row, frame["at"], gone)]
            _stored_each(living, frame["create"])
            done += len(rows)
            online.changed({key for row in rows for key in row.people})

    journal().replay(take)
    if done:
        log.warning("%s events that had waited are in the database now", done)
    return done


def waiting() -> bool:
    """Whether events wait for the database."""
    return journal().waiting()


def journal() -> Journal:
    """Of this process's data folder."""
    return _journal(str(settings().data_folder))


def declared_kinds() -> dict[str, KindRule]:
    """The kinds of events; while the database is down, those that it said last."""
    global _last_kinds
    try:
        _last_kinds = kinds()
    except DOWN:
        log.warning("kinds of events cannot be read; going on with the last ones")
    return _last_kinds or default_kinds()


@transaction.atomic
def _stored(rows: Sequence[EventRow], create_unknown: bool) -> int:
    if create_unknown:
        ensure_known(
            item_ids=(row.item_id for row in rows),
            user_ids=(row.user_id for row in rows if row.user_id is not None),
        )
    return append(rows=rows)


def _stored_each(rows: Sequence[EventRow], create_unknown: bool) -> None:
    """All at once; where the database refuses one, the others: nothing may block what follows."""
    if not rows:
        return
    try:
        _stored(rows, create_unknown)
    except DOWN:
        raise
    except DatabaseError:
        if len(rows) == 1:
            log.exception("an event cannot be stored and is left out: %s", rows[0].event_id)
            return
        for row in rows:
            _stored_each([row], create_unknown)


def _journalled(rows: Sequence[EventRow], create_unknown: bool, reason: Exception) -> None:
    frame: dict[str, Any] = {"at": int(time.time()), "create": create_unknown}
    try:
        journal().append(orjson.dumps(frame | {"rows": [list(row) for row in rows]}))
    except JournalFull as error:
        raise NotReady("events cannot be kept: the database is down, the disk full") from error
    log.warning("the database is down, %s events wait on the disk: %s", len(rows), reason)
    if not connection.in_atomic_block:
        connection.close()
    for key in sorted({key for row in rows for key in row.people}):
        theirs = [row for row in rows if key in row.people]
        online.add(key, [[row.item_id, row.kind, row.value, row.time] for row in theirs])


def _forgotten(row: EventRow, at: int, gone: dict[str, int]) -> bool:
    """Whether its person was forgotten after the event came in."""
    return bool(gone) and bool(row.user_id) and gone.get(digest_of(row.user_id or ""), -1) >= at


@lru_cache(maxsize=4)
def _journal(folder: str) -> Journal:
    return Journal(Path(folder) / "journal")
