"""Cards of items, from a version where the catalog is silent, and what rules may say of them."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from omakase.artifacts.version import Version
from omakase.rules.columns import OverlaidColumns
from omakase.rules.wishes import overlaid, patched, renew_columns
from omakase_service.catalog.contracts import ItemCard

ItemRows = Mapping[str, Mapping[str, Any]]
"""Item id to what training would know of the item."""

MOST_CHANGED = 20_000
"""Items that changed since the version learnt whose attributes are known anew; of more the newest
changes. The others are as the version has them until the next training; cards are of all."""

TEXTS_SHOWN = ("title", "type", "category", "brand")
NUMBERS_SHOWN = (
    "price",
    "original_price",
    "discount_rate",
    "stock",
    "rating",
    "ratings",
    "expires",
)
"""What cards say of items now. The rest is as the version has it, or as items that changed since
have it."""


def remembered_cards(opened: Version) -> dict[str, ItemCard]:
    """The cards of a version's items as they were when it was made, all of them offered."""
    rows = opened.items.to_dicts()
    return {key: card_of(key, row) for key, row in zip(opened.ids.items.ids, rows, strict=True)}


def card_of(key: str, row: Mapping[str, Any]) -> ItemCard:
    """A card of what a table says of an item; bare where it says nothing."""

    def text(name: str) -> str:
        value = row.get(name)
        return value if isinstance(value, str) else ""

    return ItemCard(
        item_id=key,
        title=text("title") or key,
        type=text("type"),
        category=text("category"),
        brand=text("brand"),
        price=row.get("price"),
        original_price=None,
        image_url="",
        offered=True,
        stock=row.get("stock"),
        discount_rate=row.get("discount_rate"),
    )


def columns_over(
    opened: Version, cards: Mapping[str, ItemCard], changed: ItemRows
) -> OverlaidColumns:
    """What rules may say of items: as the version has it, over it what is newer.

    Args:
        changed: what is known now of items that changed since the version learnt.
    """
    item_cards = [cards.get(key) for key in opened.ids.items.ids]
    columns = overlaid(
        opened.items, facts_of(item_cards, TEXTS_SHOWN), facts_of(item_cards, NUMBERS_SHOWN)
    )
    return _with_rows(columns, opened, changed)


def columns_after(
    columns: OverlaidColumns, opened: Version, cards: Mapping[str, ItemCard], changed: ItemRows
) -> OverlaidColumns:
    """The same where these cards have changed, and all items of `changed` since the version."""
    rows = opened.ids.items.rows(list(cards))
    cards_of_rows = [card for card, row in zip(cards.values(), rows, strict=True) if row >= 0]
    texts, numbers = facts_of(cards_of_rows, TEXTS_SHOWN), facts_of(cards_of_rows, NUMBERS_SHOWN)
    return _with_rows(patched(columns, rows[rows >= 0], texts, numbers), opened, changed)


def _with_rows(columns: OverlaidColumns, opened: Version, changed: ItemRows) -> OverlaidColumns:
    rows = opened.ids.items.rows(list(changed))
    facts_of_rows = [facts for facts, row in zip(changed.values(), rows, strict=True) if row >= 0]
    return (
        renew_columns(columns, opened.items, rows[rows >= 0], facts_of_rows)
        if facts_of_rows
        else columns
    )


def newest_rows(before: ItemRows, changed: ItemRows) -> ItemRows:
    """What is known of items that changed, the newest changes last, no more than are kept."""
    older = {key: row for key, row in before.items() if key not in changed}
    rows = {**older, **changed}
    return dict(islice(rows.items(), max(0, len(rows) - MOST_CHANGED), None))


def facts_of(cards: Sequence[ItemCard | None], names: Sequence[str]) -> dict[str, list[Any]]:
    """What the cards say, name by name; None where there is no card."""
    return {name: [card and getattr(card, name) for card in cards] for name in names}
