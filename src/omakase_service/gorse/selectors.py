"""Reads: what Gorse's clients ask for, of the catalog, the notes and the feedback."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from omakase_service.catalog import selectors as catalog
from omakase_service.gorse.contracts import (
    FeedbackRule,
    GorseFeedback,
    GorseItem,
    GorseUser,
    MoveSettings,
)
from omakase_service.gorse.mapping import (
    TITLE,
    attributes_of,
    categories_in,
    labels_in,
    places_of,
)
from omakase_service.gorse.models import FeedbackEntry, ItemNote, Move, UserNote

COLUMNS = (
    "kind",
    "user_id",
    "item_id",
    "value",
    "timestamp",
    "updated",
    "comment",
    "labels",
)
"""Of feedback, in the order of `GorseFeedback`."""


def user_by_id(*, user_id: str) -> GorseUser | None:
    """One user; none where nobody knows them."""
    users = users_by_id(user_ids=[user_id])
    return users.get(user_id)


def users_by_id(*, user_ids: Sequence[str]) -> dict[str, GorseUser]:
    """Those of some users that there are. Two queries."""
    rows = catalog.users_by_id(user_ids=user_ids)
    return {user.user_id: user for user in _users(list(rows.values()))}


def users_from(*, start: str, limit: int) -> list[GorseUser]:
    """At most `limit` users in the order of their ids, from `start` on. Two queries."""
    return _users(catalog.users_from(start=start, limit=limit))


def item_by_id(*, item_id: str) -> GorseItem | None:
    """One item; none where nobody knows it."""
    return items_by_id(item_ids=[item_id]).get(item_id)


def items_by_id(*, item_ids: Sequence[str]) -> dict[str, GorseItem]:
    """Those of some items that there are. Two queries."""
    rows = catalog.items_by_id(item_ids=item_ids)
    return {item.item_id: item for item in _items(list(rows.values()))}


def items_from(*, start: str, limit: int) -> list[GorseItem]:
    """At most `limit` items in the order of their ids, from `start` on. Two queries."""
    return _items(catalog.items_from(start=start, limit=limit))


def items_by_title(*, words: Sequence[str], limit: int) -> list[GorseItem]:
    """At most `limit` items whose comment holds each of the words. Two queries."""
    return _items(catalog.titled(words=words, limit=limit))


def feedback_by_key(*, kind: str, user_id: str, item_id: str) -> GorseFeedback | None:
    """One row, also of the future; none where there is none."""
    return next(
        iter(_rows(FeedbackEntry.objects.filter(kind=kind, user_id=user_id, item_id=item_id))), None
    )


def feedback_between(*, user_id: str, item_id: str) -> list[GorseFeedback]:
    """All of a person on an item, in the order in which it came in."""
    return _rows(FeedbackEntry.objects.filter(user_id=user_id, item_id=item_id).order_by("pk"))


def feedback_of_user(*, user_id: str, kind: str | None = None) -> list[GorseFeedback]:
    """What a person did up to now: as it came in; of one type, by item."""
    return _of_one(visible().filter(user_id=user_id), kind, "item_id")


def feedback_of_item(*, item_id: str, kind: str | None = None) -> list[GorseFeedback]:
    """What was done with an item up to now: as it came in; of one type, by person."""
    return _of_one(visible().filter(item_id=item_id), kind, "user_id")


def feedback_from(
    *, start: tuple[str, str, str] | None, limit: int, kind: str | None = None
) -> list[GorseFeedback]:
    """At most `limit` rows by type, person and item, from one on. One query."""
    feedback = visible() if kind is None else visible().filter(kind=kind)
    if start is not None:
        first, user_id, item_id = start
        same_person = Q(kind=first, user_id=user_id, item_id__gte=item_id)
        feedback = feedback.filter(
            Q(kind__gt=first) | Q(kind=first, user_id__gt=user_id) | same_person
        )
    return _rows(feedback.order_by("kind", "user_id", "item_id")[:limit])


def newest_feedback_of(*, user_id: str, limit: int, kind: str | None = None) -> list[GorseFeedback]:
    """At most `limit` rows of a person, newest first."""
    feedback = visible().filter(user_id=user_id)
    feedback = feedback if kind is None else feedback.filter(kind=kind)
    return _rows(feedback.order_by("-timestamp", "item_id")[:limit])


def latest_people(*, limit: int) -> list[str]:
    """At most `limit` people, those who did something last first. One query over all."""
    rows = visible().values_list("user_id").annotate(last=Max("updated"))
    return [user_id for user_id, _ in rows.order_by("-last", "user_id")[:limit]]


def touched_items(*, user_id: str) -> set[str]:
    """Items that a person did anything with up to now."""
    return set(visible().filter(user_id=user_id).values_list("item_id", flat=True))


def positive_counts(config: MoveSettings) -> list[tuple[str, int]]:
    """Items and how often feedback spoke for each, most first, then by id. One query over all."""
    feedback = visible().filter(_positive(config)).values_list("item_id")
    return list(feedback.annotate(number=Count("pk")).order_by("-number", "item_id"))


def users_sharing(*, user_id: str, limit: int) -> list[tuple[str, float]]:
    """Users with items in common, and the share of all items of either that both have, 0..1."""
    own_items = touched_items(user_id=user_id)
    shared = visible().filter(item_id__in=own_items).exclude(user_id=user_id).values_list("user_id")
    near = dict(shared.annotate(number=Count("item_id", distinct=True)))
    sizes = visible().filter(user_id__in=near).values_list("user_id")
    item_counts = dict(sizes.annotate(number=Count("item_id", distinct=True)))
    likeness = [
        (neighbour, both / (len(own_items) + item_counts[neighbour] - both))
        for neighbour, both in near.items()
    ]
    return sorted(likeness, key=lambda pair: (-pair[1], pair[0]))[:limit]


def feedback_counts(config: MoveSettings) -> dict[str, int]:
    """How much feedback there is, how much of it speaks for its item, and how much does not."""
    total = visible().count()
    positive = visible().filter(_positive(config)).count()
    return {"total": total, "positive": positive, "negative": total - positive}


def last_active(*, user_ids: Sequence[str]) -> dict[str, datetime]:
    """When each person did something last, of those who ever did. One query."""
    rows = visible().filter(user_id__in=user_ids, updated__isnull=False)
    return dict(rows.values_list("user_id").annotate(last=Max("updated")))


def visible() -> QuerySet[FeedbackEntry]:
    """Feedback whose time has come."""
    return FeedbackEntry.objects.exclude(timestamp__gt=timezone.now())


def items_in(categories: Sequence[str]) -> set[str]:
    """Ids of the items that are in every one of the categories.

    Looked up in an index of this process, which is made anew when the catalog has changed.
    """
    index = _items_by_category(catalog.revision())
    sets = [index.get(name, frozenset()) for name in categories]
    return set(sets[0]).intersection(*sets[1:]) if sets else set()


def all_categories() -> list[str]:
    """Every category that an item is in, the most used first."""
    index = _items_by_category(catalog.revision())
    return [
        name for name, ids in sorted(index.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def config() -> MoveSettings:
    """What of Gorse's settings holds here. One query."""
    row = Move.objects.values_list("config", flat=True).first()
    return MoveSettings() if not row else config_from(row)


def config_from(row: Mapping[str, Any]) -> MoveSettings:
    """Settings out of their plain values."""
    rules: dict[str, Any] = {
        name: tuple(FeedbackRule(**rule) for rule in row.get(name, ()))
        for name in ("positive", "read", "negative")
    }
    names: dict[str, Any] = {
        name: tuple(row[name]) for name in ("popular", "neighbors", "similar_users") if name in row
    }
    plain = {
        name: row[name]
        for name in ("known", "default_n", "cache_size", "searchable")
        if name in row
    }
    return MoveSettings(**rules, **names, **plain)


@lru_cache(maxsize=1)
def _items_by_category(revision: int) -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = {}
    for item_id, category, tags in catalog.item_labels():
        for name in {category, *tags} - {""}:
            index.setdefault(name, set()).add(item_id)
    return {name: frozenset(ids) for name, ids in index.items()}


def _positive(config: MoveSettings) -> Q:
    """Feedback that speaks for its item; until settings are known, all that is not negative."""
    if not config.known:
        return ~_any(config.negative) if config.negative else Q()
    return _any(config.positive)


def _any(rules: Sequence[FeedbackRule]) -> Q:
    sides = {">=": "gte", ">": "gt", "<=": "lte", "<": "lt", "=": "exact"}
    condition = Q(pk__in=())
    for rule in rules:
        bound = {f"value__{sides[rule.comparison]}": rule.bound} if rule.comparison else {}
        condition |= Q(kind=rule.kind, **bound)
    return condition


def _of_one(found: QuerySet[FeedbackEntry], kind: str | None, other: str) -> list[GorseFeedback]:
    if kind is None:
        return _rows(found.order_by("pk"))
    return _rows(found.filter(kind=kind).order_by(other))


def _rows(found: QuerySet[FeedbackEntry]) -> list[GorseFeedback]:
    return [GorseFeedback(*row) for row in found.values_list(*COLUMNS)]


def _users(rows: Sequence[Any]) -> list[GorseUser]:
    notes = UserNote.objects.in_bulk([row.user_id for row in rows], field_name="user_id")
    return [_user(row, notes.get(row.user_id)) for row in rows]


def _user(row: Any, note: UserNote | None) -> GorseUser:
    if note is None:
        return GorseUser(row.user_id, labels_in(row.attributes))
    is_same = attributes_of(note.labels) == row.attributes
    return GorseUser(
        row.user_id, note.labels if is_same else labels_in(row.attributes), note.comment
    )


def _items(rows: Sequence[Any]) -> list[GorseItem]:
    notes = ItemNote.objects.in_bulk([row.item_id for row in rows], field_name="item_id")
    return [_item(row, notes.get(row.item_id)) for row in rows]


def _item(row: Any, note: ItemNote | None) -> GorseItem:
    """An item by the catalog; in the words of its note where the catalog still says the same."""
    category = row.category.path if row.category else ""
    categories, labels = categories_in(category, row.tags), labels_in(row.attributes)
    comment = row.title
    if note is not None:
        written = None if note.categories is None else tuple(note.categories)
        if places_of(written) == (category, tuple(row.tags)):
            categories = written
        if attributes_of(note.labels) == row.attributes:
            labels = note.labels
        if note.comment[:TITLE] == row.title:
            comment = note.comment
    return GorseItem(
        item_id=row.item_id,
        is_hidden=row.hidden or not row.active,
        categories=categories,
        timestamp=row.created,
        labels=labels,
        comment=comment,
    )
