"""Items that were deleted a moment ago: no list shows them, also before a process looks again.

Who deletes tells it in the online store, which every request reads; a process that has not heard
of that deletion asks the catalog once, and leaves out what it still shows.
"""

from dataclasses import dataclass
from weakref import ref

from django.db import Error

from omakase_service.catalog.selectors import last_deleted_items
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import DELETIONS
from omakase_service.platform.nonblocking import require_thread
from omakase_service.serving.engine import LiveRecommender

MOST = 1000
"""Deletions that are looked at: more come between two looks of a process by purges alone."""


@dataclass(frozen=True, slots=True)
class KnownDeletions:
    """What was found out last.

    Attributes:
        live: what shows the items.
        revision: of the deletions, in the online store.
        items: those that `live` still shows.
    """

    live: "ref[LiveRecommender]"
    revision: int
    items: frozenset[str]


_known: KnownDeletions | None = None


def deletions_revision() -> int:
    """Changes with every deletion; 0 where none was, or the online store is away."""
    entries = online.read([DELETIONS])
    return entries[0].revision if entries else 0


def deleted_items_of(live: LiveRecommender, revision: int) -> frozenset[str]:
    """Items that were deleted since `live` looked. One query after each deletion, else none.

    While the catalog is down, those that were known last.

    Args:
        revision: of the deletions, as the online store tells it.
    """
    global _known
    last = _known
    if last is not None and last.live() is live and last.revision == revision:
        return last.items
    if not revision:
        return frozenset()
    require_thread()
    try:
        items = last_deleted_items(limit=MOST)
    except Error:
        return last.items if last else frozenset()
    shown_items = frozenset(item_id for item_id in items if item_id in live.cards)
    _known = KnownDeletions(ref(live), revision, shown_items)
    return shown_items
