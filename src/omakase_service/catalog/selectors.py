"""Reads of the catalog."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db.models import Count, Model, Q

from omakase_service.catalog.attributes import FACTS, USER_FACTS, attribute_columns
from omakase_service.catalog.contracts import NO_PREFERENCES, PATH, Preferences, UserSettings
from omakase_service.catalog.models import Category, DeletedItem, Item, Revision, User
from omakase_service.platform.database import connection
from omakase_service.platform.exceptions import NotFound

NAMED_AT_ONCE = 500
"""Items named in one query; SQLite takes some thousand parameters."""


def item_by_id(*, item_id: str) -> Item:
    """One item with its category. One query.

    Raises:
        NotFound: no such item.
    """
    item = Item.objects.select_related("category").filter(item_id=item_id).first()
    if item is None:
        raise NotFound(f"no item {item_id!r}")
    return item


def items_after(*, after: str, limit: int) -> list[Item]:
    """At most `limit` items in the order of their ids, from behind `after`. One query."""
    items = Item.objects.select_related("category").filter(item_id__gt=after)
    return list(items.order_by("item_id")[:limit])


def user_by_id(*, user_id: str) -> User:
    """One user. One query.

    Raises:
        NotFound: no such user.
    """
    user = User.objects.filter(user_id=user_id).first()
    if user is None:
        raise NotFound(f"no user {user_id!r}")
    return user


def users_after(*, after: str, limit: int) -> list[User]:
    """At most `limit` users in the order of their ids, from behind `after`. One query."""
    return list(User.objects.filter(user_id__gt=after).order_by("user_id")[:limit])


def items_matching(*, text: str, limit: int) -> list[Item]:
    """At most `limit` items whose id is this text, or whose title holds it. Two queries."""
    rows = Item.objects.select_related("category")
    exact = list(rows.filter(item_id=text))
    among = rows.filter(title__icontains=text).exclude(item_id=text).order_by("title", "item_id")
    return [*exact, *among[: limit - len(exact)]]


def users_matching(*, text: str, limit: int) -> list[User]:
    """At most `limit` users whose id begins with this text; the id itself first. Two queries."""
    exact = list(User.objects.filter(user_id=text))
    among = User.objects.filter(user_id__startswith=text).exclude(user_id=text).order_by("user_id")
    return [*exact, *among[: limit - len(exact)]]


def categories() -> list[Category]:
    """The whole tree, parents before children. One query."""
    return list(Category.objects.order_by("path").select_related("parent"))


def revision() -> int:
    """How often the catalog has changed. One query."""
    return Revision.objects.values_list("number", flat=True).first() or 0


def items_after_revision(*, number: int, limit: int) -> list[str]:
    """Items that changed after a revision of the catalog, the newest changes first. One query."""
    changed = Item.objects.filter(revision__gt=number).order_by("-revision", "item_id")
    return list(changed.values_list("item_id", flat=True)[:limit])


def known_items(*, item_ids: Sequence[str]) -> set[str]:
    """Those of the ids that are in the catalog. One query."""
    return _existing(Item, "item_id", item_ids)


def deleted_items(*, item_ids: Sequence[str]) -> set[str]:
    """Those of the ids that were taken out of the catalog. One query."""
    return _existing(DeletedItem, "item_id", item_ids)


def last_deleted_items(*, limit: int) -> list[str]:
    """Ids of what was taken out of the catalog last, the newest first. One query."""
    return list(DeletedItem.objects.order_by("-pk").values_list("item_id", flat=True)[:limit])


def known_users(*, user_ids: Sequence[str]) -> set[str]:
    """Those of the ids that are users. One query."""
    return _existing(User, "user_id", user_ids)


def items_from(*, start: str, limit: int) -> list[Item]:
    """At most `limit` items in the order of their ids, from `start` on. One query."""
    items = Item.objects.select_related("category").filter(item_id__gte=start)
    return list(items.order_by("item_id")[:limit])


def users_from(*, start: str, limit: int) -> list[User]:
    """At most `limit` users in the order of their ids, from `start` on. One query."""
    return list(User.objects.filter(user_id__gte=start).order_by("user_id")[:limit])


def items_by_id(*, item_ids: Collection[str]) -> dict[str, Item]:
    """Those of some items that there are, by id. One query."""
    items = Item.objects.select_related("category").filter(item_id__in=item_ids)
    return {item.item_id: item for item in items}


def users_by_id(*, user_ids: Collection[str]) -> dict[str, User]:
    """Those of some users that there are, by id. One query."""
    return {user.user_id: user for user in User.objects.filter(user_id__in=user_ids)}


def titled(*, words: Sequence[str], limit: int) -> list[Item]:
    """At most `limit` items whose title holds each of the words, in any case. One query."""
    items = Item.objects.select_related("category").order_by("item_id")
    for word in words:
        items = items.filter(title__icontains=word)
    return list(items[:limit])


def newest_items(
    *, limit: int, item_ids: Collection[str] | None = None
) -> list[tuple[str, datetime]]:
    """Ids and times of items on offer, newest first; rows without a time are left out.

    Args:
        item_ids: of these alone; none: of all.
    """
    items = Item.objects.filter(_unexpired(), hidden=False, active=True, created__isnull=False)
    items = items.exclude(stock=0)
    if item_ids is not None:
        items = items.filter(item_id__in=item_ids)
    ordered = items.order_by("-created", "-pk")
    rows = ordered.values_list("item_id", "created")[:limit]
    return [(item_id, created) for item_id, created in rows if created is not None]


def shown_items(*, item_ids: Collection[str]) -> set[str]:
    """Those of some items that there are and that are neither hidden nor gone. One query."""
    items = Item.objects.filter(_unexpired(), item_id__in=item_ids, hidden=False, active=True)
    return set(items.exclude(stock=0).values_list("item_id", flat=True))


def user_label_count() -> int:
    """How many different values the attributes of all users have. One query over all."""
    rows = User.objects.exclude(attributes={}).values_list("attributes", flat=True)
    return len({(name, str(label)) for row in rows.iterator() for name, label in row.items()})


def item_labels() -> list[tuple[str, str, list[str]]]:
    """Id, category path and tags of every item. One query over all."""
    rows = Item.objects.values_list("item_id", "category__path", "tags")
    return [(item_id, path or "", tags) for item_id, path, tags in rows.iterator(chunk_size=5000)]


def labels_of(*, item_ids: Sequence[str]) -> dict[str, list[str]]:
    """Categories of each item, with those above them, and its tags. A query for 500 items."""
    labels: dict[str, list[str]] = {}
    for at in range(0, len(item_ids), NAMED_AT_ONCE):
        rows = Item.objects.filter(item_id__in=item_ids[at : at + NAMED_AT_ONCE])
        for item_id, path, tags in rows.values_list("item_id", "category__path", "tags"):
            names = (path or "").split(PATH)
            above = [PATH.join(names[:n]) for n in range(1, len(names) + 1)] if path else []
            labels[item_id] = [
                *(f"category {category}" for category in above),
                *(f"tag {t}" for t in tags),
            ]
    return labels


def wishes_of(*, user_id: str) -> Preferences:
    """What a user asked for; nothing where nobody knows them. One query."""
    user = User.objects.filter(user_id=user_id).first()
    if user is None:
        return NO_PREFERENCES
    facts = {name: getattr(user, name) for name in FACTS if getattr(user, name)}
    lists = {"categories": tuple(user.categories), "brands": tuple(user.brands)}
    (attributes,) = attribute_columns([user.attributes], reserved=USER_FACTS).rows
    return Preferences(
        recommendations_on=user.recommendations_on,
        excluded_categories=tuple(user.excluded_categories),
        price_min=user.price_min,
        price_max=user.price_max,
        diversity=user.diversity,
        facts=attributes | facts | {name: words for name, words in lists.items() if words},
    )


def settings_of(*, user_id: str) -> UserSettings:
    """What a user decided; the defaults where nobody knows them. One query."""
    user = User.objects.filter(user_id=user_id).first()
    if user is None:
        return UserSettings()
    return UserSettings(**{name: getattr(user, name) for name in UserSettings.model_fields})


def user_facts(*, user_id: str) -> dict[str, Any] | None:
    """The whole row of a user as plain values; none where there is no such user. One query."""
    row = User.objects.filter(user_id=user_id).values().first()
    return None if row is None else {name: value for name, value in row.items() if name != "id"}


def categories_of(*, item_ids: Sequence[str]) -> dict[str, str]:
    """Item id to the path of its category, nothing where it has none. One query."""
    items = Item.objects.filter(item_id__in=set(item_ids))
    return {key: path or "" for key, path in items.values_list("item_id", "category__path")}


def counts() -> dict[str, int]:
    """How many items and users there are. Two queries."""
    return {"items": Item.objects.count(), "users": User.objects.count()}


def _existing(table: type[Model], column: str, ids: Sequence[str]) -> set[str]:
    """Those that are there. One statement for any number of ids, which is read only once."""
    is_postgres = connection.vendor == "postgresql"
    among = "= ANY(%s)" if is_postgres else "IN (SELECT value FROM json_each(%s))"
    parameter = list(ids) if is_postgres else orjson.dumps(list(ids)).decode()
    statement = f"SELECT {column} FROM {table._meta.db_table} WHERE {column} {among}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [parameter])
        return {key for (key,) in cursor.fetchall()}


def _unexpired() -> Q:
    """Items that have not expired by now."""
    return Q(expires__isnull=True) | Q(expires__gt=datetime.now(UTC))


def offered_by_type() -> dict[str, int]:
    """How many items may be shown now, by their type. One query over all."""
    items = Item.objects.filter(_unexpired(), hidden=False, active=True).exclude(stock=0)
    return dict(items.order_by().values_list("type").annotate(Count("pk")))


def prices_of(*, item_ids: Collection[str]) -> dict[str, float | None]:
    """Prices of items as they are now; None where there is none. One query."""
    rows = Item.objects.filter(item_id__in=item_ids).values_list("item_id", "price")
    return {item: None if price is None else float(price) for item, price in rows}
