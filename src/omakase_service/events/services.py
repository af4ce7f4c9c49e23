"""Writes of the log: events as they happen, and files of them.

A command imports with `import_path(path, progress=…)`.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from django.db.models import Q, QuerySet
from pydantic import ValidationError

from omakase_service.catalog.selectors import known_items
from omakase_service.catalog.services import ensure_exist
from omakase_service.events.contracts import (
    LONGEST_KIND,
    ErasureResult,
    EventIn,
    EventRow,
    IngestReport,
    KindIn,
    KindRule,
    RejectedEvent,
)
from omakase_service.events.engine import latest_credible
from omakase_service.events.importing import import_path
from omakase_service.events.ingest import DOWN, declared_kinds, waiting_for
from omakase_service.events.models import Erasure, Event, Kind, Quarantine, QuarantinedEvent
from omakase_service.events.selectors import digest_of, kinds
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import session_key, user_key
from omakase_service.platform import metrics
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.ids import new_id
from omakase_service.platform.numbers import number_text
from omakase_service.platform.resumable import Steps, run_to_end
from omakase_service.platform.validation import refusals
from omakase_settings import settings

__all__ = [
    "declare_kind",
    "erase_events",
    "import_path",
    "merge_session",
    "record",
    "recording",
    "reset_kind",
    "validate",
]


def record(
    *,
    events: Sequence[Any],
    create_unknown: bool = True,
    visitor: bool = False,
    now: Callable[[], float] = time.time,
) -> IngestReport:
    """Store what is valid, tell what is not by its position; on the disk when this returns.

    The same event id twice, in one batch or at any later time, is one event. With
    `create_unknown`, ids that the catalog has never seen become bare items and users. While the
    database is down, events wait on the disk, and the next answer knows them all the same.

    Args:
        visitor: they come from a page, which is not trusted: it names items of the catalog alone,
            and times not long ago.

    Raises:
        NotReady: neither the database nor the disk can keep them.
    """
    return run_to_end(
        recording(events=events, create_unknown=create_unknown, visitor=visitor, now=now)
    )


def recording(
    *,
    events: Sequence[Any],
    create_unknown: bool = True,
    visitor: bool = False,
    now: Callable[[], float] = time.time,
) -> Steps[IngestReport]:
    """As `record`, in steps: it yields what it waits for, the commit."""
    valid, rejected = validate(events, int(now()))
    if visitor:
        create_unknown = _refuse_visitors(valid, rejected, int(now())) and create_unknown
    stored = 0
    if valid:
        waiting = waiting_for(list(valid.values()), create_unknown=create_unknown)
        yield waiting
        stored = waiting.result()
    repeats = len(valid) - stored
    for outcome, number in (("stored", stored), ("known", repeats), ("rejected", len(rejected))):
        metrics.count_events(outcome, number)
    ids = [valid[i].event_id if i in valid else None for i in range(len(events))]
    return IngestReport(stored, repeats, ids, rejected)


def _refuse_visitors(taken: dict[int, EventRow], rejected: list[RejectedEvent], now: int) -> bool:
    """Move what no page may say from `taken` to `rejected`; whether the catalog could be asked.

    While the database is down items are believed, but none is made of them.
    """
    earliest = now - settings().events.visitor_past_seconds
    try:
        known_ids = (
            known_items(item_ids=[row.item_id for row in taken.values()]) if taken else set()
        )
    except DOWN:
        known_ids = None
    for position, row in tuple(taken.items()):
        wrong = {
            "item_id": f"no item {row.item_id!r} in the catalog, and a token adds none"
            if known_ids is not None and row.item_id not in known_ids
            else "",
            "time": "too long ago for a token (events.visitor_past_seconds)"
            if row.time < earliest
            else "",
        }
        if errors := [{"place": p, "message": words} for p, words in wrong.items() if words]:
            del taken[position]
            rejected.append(RejectedEvent(position, errors))
    rejected.sort(key=lambda refused: refused.position)
    return known_ids is not None


def validate(events: Sequence[Any], now: int) -> tuple[dict[int, EventRow], list[RejectedEvent]]:
    """Events that are valid, by their position, and what is not; nothing is stored."""
    valid: dict[int, EventRow] = {}
    rejected: list[RejectedEvent] = []
    declared = declared_kinds()
    latest = latest_credible(now, settings().events.future_seconds)
    for position, raw in enumerate(events):
        try:
            event = EventIn.model_validate(raw)
        except ValidationError as error:
            rejected.append(RejectedEvent(position, refusals(error, EventIn)))
            continue
        if event.kind not in declared:
            declared = declared_kinds(anew=True)
        if wrong := _wrong(event, declared, now, latest):
            rejected.append(RejectedEvent(position, wrong))
        else:
            valid[position] = _row(event, now)
    return valid, rejected


def _wrong(
    event: EventIn, declared: Mapping[str, KindRule], now: int, latest: int
) -> list[dict[str, str]]:
    """What is wrong with an event by the kinds that there are, their scales, and the clock."""
    rule = declared.get(event.kind)
    problems = {
        "type": _no_such_kind(event.kind, declared) if rule is None else "",
        "value": "" if rule is None else rule.refusal(event.value),
        "time": "" if event.time is None or event.time <= latest else _too_late(event.time, now),
    }
    return [{"place": field, "message": message} for field, message in problems.items() if message]


def _too_late(time: int, now: int) -> str:
    moment = datetime.fromtimestamp(time, UTC).isoformat()
    clock = datetime.fromtimestamp(now, UTC).isoformat()
    most = settings().events.future_seconds
    return (
        f"{moment} lies in the future: here it is {clock}, and at most {most} seconds ahead are "
        "taken (events.future_seconds); check the clock and the time zone of what sends it"
    )


def declare_kind(*, name: str, said: KindIn) -> KindRule:
    """Store what a kind of event counts; what is left out stays as it is. Models learn it next.

    Raises:
        Invalid: it makes no sense, takes back a kind that there is not, or its name cannot be kept.
    """
    if not 1 <= len(name) <= LONGEST_KIND or "\x00" in name:
        raise Invalid(
            f"the kind {name[:60]!r}: a name has 1 to {LONGEST_KIND} characters, and no NUL"
        )
    rules = kinds()
    fields = said.model_dump(exclude_none=True)
    rule = replace(rules.get(name, KindRule(name)), origin="stored", **fields)
    for target in rule.takes_back:
        if target not in rules:
            raise Invalid(f"takes_back: {_no_such_kind(target, rules)}")
    if rule.lowest >= rule.highest:
        lowest, highest = number_text(rule.lowest), number_text(rule.highest)
        raise Invalid(f"lowest: {lowest} is not below highest, {highest}")
    facts = rule.facts | {
        "cap": None if rule.cap == float("inf") else rule.cap,
        "middle": str(rule.middle),
        "takes_back": list(rule.takes_back),
    }
    Kind.objects.update_or_create(name=name, defaults=facts)
    declared_kinds(anew=True)
    return rule


def reset_kind(*, name: str) -> bool:
    """Forget what is stored of a kind; whether anything was. The settings and defaults hold."""
    gone, _ = Kind.objects.filter(name=name).delete()
    declared_kinds(anew=True)
    return bool(gone)


def erase_events(*, user_id: str) -> ErasureResult:
    """Remove every event of a user and of the sessions in which they were known.

    A session in which others were known too stays, but for the user's own events.
    """
    with transaction.atomic():
        sessions = _own_sessions(user_id)
        theirs = Q(user_id=user_id) | Q(user_id=None, session_id__in=sessions)
        events = Event.objects.filter(theirs).delete()[0]
        events += QuarantinedEvent.objects.filter(theirs).delete()[0]
        _forget_selections({user_id, *sessions})
        row = Erasure.objects.create(
            digest=digest_of(user_id),
            time=int(time.time()),
            sessions=[digest_of(f"session:{session}") for session in sorted(sessions)],
        )
    return ErasureResult(row.pk, events, tuple(sorted(sessions)))


def _own_sessions(user_id: str) -> set[str]:
    """Sessions in which a user was known and nobody else, in the log and in what is aside."""
    own_sessions, shared_sessions = set[str](), set[str]()
    for table in (Event, QuarantinedEvent):
        named = table.objects.filter(session_id__isnull=False).order_by()
        own_sessions |= _sessions_of(named.filter(user_id=user_id))
    for table in (Event, QuarantinedEvent):
        shared = table.objects.filter(session_id__in=own_sessions).exclude(user_id=None).order_by()
        shared_sessions |= _sessions_of(shared.exclude(user_id=user_id))
    return own_sessions - shared_sessions


def _sessions_of(events: QuerySet[Any]) -> set[str]:
    return set(events.values_list("session_id", flat=True))


def _forget_selections(ids: Collection[str]) -> None:
    """Take the ids of a forgotten person out of what quarantines were chosen by."""
    for row in Quarantine.objects.all():
        remaining = {
            name: [number for number in value if number not in ids]
            if isinstance(value, list)
            else value
            for name, value in row.selection.items()
        }
        if remaining != row.selection:
            Quarantine.objects.filter(pk=row.pk).update(selection=remaining)


def merge_session(*, user_id: str, session_id: str) -> int:
    """Give the events of a session in which nobody was known to a user; how many they were."""
    keys = [user_key(user_id), session_key(session_id)]
    online.changing(keys)
    try:
        with transaction.atomic():
            ensure_exist(item_ids=(), user_ids=[user_id])
            nobodys = Event.objects.filter(session_id=session_id, user_id=None)
            aside = QuarantinedEvent.objects.filter(session_id=session_id, user_id=None)
            aside.update(user_id=user_id)
            return nobodys.update(user_id=user_id)
    finally:
        online.invalidate(keys)


def _row(event: EventIn, now: int) -> EventRow:
    fields = event.__dict__
    defaults = {
        "event_id": event.event_id or new_id(),
        "time": now if event.time is None else event.time,
    }
    return EventRow(**{**fields, **defaults})


def _no_such_kind(kind: str, declared: Mapping[str, KindRule]) -> str:
    near = get_close_matches(kind, declared, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"declared: {', '.join(sorted(declared))}"
    return f"no kind of event {kind!r}; {hint}"
