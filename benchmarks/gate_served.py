"""The last gate as people meet it: lists that were kept, held, or computed, by a whole service.

A service in this process, with a database and a live hybrid of its own. Each request is of a new
session or a new user with some events or none; users may have said what they like; it may tell a
place and a budget, have a filter, items to exclude, a strategy, a placement, and a list that is
kept. What happens between two requests is the state of the cache that is asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import numpy as np

ITEMS = 48
PEOPLE = 24
START = 1_700_000_000
CHEAP = 30
WHERE: tuple[Mapping[str, float], ...] = (
    {},
    {"latitude": 0.2, "longitude": 0.0},
    {"budget": 20.0},
)
STRATEGIES = ("", "", "auto", "weighted", "mixed", "stacking")
HYBRID: Mapping[str, Any] = MappingProxyType({"models": ["ease", "item_knn"], "pool": 40})
SETTINGS = {"OMAKASE_SERVING__REFRESH_SECONDS": "0", "OMAKASE_LOGS__LEVEL": "error"}


@dataclass(frozen=True)
class Shop:
    """What is known beside the service of what it may show.

    Attributes:
        offered: ids of items that may be shown at all; changes with the catalog.
    """

    offered: set[str]


@dataclass(frozen=True)
class Case:
    """One question, and what may not be in its answer.

    Attributes:
        question: as `serving.services.recommend` takes it.
        banned: seen, disliked or excluded.
        cheap: whether a filter lets only the cheap ones pass.
    """

    question: Mapping[str, Any]
    banned: set[str]
    cheap: bool

    def fine(self, shop: Shop) -> set[str]:
        """All that may be shown now."""
        cheap = {item_id for item_id in shop.offered if not self.cheap or number(item_id) < CHEAP}
        return cheap - self.banned


@contextmanager
def service() -> Iterator[None]:
    """A service with tables of its own, until the block ends."""
    import os

    from omakase_cli.boot import open_service

    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ.update({**SETTINGS, "OMAKASE_DATA_FOLDER": str(Path(folder) / "var")})
        open_service()
        yield
        from omakase_service.recommendation_log import writer

        writer.stop()


def opened() -> Shop:
    """Two tribes, one of even items and one of odd, a live hybrid, and one place with rules."""
    from omakase_service.catalog.contracts import ItemIn
    from omakase_service.catalog.services import upsert_items
    from omakase_service.events.services import record
    from omakase_service.serving.placements import save_placement
    from omakase_service.training.services import train
    from omakase_settings import Placement

    items = [
        ItemIn(
            item_id=key(n),
            price=n * 1.0,
            category="Odd" if n % 2 else "Even",
            latitude=n / 100 if n % 3 else None,
            longitude=0.0,
        )
        for n in range(ITEMS)
    ]
    upsert_items(items=items)
    pairs = [(u, i) for u in range(PEOPLE) for i in range(u % 2, ITEMS, 2) if (u + i) % 7]
    record(events=[said(f"u{u:02}", key(i), START + 60 * (u + i), who="user_id") for u, i in pairs])
    train(models={"hybrid": dict(HYBRID)}, evaluate=False)
    place = Placement(pins={2: key(4), 3: key(7)}, caps={"category": 0.5}, diversity=0.3)
    save_placement(name="home", placement=place)
    return Shop({item.item_id for item in items})


def key(number: int) -> str:
    """The id of an item."""
    return f"i{number:02}"


def number(item_id: str) -> int:
    """Of an id; also its price."""
    return int(item_id[1:])


def said(who_id: str, item_id: str, time: int, *, kind: str = "view", who: str) -> dict[str, Any]:
    """An event as the service takes it."""
    return {who: who_id, "item_id": item_id, "kind": kind, "time": time}


def drawn(name: str, rng: np.random.Generator) -> Case:
    """A new session or user with some events or none, and what it asks."""
    from omakase_service.catalog.contracts import UserIn
    from omakase_service.catalog.services import upsert_users
    from omakase_service.events.services import record
    from omakase_service.serving.contracts import RequestContext

    who = str(rng.choice(["session_id", "user_id"]))
    if who == "user_id":
        upsert_users(users=[UserIn(user_id=name, categories=[str(rng.choice(["Odd", "Even"]))])])
    events = int(rng.choice([0, rng.integers(0, 7)]))
    history = [key(int(n)) for n in rng.integers(0, ITEMS, events)]
    kinds = rng.choice(["view", "purchase", "dislike"], len(history), p=[0.6, 0.3, 0.1])
    had = [
        said(name, item_id, START + 10_000 + n, kind=str(kind), who=who)
        for n, (item_id, kind) in enumerate(zip(history, kinds, strict=True))
    ]
    if had:
        record(events=had)
    exclude = [key(int(n)) for n in rng.integers(0, ITEMS, rng.integers(0, 4))]
    cheap = bool(rng.random() < 0.3)
    question = {
        who: name,
        "n": int(rng.integers(1, 30)),
        "exclude": exclude,
        "filter": f"item.price < {CHEAP}" if cheap else "",
        "strategy": str(rng.choice(STRATEGIES)) or None,
        "placement": str(rng.choice(["", "home"])),
        "context": RequestContext(**WHERE[int(rng.integers(len(WHERE)))]),
    }
    return Case(question, {*history, *exclude}, cheap)


def asked(case: Case, **more: Any) -> Any:
    """The answer."""
    from omakase_service.serving.services import recommend

    return recommend(**{**case.question, **more})


def seen(case: Case, item_id: str) -> Case:
    """The same after the session has had one more item."""
    from omakase_service.events.services import record

    who = "user_id" if "user_id" in case.question else "session_id"
    name = str(case.question[who])
    record(events=[said(name, item_id, START + 20_000, who=who)])
    return Case(case.question, {*case.banned, item_id}, case.cheap)


def hidden(shop: Shop, item_id: str, *, back: bool = False) -> None:
    """An item is no longer offered, or is again."""
    from omakase_service.catalog.contracts import ItemFields
    from omakase_service.catalog.services import patch_item

    patch_item(item_id=item_id, fields=ItemFields(active=back))
    (shop.offered.add if back else shop.offered.discard)(item_id)


def computed(case: Case, shop: Shop) -> tuple[Any, Case, set[str]]:
    """Asked for anew."""
    return asked(case, refresh=True), case, set(shop.offered)


def kept(case: Case, shop: Shop) -> tuple[Any, Case, set[str]]:
    """The same again.

    Raises:
        AssertionError: it was computed again.
    """
    asked(case)
    answer = asked(case)
    if not answer.cache_hit:
        raise AssertionError("the answer was not kept")
    return answer, case, set(shop.offered)


def after_an_event(case: Case, shop: Shop) -> tuple[Any, Case, set[str]]:
    """The first item was had in between."""
    first = shown(asked(case))
    later = seen(case, first[0]) if first else case
    return asked(later), later, set(shop.offered)


def after_the_catalog(case: Case, shop: Shop) -> tuple[Any, Case, set[str]]:
    """The first item was hidden in between; it is offered again afterwards."""
    first = shown(asked(case))
    if not first:
        return asked(case), case, set(shop.offered)
    hidden(shop, first[0])
    answer, offered = asked(case), set(shop.offered)
    hidden(shop, first[0], back=True)
    return answer, case, offered


def next_part(case: Case, shop: Shop) -> tuple[Any, Case, set[str]]:
    """The next part of a held list; one item of the first part counts as had."""
    first = asked(case, paged=True)
    if not first.next:
        return first, case, set(shop.offered)
    later = seen(case, shown(first)[0])
    return asked(later, cursor=first.next), later, set(shop.offered)


def shown(answer: Any) -> list[str]:
    """Ids, best first."""
    return [each.card.item_id for each in answer.items]


STATES: Mapping[str, Callable[[Case, Shop], tuple[Any, Case, set[str]]]] = MappingProxyType(
    {
        "computed": computed,
        "kept": kept,
        "kept, then an event": after_an_event,
        "kept, then an item hidden": after_the_catalog,
        "held, next part": next_part,
    }
)


def checked(state: str, case: Case, shop: Shop) -> tuple[int, int, int]:
    """Items shown, violations, and 1 where the list is shorter than it need be."""
    answer, later, offered = STATES[state](case, shop)
    items, fine = shown(answer), later.fine(Shop(offered))
    bad = len(items) - len(set(items) & fine)
    whole = state == "held, next part"  # a part may be the last one
    least = 0 if whole else min(int(later.question["n"]), len(fine))
    return len(items), bad, int(len(items) < least)
