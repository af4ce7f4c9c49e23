"""Which answer an event came of: the one it names, else the newest that showed it to the person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Q, Window
from django.db.models.functions import RowNumber

from omakase_service.answers.contracts import Came
from omakase_service.answers.models import Answer, Attributed, Outcome
from omakase_service.events.contracts import Done
from omakase_service.events.selectors import done_after
from omakase_settings import settings

CHUNK = 500
LOOKED_AT = ("request_id", "user_id", "session_id", "time", "first_rank", "items")
"""Of an answer; reasons are long and not asked for."""

NEWEST = 200
"""Answers of one person that are looked at for the events of one chunk."""


def attribute(*, until: int) -> int:
    """Look through the log of events up to a number; how many outcomes are new.

    Any number of processes may do it: each event is counted once.
    """
    found = 0
    while True:
        looked, new = _attributed_chunk(until)
        found += new
        if not looked:
            return found


@transaction.atomic
def _attributed_chunk(until: int) -> tuple[int, int]:
    """How many events were looked at, and how many outcomes are new."""
    Attributed.objects.get_or_create(pk=1)
    place = Attributed.objects.select_for_update().get(pk=1)
    if place.seq >= until:
        return 0, 0
    kinds = came_of()
    events = done_after(seq=place.seq, until=until, kinds=list(kinds), limit=CHUNK)
    place.seq = events[-1].seq if len(events) == CHUNK else until
    place.save(update_fields=["seq"])
    made = [row for row in _outcomes(events, kinds) if row is not None]
    theirs = Outcome.objects.filter(answer_id__in={row.answer_id for row in made})
    before = theirs.count()
    Outcome.objects.bulk_create(made, ignore_conflicts=True)
    return len(events), theirs.count() - before


def came_of() -> dict[str, Came]:
    """Which kinds of events count as what, by settings."""
    rules = settings().answers
    named = (
        (Came.IMPRESSION, rules.impressions),
        (Came.CLICK, rules.clicks),
        (Came.CONVERSION, rules.conversions),
    )
    return {kind: came for came, kinds in named for kind in kinds}


def _outcomes(events: Sequence[Done], kinds: Mapping[str, Came]) -> Iterable[Outcome | None]:
    """Two queries, however many events."""
    named = {event.request_id for event in events if event.request_id}
    by_request: dict[str, Answer] = {}
    for row in Answer.objects.only(*LOOKED_AT).filter(request_id__in=named).order_by("pk"):
        by_request[row.request_id] = row
    by_person = _recent([event for event in events if event.request_id not in by_request])
    for event in events:
        answers = by_person.get(_who(event), ())
        if event.request_id in by_request:
            answers = [by_request[event.request_id]]
        yield _outcome(event, kinds[event.kind], answers)


def _recent(events: Sequence[Done]) -> dict[tuple[str | None, str | None], list[Answer]]:
    """The answers to the people of these events within the window, newest first."""
    if not events:
        return {}
    first = min(event.time for event in events) - settings().answers.window_seconds
    last = max(event.time for event in events)
    users = {event.user_id for event in events if event.user_id}
    sessions = {event.session_id for event in events if event.session_id and not event.user_id}
    people = Q(user_id__in=users) | Q(session_id__in=sessions, user_id=None)
    found: dict[tuple[str | None, str | None], list[Answer]] = defaultdict(list)
    newest = ("-time", "-pk")
    place = Window(RowNumber(), partition_by=["user_id", "session_id"], order_by=newest)
    theirs = Answer.objects.filter(people, time__gte=first, time__lte=last).annotate(place=place)
    for row in theirs.only(*LOOKED_AT).filter(place__lte=NEWEST).order_by(*newest):
        found[(row.user_id, None if row.user_id else row.session_id)].append(row)
    return found


def _who(event: Done) -> tuple[str | None, str | None]:
    return (event.user_id, None if event.user_id else event.session_id)


def _outcome(event: Done, came: Came, answers: Sequence[Answer]) -> Outcome | None:
    window = settings().answers.window_seconds
    timely = (a for a in answers if a.time <= event.time <= a.time + window)
    for answer in answers if event.request_id and len(answers) == 1 else timely:
        ids = [item_id for item_id, *_ in answer.items]
        if event.item_id in ids:
            return Outcome(
                answer=answer,
                event_id=event.event_id,
                item_id=event.item_id,
                kind=came,
                rank=answer.first_rank + ids.index(event.item_id),
                time=event.time,
                value=event.value,
            )
    return None
