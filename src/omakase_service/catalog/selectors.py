"""Reads of the catalog."""

import logging
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import Count, Model, Q

from omakase_service.catalog.attributes import (
    MOST_COLUMNS,
    attribute_columns,
    attribute_types,
)
from omakase_service.catalog.contracts import (
    NO_PREFERENCES,
    PATH,
    CardChanges,
    ItemCard,
    Preferences,
    UserSettings,
)
from omakase_service.catalog.hours import line_of
from omakase_service.catalog.models import Category, DeletedItem, Item, Revision, User
from omakase_service.platform.exceptions import NotFound

log = logging.getLogger("omakase.catalog")
CARD = (
    "item_id",
    "title",
    "type",
    "category__path",
    "brand",
    "price",
    "original_price",
    "image_url",
    "active",
    "hidden",
    "stock",
    "rating",
    "ratings",
    "created",
    "expires",
)
LEARNT = (
    "item_id",
    "title",
    "type",
    "brand",
    "price",
    "tags",
    "description",
    "latitude",
    "longitude",
    "district",
    "quality_flags",
    "opening_hours",
    "stock",
)
"""What training may know of an item, beside its category and when it came to be."""

SHOWABLE = (
    "description",
    "tags",
    "stock",
    "quality_flags",
    "opening_hours",
    "latitude",
    "longitude",
    "district",
)
"""Columns of an item that an answer names only where it is asked to."""

FACTS = ("age_range", "gender", "location", "tier", "shopping_frequency", "favourite_time")

USER_FACTS = (*FACTS, "categories", "brands")
"""Names that free attributes of users do not take."""

NAMED_AT_ONCE = 500
"""Items named in one query; SQLite takes some thousand parameters."""

USERS_READ = 10_000
"""Newest users by whom it is found out which attributes users have."""


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
    found = Item.objects.select_related("category").filter(item_id__gt=after)
    return list(found.order_by("item_id")[:limit])


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


def card_changes(*, since: int) -> CardChanges:
    """The cards that changed after a revision; all of them from -1. One or two queries."""
    counter = Revision.objects.first()
    number, whole_since = (counter.number, counter.whole_since) if counter else (0, 0)
    if number == since:
        return CardChanges(number, whole=False, cards={})
    whole = since < whole_since or since < 0
    items = Item.objects.all() if whole else Item.objects.filter(revision__gt=since)
    cards = (_card(row) for row in items.values_list(*CARD).iterator(chunk_size=5000))
    return CardChanges(number, whole=whole, cards={card.item_id: card for card in cards})


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


def known_users(*, user_ids: Sequence[str]) -> set[str]:
    """Those of the ids that are users. One query."""
    return _existing(User, "user_id", user_ids)


def items_from(*, start: str, limit: int) -> list[Item]:
    """At most `limit` items in the order of their ids, from `start` on. One query."""
    found = Item.objects.select_related("category").filter(item_id__gte=start)
    return list(found.order_by("item_id")[:limit])


def users_from(*, start: str, limit: int) -> list[User]:
    """At most `limit` users in the order of their ids, from `start` on. One query."""
    return list(User.objects.filter(user_id__gte=start).order_by("user_id")[:limit])


def items_by_id(*, item_ids: Collection[str]) -> dict[str, Item]:
    """Those of some items that there are, by id. One query."""
    found = Item.objects.select_related("category").filter(item_id__in=item_ids)
    return {item.item_id: item for item in found}


def users_by_id(*, user_ids: Collection[str]) -> dict[str, User]:
    """Those of some users that there are, by id. One query."""
    return {user.user_id: user for user in User.objects.filter(user_id__in=user_ids)}


def titled(*, words: Sequence[str], limit: int) -> list[Item]:
    """At most `limit` items whose title holds each of the words, in any case. One query."""
    found = Item.objects.select_related("category").order_by("item_id")
    for word in words:
        found = found.filter(title__icontains=word)
    return list(found[:limit])


def newest_items(
    *, limit: int, item_ids: Collection[str] | None = None
) -> list[tuple[str, datetime]]:
    """Ids and times of items on offer, newest first; rows without a time are left out.

    Args:
        item_ids: of these alone; none: of all.
    """
    found = Item.objects.filter(_unexpired(), hidden=False, active=True, created__isnull=False)
    if item_ids is not None:
        found = found.filter(item_id__in=item_ids)
    ordered = found.order_by("-created", "-pk")
    rows = ordered.values_list("item_id", "created")[:limit]
    return [(item_id, created) for item_id, created in rows if created is not None]


def shown_items(*, item_ids: Collection[str]) -> set[str]:
    """Those of some items that there are and that are neither hidden nor gone. One query."""
    found = Item.objects.filter(_unexpired(), item_id__in=item_ids, hidden=False, active=True)
    return set(found.exclude(stock=0).values_list("item_id", flat=True))


def user_label_count() -> int:
    """How many different values the attributes of all users have. One query over all."""
    rows = User.objects.exclude(attributes={}).values_list("attributes", flat=True)
    return len({(name, str(each)) for row in rows.iterator() for name, each in row.items()})


def item_labels() -> list[tuple[str, str, list[str]]]:
    """Id, category path and tags of every item. One query over all."""
    rows = Item.objects.values_list("item_id", "category__path", "tags")
    return [(item_id, path or "", tags) for item_id, path, tags in rows.iterator(chunk_size=5000)]


def labels_of(*, item_ids: Sequence[str]) -> dict[str, list[str]]:
    """Categories of each item, with those above them, and its tags. A query for 500 items."""
    found: dict[str, list[str]] = {}
    for at in range(0, len(item_ids), NAMED_AT_ONCE):
        rows = Item.objects.filter(item_id__in=item_ids[at : at + NAMED_AT_ONCE])
        for item_id, path, tags in rows.values_list("item_id", "category__path", "tags"):
            names = (path or "").split(PATH)
            above = [PATH.join(names[:n]) for n in range(1, len(names) + 1)] if path else []
            found[item_id] = [*(f"category {each}" for each in above), *(f"tag {t}" for t in tags)]
    return found


def wishes_of(*, user_id: str) -> Preferences:
    """What a user asked for; nothing where nobody knows them. One query."""
    user = User.objects.filter(user_id=user_id).first()
    if user is None:
        return NO_PREFERENCES
    said = {name: getattr(user, name) for name in FACTS if getattr(user, name)}
    lists = {"categories": tuple(user.categories), "brands": tuple(user.brands)}
    (own,) = attribute_columns([user.attributes], reserved=USER_FACTS).rows
    return Preferences(
        recommendations_on=user.recommendations_on,
        excluded_categories=tuple(user.excluded_categories),
        price_min=user.price_min,
        price_max=user.price_max,
        diversity=user.diversity,
        facts=own | said | {name: words for name, words in lists.items() if words},
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
    found = Item.objects.filter(item_id__in=set(item_ids))
    return {key: path or "" for key, path in found.values_list("item_id", "category__path")}


def counts() -> dict[str, int]:
    """How many items and users there are. Two queries."""
    return {"items": Item.objects.count(), "users": User.objects.count()}


def item_rows(*, item_ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """What training may know of items: plain values, one dict an item. One query.

    Args:
        item_ids: of these alone; none: of all.
    """
    found = Item.objects.order_by("item_id")
    if item_ids is not None:
        found = found.filter(item_id__in=item_ids)
    items = found.values(*LEARNT, "category__path", "created", "original_price", "attributes")
    rows = list(items.iterator(chunk_size=5000))
    for row in rows:
        row["discount_rate"] = discount_rate(row["price"], row.pop("original_price"))
        row["category"] = row.pop("category__path") or ""
        row["created"] = _seconds(row["created"])
        row["opening_hours"] = line_of(row["opening_hours"])
    return _with_attributes(rows, "items")


def item_facts(*, item_ids: Collection[str], names: Collection[str]) -> dict[str, dict[str, Any]]:
    """What is known of some items under some names, by item id. One query.

    Args:
        names: columns of items (`tags`, `stock`, `discount_rate`, …) or free attributes; of a name
            that an item says nothing under the value is None.
    """
    found = Item.objects.filter(item_id__in=item_ids)
    columns = [name for name in names if name in SHOWABLE]
    always = ("item_id", "price", "original_price", "created", "expires", "attributes")
    rows = found.values(*always, *columns)
    return {row["item_id"]: _facts(row, names) for row in rows}


def _facts(row: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    made = {
        "discount_rate": discount_rate(row["price"], row["original_price"]),
        "created": _seconds(row["created"]),
        "expires": _seconds(row["expires"]),
    }
    known = row.pop("attributes") | row | made
    return {name: known.get(name) for name in names}


def user_rows() -> list[dict[str, Any]]:
    """What training may know of users: plain values, one dict a user. One query."""
    columns = ("user_id", *FACTS, "attributes")
    rows = list(User.objects.order_by("user_id").values(*columns).iterator(chunk_size=5000))
    return _with_attributes(rows, "users")


def user_attributes() -> dict[str, type]:
    """The free attributes of users by name, and of which type each is. One query."""
    newest = User.objects.exclude(attributes={}).order_by("-pk")
    told = newest.values_list("attributes", flat=True)[:USERS_READ]
    return attribute_types(list(told), reserved=USER_FACTS)


def discount_rate(price: float | None, original: float | None) -> float | None:
    """Share of the original price that is taken off, 0..1; none where either is unknown."""
    if price is None or not original:
        return None
    return round(max(0.0, 1 - price / original), 4)


def _with_attributes(rows: list[dict[str, Any]], of: str) -> list[dict[str, Any]]:
    """Rows with a column for each free attribute; what found none is told in the log."""
    names = rows[0].keys() if rows else ()
    typed = attribute_columns([row.pop("attributes") for row in rows], reserved=names)
    if typed.left_out:
        told = ", ".join(typed.left_out[:10])
        log.warning(
            "%s attributes of %s are no columns for models and rules, which see at most %s: %s",
            len(typed.left_out),
            of,
            MOST_COLUMNS,
            told,
        )
    return [row | facts for row, facts in zip(rows, typed.rows, strict=True)]


def _seconds(moment: Any) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _existing(table: type[Model], column: str, ids: Sequence[str]) -> set[str]:
    """Those that are there. One statement for any number of ids, which is read only once."""
    is_postgres = connection.vendor == "postgresql"
    among = "= ANY(%s)" if is_postgres else "IN (SELECT value FROM json_each(%s))"
    given = list(ids) if is_postgres else orjson.dumps(list(ids)).decode()
    asked = f"SELECT {column} FROM {table._meta.db_table} WHERE {column} {among}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(asked, [given])
        return {key for (key,) in cursor.fetchall()}


def _is_over(expires: int | None) -> bool:
    return expires is not None and expires <= time.time()


def _card(row: tuple[Any, ...]) -> ItemCard:
    *shown, active, hidden, stock, rating, ratings, created, expiry = row
    item_id, title, kind, category, brand, price, original, image_url = shown
    expires = _seconds(expiry)
    return ItemCard(
        item_id=item_id,
        title=title or item_id,
        type=kind,
        category=category or "",
        brand=brand,
        price=price,
        original_price=original,
        image_url=image_url,
        offered=active and not hidden and stock != 0 and not _is_over(expires),
        rating=rating,
        ratings=ratings,
        created=_seconds(created),
        stock=stock,
        discount_rate=discount_rate(price, original),
        expires=expires,
    )


def _unexpired() -> Q:
    """Items that have not expired by now."""
    return Q(expires__isnull=True) | Q(expires__gt=datetime.now(UTC))


def offered_by_type() -> dict[str, int]:
    """How many items may be shown now, by their type. One query over all."""
    found = Item.objects.filter(_unexpired(), hidden=False, active=True).exclude(stock=0)
    return dict(found.order_by().values_list("type").annotate(Count("pk")))


def prices_of(*, item_ids: Collection[str]) -> dict[str, float | None]:
    """Prices of items as they are now; None where there is none. One query."""
    rows = Item.objects.filter(item_id__in=item_ids).values_list("item_id", "price")
    return {item: None if price is None else float(price) for item, price in rows}
