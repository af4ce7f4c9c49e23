"""What the home page shows at its first sight, as plain values."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from omakase_service.events.contracts import OwnEvent
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import NotFound
from omakase_service.realtime import services as realtime
from omakase_service.serving import live_version, people
from omakase_service.serving import services as serving
from omakase_service.serving.contracts import ListRequest
from omakase_service.storefront.cards import FIELDS, to_cards
from omakase_service.storefront.history import History, history_of
from omakase_service.storefront.translations import done, is_film
from omakase_settings import settings

FOR_YOU, ROW, PAST = 18, 12, 6
BECAUSE_ROWS, GENRE_ROWS = 2, 2
PERSONAL_FROM = 3
"""From so many items on that something was done with, more rows are a person's own."""

WANDERING = 0.9
"""Diversity of the row that leads elsewhere."""

UNQUOTABLE = ('"', "\\")


@dataclass(frozen=True)
class ListRow:
    """A strip of items under a heading.

    Attributes:
        name: that stays the same when the strip is made anew.
        is_personal: made for this person; otherwise it is everybody's.
    """

    name: str
    heading: str
    items: Sequence[Mapping[str, Any]]
    is_personal: bool = True


@dataclass(frozen=True)
class Rows:
    """A page: the list that is kept up to date, and rows beside it.

    Attributes:
        for_you: as `realtime.services.listed` tells it, its items as cards.
        past: what the person did, newest first.
    """

    for_you: Mapping[str, Any]
    rows: Sequence[ListRow] = ()
    past: Sequence[Mapping[str, Any]] = field(default_factory=list)


def rows_for(
    person: Person, language: str, text: Mapping[str, str], diversity: float | None = None
) -> Rows:
    """Everything that the home page shows of a person.

    Raises:
        Refused, OmakaseError: no version is live.
    """
    history = history_of(person)
    listed = realtime.personal_list(
        person=person, n=FOR_YOU, language=language, diversity=diversity, fields=FIELDS
    )
    return Rows(
        for_you={**listed, "items": to_cards(listed["items"])},
        rows=beside(person, history, language, text),
        past=past_of(history, text),
    )


def rows_beside(person: Person, language: str, text: Mapping[str, str]) -> Sequence[ListRow]:
    """The rows alone, as they are now.

    Raises:
        Refused, OmakaseError: no version is live.
    """
    return beside(person, history_of(person), language, text)


def beside(
    person: Person, history: History, language: str, text: Mapping[str, str]
) -> list[ListRow]:
    """What goes with what they did; from a few items on their genres and something else, too.

    Nothing of what they have seen is in any row, and nobody's rows stand above their own.
    """
    because_rows = list(_because(history, text))
    everybodys = _everybodys(history.seen, text)
    if len(history.seen) < PERSONAL_FROM:
        return [*because_rows, *everybodys]
    listed = partial(realtime.personal_list, person=person, language=language, fields=FIELDS)
    because_rows += _genres(history, listed, text)
    because_rows.append(_elsewhere(person, listed, text))
    return [*because_rows, *islice(everybodys, 1)]


def past_of(history: History, text: Mapping[str, str]) -> list[dict[str, Any]]:
    """The newest things that were done, in words."""
    cards = live_version.now().live.cards
    events = [event for event in history.newest if event.item_id in cards]
    return [_did(event, text) for event in events[:PAST]]


def shows_films() -> bool:
    """Whether the catalog is one of films.

    Raises:
        NotReady: no version is live.
    """
    state = live_version.now()
    return _holds_films(state.live.name, state.revision)


@lru_cache(maxsize=4)
def _holds_films(version: str, revision: int) -> bool:
    """The same of what is live now; a catalog without any is looked through whole."""
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


def _likes(history: History) -> Iterator[str]:
    """Items that speak for themselves, the one of the newest event first."""
    cards = live_version.now().live.cards
    liked = people.liked_items(past=history.events)
    return (e.item_id for e in history.newest if e.item_id in liked and e.item_id in cards)


def _because(history: History, text: Mapping[str, str]) -> Iterator[ListRow]:
    """Rows of what goes with the newest items that the person likes."""
    for item_id in islice(_likes(history), BECAUSE_ROWS):
        items = realtime.similar(item_id=item_id, n=2 * ROW, fields=FIELDS)["items"]
        heading = text["because"].format(title=live_version.now().live.cards[item_id].title)
        cards = to_cards(items, without=history.seen, most=ROW)
        if cards:
            yield ListRow(f"because {item_id}", heading, cards)


def _genres(history: History, listed: Any, text: Mapping[str, str]) -> Iterator[ListRow]:
    """Rows of the categories that the person likes most, chosen for them."""
    cards = live_version.now().live.cards
    counts = Counter(cards[item_id].category for item_id in _likes(history))
    for category, _ in counts.most_common(GENRE_ROWS):
        if not category or any(sign in category for sign in UNQUOTABLE):
            continue
        items = listed(n=ROW, filter=f'item.category == "{category}"')["items"]
        heading = text["more_of"].format(category=category.rsplit(" > ", 1)[-1])
        if items:
            yield ListRow(f"more {category}", heading, to_cards(items))


def _elsewhere(person: Person, listed: Any, text: Mapping[str, str]) -> ListRow:
    """A row as varied as can be, of other things than the list shows."""
    near = serving.ranked_ids(
        ListRequest(user_id=person.user_id, session_id=person.session_id, n=FOR_YOU)
    )
    items = listed(n=ROW, diversity=WANDERING, exclude=near)["items"]
    return ListRow("elsewhere", text["elsewhere"], to_cards(items))


def _everybodys(seen: Collection[str], text: Mapping[str, str]) -> list[ListRow]:
    """Rows that are the same for everybody, but for what this person has seen."""
    offered = [
        name for name in ("trending", "popular") if name in live_version.now().live.pipelines
    ]
    n = min(ROW + len(seen), settings().serving.max_n)
    lists = (
        (name, realtime.answer_fields(serving.everybodys(model=name, n=n), FIELDS)["items"])
        for name in offered
    )
    return [
        ListRow(name, text[name], to_cards(items, without=seen, most=ROW), is_personal=False)
        for name, items in lists
    ]


def _did(each: OwnEvent, text: Mapping[str, str]) -> dict[str, Any]:
    return {
        "item_id": each.item_id,
        "title": live_version.now().live.cards[each.item_id].title,
        "kind": each.kind,
        "did": done(text, each.kind),
    }
