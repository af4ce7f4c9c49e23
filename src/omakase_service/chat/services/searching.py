"""Search over the catalog, in the order of the words or of the person."""

from collections.abc import Mapping

from omakase_service.catalog.contracts import ItemCard
from omakase_service.chat.contracts import FoundItem
from omakase_service.chat.services.guides import CatalogGuide, current_guide
from omakase_service.platform.exceptions import NotReady
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.services import ranked_ids
from omakase_settings import settings

FUSION = 60
"""Constant of reciprocal rank fusion (Cormack, Clarke and Buettcher, 2009)."""

DEPTH = 4
"""For a personal order so many times as many items are looked at as are shown."""


def search(
    *, query: str, n: int, user_id: str | None = None, session_id: str | None = None
) -> list[FoundItem]:
    """At most n offered items that fit the words, best first.

    Where somebody is named and `chat.personal_search` is on, both orders are fused: how well an
    item fits the words, and where it stands in the person's list of them.
    """
    guide = current_guide()
    cards = _newest_cards(guide)
    hits = [
        (item_id, score)
        for item_id, score in guide.guide.find(query, limit=DEPTH * n + 50)
        if item_id in cards and cards[item_id].offered
    ][: DEPTH * n]
    if settings().chat.personal_search and (user_id is not None or session_id is not None):
        hits = _personal(hits, user_id, session_id)
    return [
        FoundItem(cards[item_id], score, rank)
        for rank, (item_id, score) in enumerate(hits[:n], start=1)
    ]


def _newest_cards(known: CatalogGuide) -> Mapping[str, ItemCard]:
    """Cards as of the last look: for the live version each second, for the guide more seldom."""
    try:
        state = live_version.now()
    except NotReady:
        return known.cards
    return state.live.cards if state.revision >= known.revision else known.cards


def _personal(
    found: list[tuple[str, float]], user_id: str | None, session_id: str | None
) -> list[tuple[str, float]]:
    ids = tuple(item_id for item_id, _ in found)
    question = ListRequest(user_id=user_id, session_id=session_id, include=ids, n=max(1, len(ids)))
    try:
        personal = ranked_ids(question)
    except NotReady:
        return found
    last = len(ids)
    ranks = {item_id: rank for rank, item_id in enumerate(personal)}
    fused = {
        item_id: 1 / (FUSION + rank) + 1 / (FUSION + ranks.get(item_id, last))
        for rank, item_id in enumerate(ids)
    }
    scores = dict(found)
    return [(item_id, scores[item_id]) for item_id in sorted(ids, key=lambda key: -fused[key])]
