"""Reads of the log."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, Q, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.crypto import salted_hmac

from omakase_service.events.contracts import (
    AttributableEvent,
    EventRow,
    EventSummary,
    HistoryEvent,
    KindRule,
    OwnEvent,
)
from omakase_service.events.engine import default_kinds
from omakase_service.events.models import Erasure, Event, Kind, QuarantinedEvent
from omakase_service.platform.contracts import Person
from omakase_service.platform.database import connection
from omakase_settings import settings

PAST = ("item_id", "kind", "value", "time")
DONE = tuple(field.name for field in fields(AttributableEvent))
EXPORTED = (
    *("seq", "user_id", "session_id", "item_id", "kind", "value", "time"),
    *("device", "channel", "page", "duration", "position", "request_id"),
)


def settled_kinds() -> dict[str, KindRule]:
    """The engine's kinds of events, and what the settings say of them. No query."""
    rules = default_kinds()
    for name, rule in settings().events.kinds.items():
        base = rules.get(name, KindRule(name))
        rules[name] = replace(base, origin="settings", **rule.model_dump(exclude_none=True))
    return rules


def kinds() -> dict[str, KindRule]:
    """Every kind of event that is declared, by name. One query.

    What is stored goes before the settings, and these before the engine's own.
    """
    rules = settled_kinds()
    for row in Kind.objects.all():
        rules[row.name] = _stored_rule(rules.get(row.name, KindRule(row.name)), row)
    return rules


def _stored_rule(base: KindRule, row: Kind) -> KindRule:
    """The rule of a row; what it leaves out of the scale is as it was below it."""
    scale: dict[str, Any] = {
        "lowest": row.lowest,
        "highest": row.highest,
        "middle": None if row.middle == "" else _middle(row.middle),
        "takes_back": None if row.takes_back is None else tuple(row.takes_back),
    }
    return replace(
        base,
        weight=row.weight,
        from_value=row.from_value,
        cap=float("inf") if row.cap is None else row.cap,
        negative=row.negative,
        origin="stored",
        **{name: fact for name, fact in scale.items() if fact is not None},
    )


def _middle(text: str) -> float | str:
    return text if text in ("scale", "person", "none") else float(text)


def recent_of_user(*, user_id: str, limit: int) -> list[HistoryEvent]:
    """The newest `limit` events of a user, oldest first. One indexed query."""
    return _newest(Event.objects.filter(user_id=user_id), limit)


def recent_of_session(*, session_id: str, limit: int) -> list[HistoryEvent]:
    """The newest `limit` events of a session, oldest first. One indexed query."""
    return _newest(Event.objects.filter(session_id=session_id), limit)


def own_events(*, person: Person, limit: int) -> list[OwnEvent]:
    """The newest `limit` events of a person, newest first, with their ids. One indexed query."""
    rows = _events_of(person).order_by("-time", "-seq")
    return [OwnEvent(*row) for row in rows.values_list(*OwnEvent._fields)[:limit]]


def own_event_ids(*, person: Person, event_id: str = "", item_id: str = "") -> list[str]:
    """Ids of a person's events: the one of that id, or all about an item. One query."""
    named = {"event_id": event_id} if event_id else {"item_id": item_id}
    return list(_events_of(person).filter(**named).values_list("event_id", flat=True))


def _events_of(person: Person) -> Any:
    if person.user_id is not None:
        return Event.objects.filter(user_id=person.user_id)
    return Event.objects.filter(session_id=person.session_id or "")


def rating_means() -> dict[str, tuple[float, int]]:
    """Mean and number of the ratings of each item that has one, of those within the scale.

    One person counts once: by the mean of what they gave the item. Two queries, one over all
    ratings.
    """
    scale = kinds()["rating"]
    inside = {"value__gte": scale.lowest, "value__lte": scale.highest}
    rated = Event.objects.filter(kind="rating", **inside).order_by()
    person = Coalesce("user_id", Concat(Value(" "), "session_id"))
    pairs = rated.values("item_id", person=person).annotate(mean=Avg("value"))
    query, values = pairs.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT item_id, AVG(mean), COUNT(*) FROM ({query}) AS pairs GROUP BY item_id",  # noqa: S608
            values,
        )
        return {item: (round(mean, 4), number) for item, mean, number in cursor.fetchall()}


def event_count() -> int:
    """How many events there are. One query."""
    return Event.objects.count()


def newest_seq() -> int:
    """Number of the last line, 0 where there is none. One query."""
    return Event.objects.aggregate(last=Max("seq"))["last"] or 0


def lines_after(*, seq: int, until: int, chunk: int = 20_000) -> Iterator[tuple[Any, ...]]:
    """Lines with `EXPORTED` columns, behind `seq` up to `until`, in the order they came in."""
    events = Event.objects.filter(seq__gt=seq, seq__lte=until).order_by("seq")
    return events.values_list(*EXPORTED).iterator(chunk_size=chunk)


def stored_events_after(*, seq: int, until: int, limit: int) -> list[dict[str, Any]]:
    """At most `limit` whole events behind a number up to another, as plain values. One query."""
    events = Event.objects.filter(seq__gt=seq, seq__lte=until).order_by("seq")
    return [dict(row) for row in events.values("seq", *EventRow._fields)[:limit]]


def done_after(
    *, seq: int, until: int, kinds: Sequence[str], limit: int
) -> list[AttributableEvent]:
    """At most `limit` events of some kinds, behind a number up to another, in order. One query."""
    events = Event.objects.filter(seq__gt=seq, seq__lte=until, kind__in=kinds).order_by("seq")
    return [AttributableEvent(*row) for row in events.values_list(*DONE)[:limit]]


def lines_of(*, user_id: str) -> list[dict[str, Any]]:
    """Every line about a user, as plain values, in the order they came in. One query."""
    return [dict(row) for row in Event.objects.filter(user_id=user_id).order_by("seq").values()]


def lines_aside_of(*, user_id: str) -> list[dict[str, Any]]:
    """Every line about a user that is put aside, as plain values. One query."""
    return [dict(row) for row in QuarantinedEvent.objects.filter(user_id=user_id).values()]


def known_events(*, event_ids: Collection[str]) -> set[str]:
    """Those of some event ids that are in the log. One query."""
    events = Event.objects.filter(event_id__in=event_ids)
    return set(events.order_by().values_list("event_id", flat=True))


def summary_of(*, user_id: str, latest: int) -> EventSummary:
    """The events of a user in numbers. Three queries."""
    events = Event.objects.filter(user_id=user_id)
    kinds = events.order_by().values_list("kind").annotate(number=Count("seq"))
    totals = events.aggregate(
        first=Min("time"),
        last=Max("time"),
        items=Count("item_id", distinct=True),
        rating=Avg("value", filter=Q(kind="rating")),
    )
    newest = events.order_by("-time", "-seq").values_list("item_id", flat=True)[:latest]
    return EventSummary(kinds=dict(kinds), latest=tuple(newest), **totals)


def without_events(*, item_ids: Collection[str]) -> set[str]:
    """Those of some items of which the log holds no event."""
    return _without("item_id", item_ids)


def users_without_events(*, user_ids: Collection[str]) -> set[str]:
    """Those of some people of whom the log holds no event."""
    return _without("user_id", user_ids)


def _without(column: str, ids: Collection[str]) -> set[str]:
    """One query over all, since items have no index of their own."""
    if not ids:
        return set()
    there = Event.objects.order_by().values_list(column, flat=True).distinct()
    return set(ids) - set(there.iterator())


def digest_of(user_id: str) -> str:
    """By what a forgotten person is known again, without being remembered."""
    return salted_hmac("omakase.erasure", user_id, algorithm="sha256").hexdigest()


def erased_at(*, user_id: str) -> int:
    """Unix seconds of when a user was forgotten last, 0 where they never were. One query."""
    erasures = Erasure.objects.filter(digest=digest_of(user_id))
    return erasures.aggregate(last=Max("time"))["last"] or 0


def erasures_since(*, time: int) -> dict[str, int]:
    """Who was forgotten from a moment on: digest to the last time. One query."""
    rows = Erasure.objects.filter(time__gte=time).order_by("time")
    return dict(rows.values_list("digest", "time"))


def digests_erased_after(*, number: int) -> set[str]:
    """Digests of people, and of "session:…" of their sessions, erased since. One query."""
    rows = Erasure.objects.filter(pk__gt=number).values_list("digest", "sessions")
    return {digest for own, sessions in rows for digest in (own, *sessions)}


def oldest_seq() -> int:
    """Number of the first line that is still there, 0 where there is none. One query."""
    return Event.objects.aggregate(first=Min("seq"))["first"] or 0


def numbers_between(after: int, until: int) -> set[int]:
    """Numbers of the log's lines behind a number, up to another. One query."""
    return set(Event.objects.filter(seq__gt=after, seq__lte=until).values_list("seq", flat=True))


def last_erasure() -> int:
    """Number of the last erasure, 0 where there was none. One query."""
    return Erasure.objects.aggregate(last=Max("pk"))["last"] or 0


def last_erasure_before(*, time: int) -> int:
    """Number of the last erasure before a moment, 0 where there was none. One query."""
    return Erasure.objects.filter(time__lt=time).aggregate(last=Max("pk"))["last"] or 0


def _newest(events: Any, limit: int) -> list[HistoryEvent]:
    rows = events.order_by("-time", "-seq").values_list(*PAST)[:limit]
    return [HistoryEvent(*row) for row in reversed(rows)]


QUARTER = 900
"""Seconds."""


def quarter_counts(*, after: int, until: int) -> list[tuple[int, str, int]]:
    """How many events of each kind lie between two numbers, by the quarter-hour of their time.

    In Unix seconds; time zones differ by quarter-hours at the finest. One query.
    """
    rows = Event.objects.filter(seq__gt=after, seq__lte=until).order_by()
    counted = rows.annotate(quarter=F("time") / QUARTER).values_list("quarter", "kind")
    return [(q * QUARTER, kind, n) for q, kind, n in counted.annotate(Count("pk"))]


def item_counts(*, after: int, until: int) -> Iterator[tuple[str, int]]:
    """How many events between two numbers speak for each item, by their kind alone. Two queries."""
    speaking = [
        name for name, rule in kinds().items()
        if rule.weight > 0 and not rule.negative and not rule.takes_back
    ]  # fmt: skip
    rows = Event.objects.filter(seq__gt=after, seq__lte=until, kind__in=speaking).order_by()
    counted = rows.values_list("item_id").annotate(Count("pk"))
    return counted.iterator(chunk_size=5_000)


def newest_event_time() -> int | None:
    """Unix seconds of the event that came in last, 0 where its file did not say when; None where
    there is none. One query."""
    return Event.objects.order_by("-seq").values_list("time", flat=True).first()


def pace_since(*, time: int, most: int = 20_000) -> dict[str, int]:
    """How many of the events that came in last happened since a moment, by kind. Two queries.

    Args:
        time: Unix seconds.
        most: newest lines that are looked at; time has no index of its own.
    """
    rows = Event.objects.filter(seq__gt=newest_seq() - most, time__gte=time).order_by()
    return dict(rows.values_list("kind").annotate(Count("pk")))
