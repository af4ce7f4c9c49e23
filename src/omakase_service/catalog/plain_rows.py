"""Reads of items and users as plain values: cards, facts that an answer shows, rows to train on."""

import logging
import time
from collections.abc import Collection, Sequence
from typing import Any

from omakase_service.catalog.attributes import (
    FACTS,
    MOST_COLUMNS,
    USER_FACTS,
    attribute_columns,
    attribute_types,
)
from omakase_service.catalog.contracts import CardChanges, ItemCard
from omakase_service.catalog.hours import line_of
from omakase_service.catalog.models import Item, Revision, User

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


USERS_READ = 10_000
"""Newest users by whom it is found out which attributes users have."""


def card_changes(*, since: int) -> CardChanges:
    """The cards that changed after a revision; all of them from -1. One or two queries."""
    counter = Revision.objects.first()
    number, whole_since = (counter.number, counter.whole_since) if counter else (0, 0)
    if number == since:
        return CardChanges(number, whole=False, cards={})
    is_whole = since < whole_since or since < 0
    items = Item.objects.all() if is_whole else Item.objects.filter(revision__gt=since)
    cards = (_card(row) for row in items.values_list(*CARD).iterator(chunk_size=5000))
    return CardChanges(number, whole=is_whole, cards={card.item_id: card for card in cards})


def item_rows(*, item_ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """What training may know of items: plain values, one dict an item. One query.

    Args:
        item_ids: of these alone; none: of all.
    """
    items_wanted = Item.objects.order_by("item_id")
    if item_ids is not None:
        items_wanted = items_wanted.filter(item_id__in=item_ids)
    items = items_wanted.values(
        *LEARNT, "category__path", "created", "original_price", "attributes"
    )
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
    items = Item.objects.filter(item_id__in=item_ids)
    columns = [name for name in names if name in SHOWABLE]
    always = ("item_id", "price", "original_price", "created", "expires", "attributes")
    rows = items.values(*always, *columns)
    return {row["item_id"]: _facts(row, names) for row in rows}


def _facts(row: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    derived = {
        "discount_rate": discount_rate(row["price"], row["original_price"]),
        "created": _seconds(row["created"]),
        "expires": _seconds(row["expires"]),
    }
    facts = row.pop("attributes") | row | derived
    return {name: facts.get(name) for name in names}


def user_rows() -> list[dict[str, Any]]:
    """What training may know of users: plain values, one dict a user. One query."""
    columns = ("user_id", *FACTS, "attributes")
    rows = list(User.objects.order_by("user_id").values(*columns).iterator(chunk_size=5000))
    return _with_attributes(rows, "users")


def user_attributes() -> dict[str, type]:
    """The free attributes of users by name, and of which type each is. One query."""
    newest = User.objects.exclude(attributes={}).order_by("-pk")
    attributes = newest.values_list("attributes", flat=True)[:USERS_READ]
    return attribute_types(list(attributes), reserved=USER_FACTS)


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
        names_left_out = ", ".join(typed.left_out[:10])
        log.warning(
            "%s attributes of %s are no columns for models and rules, which see at most %s: %s",
            len(typed.left_out),
            of,
            MOST_COLUMNS,
            names_left_out,
        )
    return [row | facts for row, facts in zip(rows, typed.rows, strict=True)]


def _seconds(moment: Any) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _is_over(expires: int | None) -> bool:
    return expires is not None and expires <= time.time()


def _card(row: tuple[Any, ...]) -> ItemCard:
    *texts, active, hidden, stock, rating, ratings, created, expiry = row
    item_id, title, kind, category, brand, price, original, image_url = texts
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
