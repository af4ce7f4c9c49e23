"""Which answer an event came of: the one it names, else the newest that showed it to the person."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q, TextField, Window
from django.db.models.functions import Cast, RowNumber

from omakase_service.events.contracts import AttributableEvent
from omakase_service.events.selectors import done_after
from omakase_service.platform.database import transaction
from omakase_service.recommendation_log.contracts import OutcomeKind
from omakase_service.recommendation_log.models import Answer, Attributed, Outcome
from omakase_settings import settings

CHUNK = 500
NEWEST = 200
"""Answers of one person that are looked at for the events of one chunk."""

Who = tuple[str | None, str | None]
"""A user, or the session of somebody without an account."""


@dataclass(frozen=True, slots=True)
class CandidateAnswer:
    """An answer that an event may have come of.

    Attributes:
        ids: of its items, in their order.
    """

    pk: int
    time: int
    first_rank: int
    ids: tuple[str, ...]


def attribute(*, until: int) -> int:
    """Look through the log of events up to a number; how many outcomes are new.

    Any number of processes may do it: each event is counted once.
    """
    count = 0
    while True:
        looked, new = _attributed_chunk(until)
        count += new
        if not looked:
            return count


@transaction.atomic
def _attributed_chunk(until: int) -> tuple[int, int]:
    """How many events were looked at, and how many outcomes are new."""
    Attributed.objects.get_or_create(pk=1)
    progress = Attributed.objects.select_for_update().get(pk=1)
    if progress.seq >= until:
        return 0, 0
    kinds = came_of()
    events = done_after(seq=progress.seq, until=until, kinds=list(kinds), limit=CHUNK)
    progress.seq = events[-1].seq if len(events) == CHUNK else until
    progress.save(update_fields=["seq"])
    outcomes = [row for row in _outcomes(events, kinds) if row is not None]
    stored = Outcome.objects.filter(answer_id__in={row.answer_id for row in outcomes})
    count_before = stored.count()
    Outcome.objects.bulk_create(outcomes, ignore_conflicts=True)
    return len(events), stored.count() - count_before


def came_of() -> dict[str, OutcomeKind]:
    """Which kinds of events count as what, by settings."""
    rules = settings().answers
    named = (
        (OutcomeKind.IMPRESSION, rules.impressions),
        (OutcomeKind.CLICK, rules.clicks),
        (OutcomeKind.CONVERSION, rules.conversions),
    )
    return {kind: outcome for outcome, kinds in named for kind in kinds}


def _outcomes(
    events: Sequence[AttributableEvent], kinds: Mapping[str, OutcomeKind]
) -> Iterable[Outcome | None]:
    """Two queries, however many events."""
    by_request = _answers_by_request({event.request_id for event in events if event.request_id})
    by_person = _recent([event for event in events if event.request_id not in by_request])
    for event in events:
        answers: Sequence[CandidateAnswer] = by_person.get(_who(event), ())
        if event.request_id in by_request:
            answers = [by_request[event.request_id]]
        yield _outcome(event, kinds[event.kind], answers)


def _answers_by_request(request_ids: Collection[str]) -> dict[str, CandidateAnswer]:
    """The newest answer of each request."""
    rows = Answer.objects.filter(request_id__in=request_ids).order_by("pk")
    answers = rows.values_list("request_id", "pk", "time", "first_rank", "items")
    return {
        request_id: CandidateAnswer(pk, time, first, tuple(item_id for item_id, *_ in items))
        for request_id, pk, time, first, items in answers
    }


def _recent(events: Sequence[AttributableEvent]) -> dict[Who, list[CandidateAnswer]]:
    """The answers within the window that showed people an item of their events, newest first.

    Of all others nothing is kept, nor read as JSON: there are many.
    """
    marks: dict[Who, set[str]] = defaultdict(set)
    for event in events:
        marks[_who(event)] |= _spellings(event.item_id)
    candidates: dict[Who, list[CandidateAnswer]] = defaultdict(list)
    for user_id, session_id, pk, time, first, text in _texts(events):
        visitor = (user_id, None if user_id else session_id)
        if any(mark in text for mark in marks[visitor]):
            ids = tuple(item_id for item_id, *_ in orjson.loads(text))
            candidates[visitor].append(CandidateAnswer(pk, time, first, ids))
    return candidates


def _spellings(item_id: str) -> set[str]:
    """An id as JSON may write it: as it is, and with nothing beyond ASCII, as Django does."""
    return {orjson.dumps(item_id).decode(), json.dumps(item_id)}


def _texts(events: Sequence[AttributableEvent]) -> Iterable[tuple[Any, ...]]:
    """The answers to the people of these events within the window, newest first. One query."""
    if not events:
        return ()
    first = min(event.time for event in events) - settings().answers.window_seconds
    last = max(event.time for event in events)
    users = {event.user_id for event in events if event.user_id}
    sessions = {event.session_id for event in events if event.session_id and not event.user_id}
    people = Q(user_id__in=users) | Q(session_id__in=sessions, user_id=None)
    newest = ("-time", "-pk")
    rank = Window(RowNumber(), partition_by=["user_id", "session_id"], order_by=newest)
    answers = Answer.objects.filter(people, time__gte=first, time__lte=last)
    rows = answers.annotate(place=rank).filter(place__lte=NEWEST).order_by(*newest)
    columns = ("user_id", "session_id", "pk", "time", "first_rank", Cast("items", TextField()))
    return rows.values_list(*columns).iterator(chunk_size=CHUNK)


def _who(event: AttributableEvent) -> Who:
    return (event.user_id, None if event.user_id else event.session_id)


def _outcome(
    event: AttributableEvent, came: OutcomeKind, answers: Sequence[CandidateAnswer]
) -> Outcome | None:
    window = settings().answers.window_seconds
    timely = (a for a in answers if a.time <= event.time <= a.time + window)
    for answer in answers if event.request_id and len(answers) == 1 else timely:
        if event.item_id in answer.ids:
            return Outcome(
                answer_id=answer.pk,
                event_id=event.event_id,
                item_id=event.item_id,
                kind=came,
                rank=answer.first_rank + answer.ids.index(event.item_id),
                time=event.time,
                value=event.value,
            )
    return None
