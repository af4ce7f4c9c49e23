"""Cards of items, from a version where the catalog is silent, and what rules may say of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from omakase.artifacts.version import Version
from omakase.rules.columns import Columns
from omakase.rules.wishes import overlaid, patched
from omakase_service.catalog.contracts import ItemCard

TEXTS_SHOWN = ("title", "type", "category", "brand")
NUMBERS_SHOWN = ("price", "original_price", "rating", "ratings")
"""What rules may say of items as the catalog has them now; the rest is as the version has it."""


def remembered(opened: Version) -> dict[str, ItemCard]:
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
    )


def columns_over(opened: Version, cards: Mapping[str, ItemCard]) -> Columns:
    """What rules may say of items: as the version has it, over it what the cards show."""
    shown = [cards.get(key) for key in opened.ids.items.ids]
    return overlaid(opened.items, facts_of(shown, TEXTS_SHOWN), facts_of(shown, NUMBERS_SHOWN))


def columns_after(columns: Columns, opened: Version, changed: Mapping[str, ItemCard]) -> Columns:
    """The same where only these cards have changed."""
    rows = opened.ids.items.rows(list(changed))
    known = [card for card, row in zip(changed.values(), rows, strict=True) if row >= 0]
    texts, numbers = facts_of(known, TEXTS_SHOWN), facts_of(known, NUMBERS_SHOWN)
    return patched(columns, rows[rows >= 0], texts, numbers)


def facts_of(cards: Sequence[ItemCard | None], names: Sequence[str]) -> dict[str, list[Any]]:
    """What the cards say, name by name; None where there is no card."""
    return {name: [card and getattr(card, name) for card in cards] for name in names}
