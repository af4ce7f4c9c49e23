"""Items whose time is up: out of every list at the next look, although nobody changed them."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

from omakase_service.catalog.contracts import ItemCard


@dataclass(frozen=True)
class Expiries:
    """When the items that are offered cease to be.

    Attributes:
        moments: (Unix seconds, item id), the next one first.
    """

    moments: tuple[tuple[int, str], ...] = ()

    def renewed(self, cards: Mapping[str, ItemCard], *, whole: bool) -> "Expiries":
        """The same after these cards have changed; of these alone where they are the `whole`."""
        moments = {
            (card.expires, key)
            for key, card in cards.items()
            if card.offered and card.expires is not None
        }
        unchanged = [] if whole else [moment for moment in self.moments if moment[1] not in cards]
        if not moments and len(unchanged) == len(self.moments):
            return self
        return Expiries(tuple(sorted((*unchanged, *moments))))

    def lapsed(self, cards: Mapping[str, ItemCard], now: float) -> dict[str, ItemCard]:
        """The cards of items that have expired by `now`, Unix seconds, as offered no longer."""
        count = bisect_right(self.moments, now, key=lambda each: each[0])
        due = [cards[key] for _, key in self.moments[:count] if key in cards]
        return {card.item_id: replace(card, offered=False) for card in due}


NO_EXPIRIES = Expiries()
"""Of a catalog in which nothing expires."""
