"""What came into the catalog since the models learnt, followed beside the requests."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from omakase_service.catalog.contracts import ItemCard
from omakase_service.catalog.plain_rows import item_rows
from omakase_service.events.contracts import KindRule
from omakase_service.events.selectors import lines_after, newest_seq
from omakase_service.serving.engine import (
    HALF_LIFE_SECONDS,
    FreshItems,
    LiveRecommender,
    PlacedItems,
    RecentChoices,
    empty_places,
)
from omakase_service.serving.places_builder import PlacesBuilder

TAIL = 100_000
"""Newest events that are looked at for what people chose lately."""

MOST = 2_000
"""Items that are laid over lists; of more the newest."""


@dataclass(frozen=True)
class FreshFollower:
    """Fresh items of one version, and how far the log was read for them.

    Attributes:
        version: its name.
        seq: number of the last event that was looked at.
        choices: item id to person to when they chose it first; of items that the version lacks.
    """

    version: str
    items: FreshItems
    seq: int = 0
    choices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def follow_catalog(
    before: FreshFollower | None,
    live: LiveRecommender,
    changed: Collection[str] | None,
    kinds: Mapping[str, KindRule],
    revision: int = 0,
    builder: PlacesBuilder | None = None,
) -> FreshFollower:
    """What is fresh now. No query where nothing is; else one, and one for what has changed.

    Where items are placed among those of the version, that begins at the second look at a version:
    it takes seconds where there are many, which the first answers need not wait for.

    Args:
        changed: item ids that changed in the catalog since `before`; none: any may have.
        revision: of the catalog.
        builder: works out the places beside the looks, which else wait for them.
    """
    opened_before = before is not None and before.version == live.name
    if before is None or before.version != live.name or changed is None:
        candidates: Iterable[ItemCard] = live.cards.values()
        arrivals: dict[str, ItemCard] = {}
        rows: Mapping[str, Mapping[str, object]] = {}
    else:
        candidates = [live.cards[key] for key in changed if key in live.cards]
        arrivals = {key: card for key, card in before.items.cards.items() if key not in changed}
        rows = before.items.rows
    arrivals |= {c.item_id: c for c in candidates if c.offered and not live.has_row(c.item_id)}
    if before is None or before.version != live.name:
        before = FreshFollower(live.name, FreshItems(live.opened))
    if not arrivals:
        # What was counted stays: an item that is stocked again has been chosen before.
        counted = replace(before.items.chosen, people={})
        bare = replace(before.items, cards={}, rows={}, chosen=counted)
        return FreshFollower(live.name, bare, before.seq, before.choices)
    first = time.time() if opened_before else float(live.trained_at)
    arrived = {key: before.items.arrived.get(key, first) for key in arrivals}
    found = _read(before, live, _newest(arrivals, arrived), rows, kinds, changed or ())
    items = _with_arrivals(found.items, arrived)
    found = found if items is found.items else replace(found, items=items)
    if not opened_before:
        return _stamp(found, before, revision)
    opened = found.items.opened
    placed = before.items.placed or (builder.ready(opened) if builder else empty_places(opened))
    if placed is None:
        return _stamp(found, before, revision)
    return _stamp(_place(found, placed, changed), before, revision)


def _place(
    found: FreshFollower, placed: PlacedItems, changed: Collection[str] | None
) -> FreshFollower:
    """The same with its items placed among those of the version; only new ones are placed anew."""
    anew = found.items.rows if changed is None else changed
    placed = placed.renewed(found.items.rows, [key for key in anew if key in found.items.rows])
    if placed is found.items.placed:
        return found
    return replace(found, items=replace(found.items, placed=placed))


def _stamp(found: FreshFollower, before: FreshFollower, revision: int) -> FreshFollower:
    """The same with the catalog's revision where the items have changed."""
    now, then = found.items, before.items
    if now is then:
        return found
    same = now.cards == then.cards and now.placed is then.placed
    return replace(found, items=replace(now, revision=then.revision if same else revision))


def _with_arrivals(items: FreshItems, arrived: Mapping[str, float]) -> FreshItems:
    """The same with when each was seen first; itself where that is known."""
    cards = {key: arrived[key] for key in items.cards}
    return items if items.arrived == cards else replace(items, arrived=cards)


def _newest(cards: Mapping[str, ItemCard], arrived: Mapping[str, float]) -> dict[str, ItemCard]:
    if len(cards) <= MOST:
        return dict(cards)

    def came(card: ItemCard) -> float:
        return card.created or arrived[card.item_id]

    ordered = sorted(cards.values(), key=came, reverse=True)
    return {card.item_id: card for card in ordered[:MOST]}


def _read(
    before: FreshFollower,
    live: LiveRecommender,
    cards: Mapping[str, ItemCard],
    rows: Mapping[str, Mapping[str, object]],
    kinds: Mapping[str, KindRule],
    changed: Collection[str],
) -> FreshFollower:
    """With the facts of new cards and the events since."""
    cards_before = before.items.cards
    new = [key for key in cards if key not in rows or key in changed or key not in cards_before]
    facts = {row["item_id"]: row for row in item_rows(item_ids=new)} if new else {}
    facts_now = {key: facts.get(key, rows.get(key, {})) for key in cards}
    until = newest_seq()
    if until <= before.seq and not new and cards_before.keys() == cards.keys():
        return before
    choices = {key: dict(people) for key, people in before.choices.items()}
    newest, faded = before.items.chosen.newest, before.items.chosen.faded
    since = max(before.seq, until - TAIL)
    lines = lines_after(seq=since, until=until) if since < until else ()
    for _, user, session, item, kind, value, moment, *_ in lines:
        if not _speaks_for(kinds.get(kind), value):
            continue
        if moment > newest:
            faded *= 2.0 ** ((newest - moment) / HALF_LIFE_SECONDS)
            newest = moment
        faded += 2.0 ** ((moment - newest) / HALF_LIFE_SECONDS)
        if not live.has_row(item):
            choices.setdefault(item, {}).setdefault(user or f"session:{session}", moment)
    people = {key: tuple(choices[key].values()) for key in cards if key in choices}
    fresh = replace(
        before.items,
        cards=cards,
        rows=facts_now,
        chosen=RecentChoices(people, newest, faded),
    )
    return FreshFollower(live.name, fresh, until, choices)


def _speaks_for(rule: KindRule | None, value: float | None) -> bool:
    """Whether an event of a kind speaks for its item."""
    if rule is None or rule.negative or rule.takes_back or not rule.weight:
        return False
    if value is None or not rule.from_value:
        return True
    middle = (rule.lowest + rule.highest) / 2 if rule.middle == "scale" else rule.middle
    return value > 0 if isinstance(middle, str) else value >= middle
