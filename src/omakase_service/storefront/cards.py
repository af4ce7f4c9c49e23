"""Items as cards: with year and genres, a price that reads right, and what the place rests on."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from omakase_service.platform.money import money
from omakase_service.platform.numbers import is_finite
from omakase_service.storefront.translations import FILM_TYPES
from omakase_settings import settings

FIELDS: Final = ("year", "genres", "tags", "currency")
"""What a card tells of the catalog beside what every list tells."""

TAGGED_TYPES: Final = ("", *sorted(FILM_TYPES))
"""Types of items whose tags are genres."""

GENRES_SHOWN: Final = 3


def to_cards(
    items: Sequence[Mapping[str, Any]], *, without: Collection[str] = (), most: int | None = None
) -> list[dict[str, Any]]:
    """Items as cards, at most so many; none of `without`.

    Args:
        items: as `realtime.services` tells them, with `FIELDS` under `attributes`.
    """
    return [card_of(item) for item in items if item["item_id"] not in without][:most]


def card_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """One item, with `name`, `facts` and `price_text` for people."""
    attributes = item.get("attributes") or {}
    year = year_of(attributes.get("year"))
    return {
        **item,
        "name": re.sub(rf"\s*\({re.escape(year)}\)\s*$", "", item["title"])
        if year
        else item["title"],
        "facts": " · ".join(filter(None, (year, *genres_of(item)[:GENRES_SHOWN]))),
        "price_text": price_text(item["price"], attributes.get("currency")),
        "evidence": _evidence(item.get("evidence")),
    }


def _evidence(evidence: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a place rests on, in percent and places; none where it rests on nothing."""
    if not evidence or not (evidence["cited"] or evidence["algorithms"]):
        return None
    return {
        "cited": [
            {"title": citation["title"], "percent": round(100 * citation["share"])}
            for citation in evidence["cited"]
        ],
        "algorithms": [
            f"{algorithm['algorithm']} #{algorithm['place']}"
            for algorithm in evidence["algorithms"]
        ],
    }


def genres_of(item: Mapping[str, Any]) -> list[str]:
    """The kinds that an item is of: its genres, or the last of its category's path.

    Of films, and of what nobody says the type of, the tags count too: a film of several genres has
    the others there.
    """
    attributes = item.get("attributes") or {}
    genres = attributes.get("genres") or ()
    if not isinstance(genres, list | tuple):
        return [str(genres)]
    leaf = item["category"].rsplit(" > ", 1)[-1]
    tags = attributes.get("tags") or () if item["type"].lower() in TAGGED_TYPES else ()
    return [str(genre) for genre in genres] or [genre for genre in (leaf, *tags) if genre]


def year_of(year: object) -> str:
    """A year in digits; nothing where there is none."""
    if isinstance(year, bool) or (isinstance(year, float) and not is_finite(year)):
        return ""
    return str(int(year)) if isinstance(year, int | float) else str(year or "")


def price_text(price: float | None, currency: object = None) -> str:
    """A price in the item's own currency, or else in the site's; nothing where there is none."""
    if price is None:
        return ""
    return money(price, str(currency or settings().storefront.currency))
