"""An item by itself, with what goes with it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omakase_service.catalog.contracts import ItemCard
from omakase_service.catalog.selectors import known_items
from omakase_service.chat.services.searching import search
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import NotFound
from omakase_service.realtime import services as realtime
from omakase_service.serving import live_version
from omakase_service.storefront.cards import FIELDS, card_of, genres_of, to_cards, year_of
from omakase_service.storefront.history import history_of
from omakase_service.storefront.translations import done
from omakase_settings import settings

MORE, FOUND = 12, 24
PATIENCE_SECONDS, LOOK_SECONDS = 1.0, 0.05
"""For an item that this process has not looked at yet."""


@dataclass(frozen=True)
class ItemDetails:
    """What is shown of one item.

    Attributes:
        item: as a card, with `description`, `rating`, `ratings`.
        year: in digits; nothing where it is not known.
        genres: all of them.
        did: what the person did with it last, in words; nothing where they did nothing.
        more: what goes with it, without what the person has seen.
        algorithm: that said so.
    """

    item: Mapping[str, Any]
    year: str
    genres: Sequence[str]
    did: str
    more: Sequence[Mapping[str, Any]]
    algorithm: str


def item_page(item_id: str, person: Person, text: Mapping[str, str]) -> ItemDetails:
    """An item, and at most `MORE` that go with it.

    Raises:
        NotFound: no such item.
        NotReady: no version is live.
    """
    card = _newest_card(item_id)
    if card is None:
        raise NotFound(f"no item {item_id!r}")
    plain = {**realtime.card(card), "rating": card.rating, "ratings": card.ratings}
    (item,) = realtime.with_facts([plain], (*FIELDS, "description"))
    history = history_of(person)
    last = history.last_of(item_id)
    listed = realtime.similar(item_id=item_id, n=2 * MORE, fields=FIELDS)
    similar = to_cards(listed["items"], without=history.seen | {item_id}, most=MORE)
    return ItemDetails(
        item=card_of(item),
        year=year_of((item.get("attributes") or {}).get("year")),
        genres=genres_of(item),
        did=done(text, last.kind) if last else "",
        more=similar,
        algorithm=listed["algorithm"],
    )


def _newest_card(item_id: str) -> ItemCard | None:
    """The item as this process knows it; one that another knows already is waited for.

    Each process looks at the catalog for itself, and search may have found it before.
    """
    end = time.monotonic() + settings().serving.refresh_seconds + PATIENCE_SECONDS
    while True:
        card = live_version.now().live.cards.get(item_id)
        if card is not None or time.monotonic() > end or not known_items(item_ids=[item_id]):
            return card
        time.sleep(LOOK_SECONDS)


def found_items(query: str, person: Person) -> list[dict[str, Any]]:
    """At most `FOUND` items that fit the words, in the order of the words and of the person."""
    named = {"user_id": person.user_id, "session_id": person.session_id}
    hits = search(query=query, n=FOUND, **named) if query else []
    plain = [realtime.card(hit.card) for hit in hits]
    return to_cards(realtime.with_facts(plain, FIELDS))
