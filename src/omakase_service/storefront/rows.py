"""What a page shows at its first sight, as plain values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.selectors import recent_of_session, recent_of_user
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import NotFound
from omakase_service.realtime import services as realtime
from omakase_service.serving import live_version
from omakase_service.serving import services as serving
from omakase_service.storefront.translations import done, is_film

FOR_YOU, ROW, PAST = 18, 12, 6
BECAUSE_ROWS = 2
EVENTS = 60
"""Of a person that the page looks at."""


@dataclass(frozen=True)
class Rows:
    """A page: the list that is kept up to date, and rows beside it.

    Attributes:
        because: rows of what goes with something the person did, newest first.
        others: rows that are the same for everybody.
        past: what the person did, newest first.
    """

    for_you: Mapping[str, Any]
    because: Sequence[Mapping[str, Any]] = ()
    others: Sequence[Mapping[str, Any]] = ()
    past: Sequence[Mapping[str, Any]] = field(default_factory=list)


def rows_for(person: Person, language: str, text: Mapping[str, str]) -> Rows:
    """Everything that the home page shows of a person.

    Raises:
        Refused, OmakaseError: no version is live.
    """
    events = _events(person)
    liked = serving.liked_items(past=events)
    past = [each for each in _newest_first(events) if each.item_id in live_version.now().live.cards]
    return Rows(
        for_you=realtime.listed(person=person, n=FOR_YOU, language=language),
        because=_because(past, liked, text),
        others=_others(text),
        past=[_did(each, text) for each in past[:PAST]],
    )


def shows_films() -> bool:
    """Whether the catalog is one of films.

    Raises:
        NotReady: no version is live.
    """
    return any(is_film(card.type, card.category) for card in live_version.now().live.cards.values())


def picture(item_id: str) -> tuple[str, str]:
    """Title and category, for a cover.

    Raises:
        NotFound: no such item.
        NotReady: no version is live.
    """
    card = live_version.now().live.cards.get(item_id)
    if card is None:
        raise NotFound(f"no item {item_id!r}")
    return card.title, card.category


def _events(person: Person) -> list[HistoryEvent]:
    """The newest events of a person, oldest first."""
    if person.user_id is not None:
        return recent_of_user(user_id=person.user_id, limit=EVENTS)
    return recent_of_session(session_id=person.session_id or "", limit=EVENTS)


def _newest_first(events: Sequence[HistoryEvent]) -> list[HistoryEvent]:
    """Of each item the last thing that was done."""
    newest = {each.item_id: each for each in events}
    return sorted(newest.values(), key=lambda each: -each.time)


def _because(
    past: Sequence[HistoryEvent], liked: Collection[str], text: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rows of what goes with the newest items of `liked` in a past that is newest first."""
    seen = {each.item_id for each in past}
    found = []
    for each in [each for each in past if each.item_id in liked][:BECAUSE_ROWS]:
        items = realtime.similar(item_id=each.item_id, n=2 * ROW)["items"]
        card = live_version.now().live.cards[each.item_id]
        heading = text["because"].format(title=card.title)
        items = [item for item in items if item["item_id"] not in seen][:ROW]
        found.append({"item_id": each.item_id, "heading": heading, "items": items})
    return found


def _others(text: Mapping[str, str]) -> list[dict[str, Any]]:
    offered = [
        name for name in ("trending", "popular") if name in live_version.now().live.pipelines
    ]
    return [
        {
            "heading": text[name],
            "items": realtime.shown(serving.everybodys(model=name, n=ROW))["items"],
        }
        for name in offered
    ]


def _did(each: HistoryEvent, text: Mapping[str, str]) -> dict[str, Any]:
    card = live_version.now().live.cards[each.item_id]
    return {
        "item_id": each.item_id,
        "title": card.title,
        "kind": each.kind,
        "did": done(text, each.kind),
    }
