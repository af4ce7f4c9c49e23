"""Lists dressed with cards: once for all who get the same list while the catalog stays as it is."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from weakref import ref

from omakase_service.serving.contracts import RankedList, ResultItem, ResultPage
from omakase_service.serving.engine import LiveRecommender

KEPT = "_dressed"
"""Where a found list keeps how it was dressed last; what is written down of it leaves this out."""

MOST = 2000
"""Lists of a process that stay dressed: one takes from 10 KB to 80 KB, where reasons are told."""

recent_lists: deque["ref[RankedList]"] = deque()


@dataclass(frozen=True, slots=True)
class HydratedList:
    """The beginning of a list, by the catalog of one moment.

    Attributes:
        live: what answered then; another one means that the catalog may have changed.
        n: places that were wanted.
    """

    live: "ref[LiveRecommender]"
    n: int
    part: ResultPage


def hydrate(live: LiveRecommender, found: RankedList, n: int) -> ResultPage:
    """At most n places from the first on; the same value to all who ask meanwhile."""
    hydrated: HydratedList | None = vars(found).get(KEPT)
    if hydrated is None or hydrated.live() is not live or hydrated.n != n:
        hydrated = HydratedList(ref(live), n, part_of(live, found, n))
        vars(found)[KEPT] = hydrated
        _note(found)
    return hydrated.part


def _note(found: RankedList) -> None:
    """Beyond so many, the list that was dressed longest ago goes back to what it was."""
    recent_lists.append(ref(found))
    while len(recent_lists) > MOST:
        oldest = recent_lists.popleft()()
        if oldest is not None:
            vars(oldest).pop(KEPT, None)


def part_of(
    live: LiveRecommender, found: RankedList, n: int, *, offset: int = 0, seen: Collection[str] = ()
) -> ResultPage:
    """At most n places from one on, without what was seen or may not be shown any more."""
    page_items: list[ResultItem] = []
    position = offset
    while position < len(found.items) and len(page_items) < n:
        item_id, score = found.items[position]
        card = live.cards.get(item_id)
        if card is not None and card.offered and item_id not in seen:
            why = found.whys[position] if found.whys else None
            chance = found.probabilities[position] if found.probabilities else 1.0
            page_items.append(ResultItem(card, score, position + 1, why, chance))
        position += 1
    return ResultPage(tuple(page_items), position)


def is_offered(live: LiveRecommender, found: RankedList) -> bool:
    """Whether all of a list may still be shown."""
    hydrated: HydratedList | None = vars(found).get(KEPT)
    if hydrated is not None and hydrated.live() is live:
        return True  # a list that is kept was judged before it was dressed
    cards = live.cards
    return all(item_id in cards and cards[item_id].offered for item_id, _ in found.items)
