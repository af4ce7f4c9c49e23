"""Writes of the log: events as they happen, and files of them.

A command imports with `import_path(path, progress=…)`.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from django.db import transaction
from django.db.models import Q
from pydantic import ValidationError

from omakase_service.catalog.services import ensure_known
from omakase_service.events.contracts import (
    ErasureResult,
    EventIn,
    EventRow,
    IngestReport,
    KindRule,
    RejectedEvent,
)
from omakase_service.events.importing import import_path
from omakase_service.events.ingest import declared_kinds, waiting_for
from omakase_service.events.models import Erasure, Event
from omakase_service.events.selectors import digest_of
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import session_key, user_key
from omakase_service.platform import metrics
from omakase_service.platform.ids import new_id
from omakase_service.platform.resumable import Steps, finished

__all__ = ["erase_events", "import_path", "merge_session", "record", "recording"]


def record(
    *,
    events: Sequence[Any],
    create_unknown: bool = True,
    now: Callable[[], float] = time.time,
) -> IngestReport:
    """Store what is valid, tell what is not by its position; on the disk when this returns.

    The same event id twice, in one batch or at any later time, is one event. With
    `create_unknown`, ids that the catalog has never seen become bare items and users. While the
    database is down, events wait on the disk, and the next answer knows them all the same.

    Raises:
        NotReady: neither the database nor the disk can keep them.
    """
    return finished(recording(events=events, create_unknown=create_unknown, now=now))


def recording(
    *,
    events: Sequence[Any],
    create_unknown: bool = True,
    now: Callable[[], float] = time.time,
) -> Steps[IngestReport]:
    """As `record`, in steps: it yields what it waits for, the commit."""
    taken, rejected = _judged(events, int(now()))
    stored = 0
    if taken:
        waiting = waiting_for(list(taken.values()), create_unknown=create_unknown)
        yield waiting
        stored = waiting.result()
    known = len(taken) - stored
    for outcome, number in (("stored", stored), ("known", known), ("rejected", len(rejected))):
        metrics.count_events(outcome, number)
    ids = [taken[i].event_id if i in taken else None for i in range(len(events))]
    return IngestReport(stored, known, ids, rejected)


def _judged(events: Sequence[Any], now: int) -> tuple[dict[int, EventRow], list[RejectedEvent]]:
    """What is valid, by its position, and what is not."""
    taken: dict[int, EventRow] = {}
    rejected: list[RejectedEvent] = []
    declared = declared_kinds()
    for position, raw in enumerate(events):
        try:
            event = EventIn.model_validate(raw)
        except ValidationError as error:
            rejected.append(RejectedEvent(position, _places(error)))
            continue
        if event.kind not in declared:
            declared = declared_kinds(anew=True)
        if event.kind in declared:
            taken[position] = _row(event, now)
        else:
            wrong = {"place": "type", "message": _no_such_kind(event.kind, declared)}
            rejected.append(RejectedEvent(position, [wrong]))
    return taken, rejected


def erase_events(*, user_id: str) -> ErasureResult:
    """Remove every event of a user and of the sessions in which they were known.

    A session in which others were known too stays, but for the user's own events.
    """
    named = Event.objects.filter(session_id__isnull=False)
    mine = named.filter(user_id=user_id).values("session_id")
    shared = named.exclude(user_id=user_id).exclude(user_id=None).values("session_id")
    with transaction.atomic():
        sessions = set(named.filter(session_id__in=mine).values_list("session_id", flat=True))
        sessions -= set(shared.filter(session_id__in=sessions).values_list("session_id", flat=True))
        theirs = Q(user_id=user_id) | Q(user_id=None, session_id__in=sessions)
        events, _ = Event.objects.filter(theirs).delete()
        row = Erasure.objects.create(digest=digest_of(user_id), time=int(time.time()))
    return ErasureResult(row.pk, events, tuple(sorted(sessions)))


def merge_session(*, user_id: str, session_id: str) -> int:
    """Give the events of a session in which nobody was known to a user; how many they were."""
    keys = [user_key(user_id), session_key(session_id)]
    online.changing(keys)
    try:
        with transaction.atomic():
            ensure_known(item_ids=(), user_ids=[user_id])
            nobodys = Event.objects.filter(session_id=session_id, user_id=None)
            return nobodys.update(user_id=user_id)
    finally:
        online.changed(keys)


def _row(event: EventIn, now: int) -> EventRow:
    said = event.__dict__
    given = {
        "event_id": event.event_id or new_id(),
        "time": now if event.time is None else event.time,
    }
    return EventRow(**{**said, **given})


def _no_such_kind(kind: str, declared: Mapping[str, KindRule]) -> str:
    near = get_close_matches(kind, declared, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"declared: {', '.join(sorted(declared))}"
    return f"no kind of event {kind!r}; {hint}"


def _places(error: ValidationError) -> list[dict[str, str]]:
    return [
        {"place": ".".join(map(str, e["loc"])), "message": e["msg"]}
        for e in error.errors(include_url=False, include_input=False)
    ]
