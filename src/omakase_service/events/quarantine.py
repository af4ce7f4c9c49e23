"""Events are put aside, whole, and may go back; meanwhile nothing that reads the log knows them.

They leave the log as a withdrawn import does: profiles and lists follow at once, the snapshot and
the models with the next training. What comes back gets new numbers, and is learnt from anew.
"""

from typing import Any

from django.db.models import BigIntegerField, Count, Max, Min, Q, QuerySet, Value
from django.utils import timezone

from omakase_service.events.models import Event, Quarantine, QuarantinedEvent
from omakase_service.events.quarantine_contracts import EventSelection, QuarantineCard
from omakase_service.events.store import COLUMNS, WRITERS, people_of, withdraw
from omakase_service.online_store import services as online
from omakase_service.platform.database import connection, transaction
from omakase_service.platform.exceptions import NotFound
from omakase_service.platform.write_order import share_lock, wait_for_writers

MOVED = (*COLUMNS, "import_id")


def quarantine(*, selection: EventSelection, reason: str = "", author: str = "") -> QuarantineCard:
    """Put events aside; nothing of them is lost.

    What comes in of the same people later is not in it.

    Raises:
        NotFound: no event is meant.
    """
    keys: set[str] = set()
    try:
        with transaction.atomic():
            wait_for_writers(WRITERS)
            chosen = chosen_events(selection)
            span = chosen.aggregate(number=Count("pk"), first=Min("seq"), last=Max("seq"))
            if not span["number"]:
                raise NotFound("no event is like that; `omakase events quarantines` lists what is "
                               "aside already")  # fmt: skip
            chosen = chosen.filter(seq__gte=span["first"], seq__lte=span["last"])
            keys = people_of(chosen)
            online.changing(keys)
            row = Quarantine.objects.create(
                reason=reason,
                author=author,
                selection=selection.model_dump(mode="json", exclude_defaults=True),
            )
            row.events = _copy_aside(chosen, row)
            row.save(update_fields=["events"])
            withdraw(Event.objects.filter(event_id__in=_aside(row).values("event_id")))
    finally:
        online.invalidate(keys)
    return _card(row)


def release(*, number: int) -> QuarantineCard:
    """Bring what was put aside back into the log; an event that came in again meanwhile stays one.

    Raises:
        NotFound: no such quarantine, or its events are back already.
    """
    keys: set[str] = set()
    try:
        with transaction.atomic():
            row = Quarantine.objects.select_for_update().filter(pk=number, released=None).first()
            if row is None:
                raise NotFound(f"there is no quarantine {number} that is still aside")
            keys = people_of(_aside(row))
            online.changing(keys)
            _copy_back(row)
            _aside(row).delete()
            row.released = timezone.now()
            row.save(update_fields=["released"])
    finally:
        online.invalidate(keys)
    return _card(row)


def count_chosen(selection: EventSelection) -> int:
    """How many events a selection means. One query, or two."""
    return chosen_events(selection).count()


def quarantines(*, limit: int | None = None) -> list[QuarantineCard]:
    """The newest first, all or so many of them. One query."""
    return [_card(row) for row in Quarantine.objects.order_by("-pk")[:limit]]


def still_aside(*, user_id: str) -> list[QuarantineCard]:
    """Those that hold events of a user now, the newest first. One query over an index."""
    holding = QuarantinedEvent.objects.filter(user_id=user_id).order_by()
    rows = Quarantine.objects.filter(pk__in=holding.values("quarantine_id"), released=None)
    return [_card(row) for row in rows.order_by("-pk")]


def chosen_events(selection: EventSelection) -> "QuerySet[Event]":
    """The events that a selection means."""
    events = Event.objects.order_by("seq")
    if selection.item_ids:
        events = events.filter(item_id__in=selection.item_ids)
    if selection.since is not None:
        events = events.filter(time__gte=selection.since)
    if selection.until is not None:
        events = events.filter(time__lt=selection.until)
    named = Q(user_id__in=selection.user_ids) | Q(session_id__in=selection.session_ids)
    if selection.user_ids or selection.session_ids:
        events = events.filter(named)
    return events if selection.more_than is None else _of_busy(events, selection.more_than)


def _of_busy(found: "QuerySet[Event]", most: int) -> "QuerySet[Event]":
    """Those of people, and of sessions in which nobody is known, that have more than so many."""
    users = _more_than(found.exclude(user_id=None), "user_id", most)
    sessions = _more_than(found.filter(user_id=None), "session_id", most)
    return found.filter(Q(user_id__in=users) | Q(user_id=None, session_id__in=sessions))


def _more_than(found: "QuerySet[Event]", column: str, most: int) -> list[str]:
    counted = found.order_by().values(column).annotate(number=Count("pk"))
    return list(counted.filter(number__gt=most).values_list(column, flat=True))


def _aside(row: Quarantine) -> "QuerySet[QuarantinedEvent]":
    return QuarantinedEvent.objects.filter(quarantine=row).order_by("pk")


def _copy_aside(chosen: "QuerySet[Event]", row: Quarantine) -> int:
    number = Value(row.pk, output_field=BigIntegerField())
    source = chosen.annotate(aside=number).values_list("aside", *MOVED)
    return _insert(QuarantinedEvent._meta.db_table, ("quarantine_id", *MOVED), source)


def _copy_back(row: Quarantine) -> int:
    share_lock(WRITERS)
    source = _aside(row).values_list(*MOVED)
    return _insert(Event._meta.db_table, MOVED, source, " ON CONFLICT (event_id) DO NOTHING")


def _insert(table: str, columns: tuple[str, ...], source: Any, clause: str = "") -> int:
    """Rows of one table into another within the database; how many."""
    query, values = source.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {query}{clause}", values)
        return int(cursor.rowcount)


def _card(row: Quarantine) -> QuarantineCard:
    return QuarantineCard(
        number=row.pk,
        reason=row.reason,
        author=row.author,
        selection=dict(row.selection),
        events=row.events,
        created=row.created,
        released=row.released,
    )
