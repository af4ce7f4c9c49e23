"""Writes: users, items and feedback by Gorse's rules, into the catalog and the log."""

import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, TypeVar

from django.utils import timezone

from omakase_service.catalog import services as catalog
from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.selectors import known_items, known_users, shown_items
from omakase_service.events.contracts import FIRST_YEAR, EventRow, KindRule
from omakase_service.events.ingest import declared_kinds
from omakase_service.events.replacement import declare_unknown_kinds, replace_events
from omakase_service.events.selectors import known_events
from omakase_service.gorse import selectors
from omakase_service.gorse.contracts import GorseFeedback, GorseItem, GorseUser
from omakase_service.gorse.mapping import (
    catalog_item,
    catalog_user,
    says_all_of_item,
    says_all_of_user,
)
from omakase_service.gorse.models import FeedbackEntry, ItemNote, MirroredList, UserNote
from omakase_service.gorse.selectors import COLUMNS
from omakase_service.platform.database import connection, transaction
from omakase_service.platform.exceptions import NotFound
from omakase_service.platform.registry import forgetting

LARGEST = sys.float_info.max
"""What values add up to at most: JSON knows nothing beyond."""

R = TypeVar("R", GorseUser, GorseItem, GorseFeedback)
CHUNK = 1000
"""Rows of a transaction, and of what is looked up at once."""

MIRRORED = ("time", "own_shown", "own", "theirs")
"""Of a mirrored list, what is about the person who got it."""

DUE_AT_ONCE = 10_000
"""Rows of the future whose events one run of the job writes."""


@transaction.atomic
def store_users(*, users: Sequence[GorseUser]) -> None:
    """Store users as they were sent, whatever was stored of them; of an id twice the first counts.

    Raises:
        BadRequest: labels are longer than the catalog keeps.
    """
    distinct = _first(users, lambda user: user.user_id)
    catalog.upsert_users(users=[catalog_user(user) for user in distinct])
    UserNote.objects.filter(user_id__in=[user.user_id for user in distinct]).delete()
    odd = [user for user in distinct if not says_all_of_user(user)]
    UserNote.objects.bulk_create(UserNote(**asdict(user)) for user in odd)


@transaction.atomic
def store_items(*, items: Sequence[GorseItem]) -> None:
    """Store items as they were sent, whatever was stored of them; of an id twice the first counts.

    Raises:
        BadRequest: something is longer than the catalog keeps.
    """
    distinct = _first(items, lambda item: item.item_id)
    visible = [item.item_id for item in distinct if not item.is_hidden]
    if known_items(item_ids=visible) - shown_items(item_ids=visible):
        transaction.on_commit(_forget_kept_lists)
    catalog.upsert_items(items=[catalog_item(item) for item in distinct])
    ItemNote.objects.filter(item_id__in=[item.item_id for item in distinct]).delete()
    odd = [item for item in distinct if not says_all_of_item(item)]
    ItemNote.objects.bulk_create(
        ItemNote(
            item_id=item.item_id,
            categories=None if item.categories is None else list(item.categories),
            labels=item.labels,
            comment=item.comment,
        )
        for item in odd
    )


@transaction.atomic
def patch_user(*, user_id: str, said: dict[str, Any]) -> None:
    """Change the fields that are named; nothing where nobody knows the user."""
    user = selectors.user_by_id(user_id=user_id)
    if user is not None and said:
        store_users(users=[replace(user, **said)])


@transaction.atomic
def patch_item(*, item_id: str, said: dict[str, Any]) -> None:
    """Change the fields that are named; nothing where nobody knows the item."""
    item = selectors.item_by_id(item_id=item_id)
    if item is not None and said:
        store_items(items=[replace(item, **said)])


@transaction.atomic
def change_category(*, item_id: str, category: str, present: bool) -> None:
    """Put an item into a category, behind those that it is in, or take it out.

    Raises:
        NotFound: no such item.
    """
    item = selectors.item_by_id(item_id=item_id)
    if item is None:
        raise NotFound(f"{item_id}: item not found")
    before = item.categories or ()
    if present and category in before:
        return
    remaining = tuple(name for name in before if name != category)
    categories = (*remaining, category) if present else remaining
    store_items(items=[replace(item, categories=categories)])


def delete_user(*, user_id: str) -> None:
    """Forget a person everywhere, with all they did; nothing where nobody knows them."""
    forget = forgetting.get("person")
    if forget is None:
        raise NotFound("no app knows how to forget a person")
    try:
        forget(user_id)
    except NotFound:
        return


@transaction.atomic
def delete_item(*, item_id: str) -> None:
    """Take an item out of the catalog, with all feedback on it; nothing where nobody knows it."""
    _delete(FeedbackEntry.objects.filter(item_id=item_id))
    ItemNote.objects.filter(item_id=item_id).delete()
    if known_items(item_ids=[item_id]):
        catalog.delete_item(item_id=item_id)


def store_feedback(*, rows: Sequence[GorseFeedback], overwrite: bool) -> int:
    """Store feedback; how many rows have a value that no model can learn of.

    Unknown users and items are made. Of one type, person and item there is one row: values add
    up, the earlier time stays and the later one is when it was updated, unless `overwrite`. Rows
    that say what is stored already change nothing then. Of a key twice in `rows` the first counts.
    """
    distinct = _first(rows, lambda row: row.key)
    parts = (distinct[at : at + CHUNK] for at in range(0, len(distinct), CHUNK))
    return sum(_store_part(part, overwrite) for part in parts)


@transaction.atomic
def delete_feedback(*, user_id: str, item_id: str, kind: str | None = None) -> int:
    """Take back what a person did with an item, of one type or of all; how many rows."""
    feedback = FeedbackEntry.objects.filter(user_id=user_id, item_id=item_id)
    return _delete(feedback if kind is None else feedback.filter(kind=kind))


def erase_rows(user_id: str, session_ids: Collection[str]) -> int:
    """Forget what this app keeps of a person; how many rows."""
    feedback, _ = FeedbackEntry.objects.filter(user_id=user_id).delete()
    notes, _ = UserNote.objects.filter(user_id=user_id).delete()
    lists, _ = MirroredList.objects.filter(user_id=user_id).delete()
    return feedback + notes + lists


def export_rows(user_id: str) -> dict[str, list[dict[str, Any]]]:
    """What this app keeps of a person, as plain values: what `erase_rows` would forget."""
    parts = {
        "feedback": FeedbackEntry.objects.filter(user_id=user_id).order_by("pk").values(*COLUMNS),
        "notes": UserNote.objects.filter(user_id=user_id).values("labels", "comment"),
        "lists": MirroredList.objects.filter(user_id=user_id).values(*MIRRORED),
    }
    return {name: list(rows) for name, rows in parts.items() if rows}


@transaction.atomic
def write_due_events() -> int:
    """Write the events of feedback whose time has come; how many rows were due."""
    due = FeedbackEntry.objects.filter(pending=True, timestamp__lte=timezone.now())
    rows = list(due.order_by("timestamp")[:DUE_AT_ONCE])
    stored = [GorseFeedback(*(getattr(row, name) for name in COLUMNS)) for row in rows]
    _write_events(stored)
    FeedbackEntry.objects.filter(pk__in=[row.pk for row in rows]).update(pending=False)
    return len(rows)


def event_id_of(row: GorseFeedback) -> str:
    """The id of the event that follows a row: the same row, the same event."""
    words = "\x00".join(row.key).encode()
    return f"gorse:{blake2b(words, digest_size=20).hexdigest()}"


@transaction.atomic
def _store_part(rows: Sequence[GorseFeedback], overwrite: bool) -> int:
    _create_unknown(rows)
    rows_before = _load(rows)
    now = timezone.now()
    if overwrite:
        merged = _changes(rows, rows_before, now)
    else:
        merged = [_add(rows_before.get(row.key), row) for row in rows]
    FeedbackEntry.objects.bulk_create(
        [_table_row(_with_time(row), is_pending=_is_future(row, now)) for row in merged],
        update_conflicts=True,
        unique_fields=["kind", "user_id", "item_id"],
        update_fields=["value", "timestamp", "updated", "comment", "labels", "pending"],
    )
    return _write_events([row for row in merged if not _is_future(row, now)], merged)


def _forget_kept_lists() -> None:
    """Lists that were kept while an item was hidden do not hold it: make all of them anew."""
    from omakase_service.serving.services import clear_cache  # it brings the engine

    clear_cache()


def _changes(
    rows: Sequence[GorseFeedback],
    before: Mapping[tuple[str, str, str], GorseFeedback],
    now: datetime,
) -> list[GorseFeedback]:
    """Rows that say something new, or whose event is not in the log though it could be."""
    same = [row for row in rows if before.get(row.key) == _with_time(row)]
    logged = known_events(event_ids=[event_id_of(row) for row in same])
    settled = {
        row.key
        for row in same
        if event_id_of(row) in logged or not row.kind or _is_future(row, now)
    }
    return [row for row in rows if row.key not in settled]


def _load(rows: Sequence[GorseFeedback]) -> dict[tuple[str, str, str], GorseFeedback]:
    """What is stored of the same types, persons and items; ours until the transaction ends."""
    entries = FeedbackEntry.objects.select_for_update().filter(
        pk__in=_numbers([row.key for row in rows])
    )
    stored = (GorseFeedback(*row) for row in entries.values_list(*COLUMNS))
    return {row.key: row for row in stored}


def _numbers(keys: Sequence[tuple[str, str, str]]) -> list[int]:
    """Primary keys of the rows of some types, persons and items that there are. One query.

    By whole keys: three lists of parts would be looked up in every combination.
    """
    if not keys:
        return []
    placeholders = ", ".join(["(%s, %s, %s)"] * len(keys))
    sql = (
        f"SELECT id FROM {FeedbackEntry._meta.db_table} "  # noqa: S608
        f"WHERE (kind, user_id, item_id) IN (VALUES {placeholders})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [part for key in keys for part in key])
        return [number for (number,) in cursor.fetchall()]


def _add(before: GorseFeedback | None, row: GorseFeedback) -> GorseFeedback:
    """The row after another one of its key: the sum, from the earlier time to the later."""
    if before is None:
        return row
    times = [moment for moment in (before.timestamp, row.timestamp) if moment is not None]
    ends = [moment for moment in (before.updated, row.updated) if moment is not None]
    return replace(
        row,
        value=min(max(before.value + row.value, -LARGEST), LARGEST),
        timestamp=min(times, default=None) if len(times) == 2 else None,
        updated=max(ends, default=None),
    )


def _table_row(row: GorseFeedback, *, is_pending: bool) -> FeedbackEntry:
    fields = {name: getattr(row, name) for name in COLUMNS}
    return FeedbackEntry(**fields, pending=is_pending)


def _with_time(row: GorseFeedback) -> GorseFeedback:
    return replace(row, updated=row.updated or row.timestamp)


def _is_future(row: GorseFeedback, now: datetime) -> bool:
    return row.timestamp is not None and row.timestamp > now


def _create_unknown(rows: Sequence[GorseFeedback]) -> None:
    """Bare users and items for ids that the catalog does not know, also for those deleted once."""
    items = {row.item_id for row in rows}
    users = {row.user_id for row in rows}
    if missing := items - known_items(item_ids=sorted(items)):
        catalog.upsert_items(items=[ItemIn(item_id=item_id) for item_id in sorted(missing)])
    if missing := users - known_users(user_ids=sorted(users)):
        catalog.upsert_users(users=[UserIn(user_id=user_id) for user_id in sorted(missing)])


def _write_events(
    rows: Sequence[GorseFeedback], changed: Sequence[GorseFeedback] | None = None
) -> int:
    """Let the log follow rows; how many of them no model can learn of, for their value.

    Args:
        changed: rows whose earlier events go; none: those of `rows`.
    """
    named = {row.kind for row in rows if row.kind}
    if unknown := named - set(declared_kinds()):
        weight = 0.0 if selectors.config().known else None
        declare_unknown_kinds(names=unknown, weight=weight)
    rules = declared_kinds()
    now = int(time.time())
    events = [event for row in rows if (event := _event(row, rules.get(row.kind), now))]
    withdrawn = [event_id_of(row) for row in (rows if changed is None else changed)]
    replace_events(withdrawn=withdrawn, rows=events)
    return sum(1 for row in rows if row.kind) - len(events)


def _event(row: GorseFeedback, rule: KindRule | None, now: int) -> EventRow | None:
    """The event of a row; none where its type is no kind, or its value outside the kind's scale."""
    value = row.value or None
    if rule is None or (value is not None and rule.refusal(value)):
        return None
    is_dated = row.timestamp is not None and row.timestamp >= datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    moment = int(row.timestamp.timestamp()) if row.timestamp and is_dated else now
    return EventRow(event_id_of(row), row.user_id, row.item_id, row.kind, value, moment)


def _delete(found: Any) -> int:
    rows = [GorseFeedback(*row) for row in found.values_list(*COLUMNS)]
    found.delete()
    replace_events(withdrawn=[event_id_of(row) for row in rows], rows=())
    return len(rows)


def _first(rows: Iterable[R], key: Callable[[R], Any]) -> list[R]:
    distinct: dict[Any, R] = {}
    for row in rows:
        distinct.setdefault(key(row), row)
    return list(distinct.values())
