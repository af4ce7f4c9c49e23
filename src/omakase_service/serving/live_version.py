"""What this process answers with: one value, replaced by one assignment.

The database says which version is live and what the catalog holds; the process looks there every
`serving.refresh_seconds`, and goes on with what it has while the database is down. In a server a
thread of its own looks, opens and warms what is new, while what is there answers (`follow`); in a
command or under another server whoever asks looks.
"""

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import Error, close_old_connections

from omakase_service.catalog.contracts import ItemCard
from omakase_service.catalog.plain_rows import card_changes, item_rows, user_attributes
from omakase_service.catalog.selectors import items_after_revision
from omakase_service.events.selectors import kinds, settled_kinds
from omakase_service.experiments.contracts import AssignedVariant, ExperimentCard
from omakase_service.experiments.selectors import active_experiments
from omakase_service.platform import heap
from omakase_service.platform.database import connection
from omakase_service.platform.exceptions import NotReady
from omakase_service.platform.nonblocking import require_thread
from omakase_service.serving import last_live
from omakase_service.serving.contracts import Language
from omakase_service.serving.effective_placements import EffectivePlacements, standing
from omakase_service.serving.engine import (
    MOST_CHANGED,
    EngineList,
    EngineRefusal,
    EngineRequest,
    ItemRows,
    LiveRecommender,
    Weighting,
    weighting_of,
)
from omakase_service.serving.expiry import NO_EXPIRIES, Expiries
from omakase_service.serving.fresh_items import FreshFollower, follow_catalog
from omakase_service.serving.places_builder import PlacesBuilder
from omakase_service.serving.selectors import spelled_placements
from omakase_service.serving.version_beside import VersionBeside
from omakase_service.serving.version_opening import (
    damage_of,
    first_whole,
    model_order,
    open_version,
)
from omakase_service.training.contracts import VersionCard
from omakase_service.training.selectors import live_card, version_by_name, versions
from omakase_service.training.shared_versions import delete_fetched, fetch_version, versions_folder
from omakase_settings import Placement, settings

log = logging.getLogger("omakase.serving")
Policy = tuple[AssignedVariant | None, Placement]
SHORTEST_SECONDS = 0.05
"""Between two looks of the thread, where the setting is less."""


@dataclass(frozen=True)
class LiveState:
    """All that an answer needs beside the person's own events.

    Attributes:
        revision: of the catalog that `live` shows.
        weighting: how much each event counts.
        standing: what holds where.
        experiments: those that are active.
        wanted: the version that should answer; another one does where that is damaged.
        damage: what is damaged of it, for people; empty where nothing is.
        fresh: what came into the catalog since the models learnt; none: the catalog is away.
        restocked: the last revision of the catalog with which an item was offered again: a list
            that was kept before may lack it.
        expiries: when which item is offered no longer.
        policies: of the last people who asked, by place and their ids: their variant, and what
            holds for them. A request wants to know several times.
    """

    live: LiveRecommender
    revision: int
    weighting: Weighting
    standing: EffectivePlacements
    experiments: tuple[ExperimentCard, ...] = ()
    wanted: str = ""
    damage: str = ""
    fresh: FreshFollower | None = None
    restocked: int = 0
    expiries: Expiries = NO_EXPIRIES
    policies: dict[tuple[str, str, str], Policy] = field(
        default_factory=dict, init=False, compare=False
    )

    def laid_over(
        self, ask: EngineRequest, made: EngineList, language: Language | None = None
    ) -> EngineList:
        """A list with what came into the catalog since the models learnt."""
        if self.fresh is None or not self.fresh.items.cards:
            return made
        return self.fresh.items.laid_over(self.live, ask, made, language)

    def like_new(
        self, ask: EngineRequest, item_id: str, language: Language | None = None
    ) -> EngineList | None:
        """What is like an item that came since the models learnt; None of any other."""
        if self.fresh is None:
            return None
        return self.fresh.items.like_new(self.live, ask, item_id, language)

    @property
    def placements(self) -> Mapping[str, Placement]:
        """What holds where, by name."""
        return self.standing.holding


current_state: LiveState | None = None
_broken: str = ""
"""Why no version could be opened at the last look, where one is live."""

_looked: float = float("-inf")
_lock = threading.Lock()
follower_thread: threading.Thread | None = None
_ending = threading.Event()
_has_looked = threading.Event()
_places = PlacesBuilder()

_beside = VersionBeside()


def now() -> LiveState:
    """What answers now; nobody waits for what follows it where a thread looks for that.

    Raises:
        NotReady: no version was ever promoted, or the database is down since the start.
    """
    due = time.monotonic() - _looked >= settings().serving.refresh_seconds
    if due and (current_state is None or not has_follower()):
        refresh()
    if current_state is None:
        raise NotReady(_broken or "no model is live yet; train one")
    return current_state


def name_now() -> str:
    """Name of the version that this process has open; "" where it has none."""
    return current_state.live.name if current_state else ""


def follow() -> None:
    """Look for what is new beside the requests, until `unfollow` or the process's end."""
    global follower_thread
    if has_follower():
        return
    _ending.clear()
    _has_looked.clear()
    follower_thread = threading.Thread(target=_follow, name="omakase-live", daemon=True)
    follower_thread.start()


def wait_for_first_look(seconds: float) -> bool:
    """Whether the thread of `follow` has opened what is live, or found that it cannot, by then."""
    return _has_looked.wait(seconds)


def unfollow() -> None:
    """Look no more; return when the last look has ended."""
    _ending.set()
    if follower_thread is not None:
        follower_thread.join()
    _places.join()


def has_follower() -> bool:
    """Whether a thread looks for what is new, beside those who ask."""
    return follower_thread is not None and follower_thread.is_alive()


def _follow() -> None:
    opened = ""
    while not _ending.is_set():
        close_old_connections()
        try:
            refresh()
        except Exception:  # the process answers on with what it has, and looks again
            log.exception("looking for a new version failed")
        if current_state is not None and current_state.live.name != opened:
            heap.exempt_from_collection(is_first=not opened)
            opened = current_state.live.name
            _forget_fetched()
        _has_looked.set()
        _ending.wait(max(settings().serving.refresh_seconds, SHORTEST_SECONDS))
    connection.close()


def refresh() -> None:
    """Look for a new version and for changes of the catalog, whoever is first; others go on."""
    global current_state, _looked, _broken
    require_thread()
    if not _lock.acquire(blocking=current_state is None):
        return
    try:
        current_state, _broken = _next_state(current_state), ""
    except (Error, EngineRefusal) as error:
        _broken = str(error) if isinstance(error, EngineRefusal) else _broken
        log.warning("nothing newer can be had; going on with what is loaded", exc_info=True)
        current_state = without_lapsed_items(current_state) if current_state else _load_memory()
    finally:
        _mend()
        _looked = time.monotonic()
        _lock.release()


def _forget_fetched() -> None:
    """Leave no version on this machine that the table has forgotten."""
    with suppress(Error):
        delete_fetched(keep=[card.name for card in versions()])


def _mend() -> None:
    """Reach for the stores of vectors that are away."""
    if current_state is not None and (away := current_state.live.away):
        current_state.live.mend()
        log.warning(
            "stores of vectors that were away: %s; still are: %s", away, current_state.live.away
        )


def _load_memory() -> LiveState | None:
    """What was live last, with items as they were when it was made; none where nothing was."""
    try:
        name, best = last_live.read(Path(settings().data_folder))
        live = open_version(versions_folder(), name, [best], None)
    except (OSError, ValueError, EngineRefusal):
        return None
    log.warning("version %s answers as it was made: the database is down", live.name)
    placed = standing(live, settings().serving.placements)
    weighting = weighting_of(settled_kinds())
    return LiveState(live, -1, weighting, placed, wanted=live.name, damage=damage_of(live))


def forget() -> None:
    """Start over, as a new process would."""
    global current_state, _looked, _broken
    current_state, _looked, _broken = None, float("-inf"), ""
    _beside.forget()


def _next_state(before: LiveState | None) -> LiveState | None:
    """What should answer now. Five queries where nothing has changed."""
    card = live_card()
    if card is None:
        return None
    changes, active = card_changes(since=before.revision if before else -1), active_experiments()
    cards = {**_lapsed(before), **changes.cards} if before else changes.cards
    if before and before.wanted == card.name and not (cards or changes.whole):
        live, damage = before.live, before.damage
    else:
        live, damage = _live(before, card, cards, whole=changes.whole)
        last_live.write(Path(settings().data_folder), card.name, card.best)
    if has_follower():
        _places.begin(live.opened)
    placed, declared = _standing(before, live), kinds()
    fresh = follow_catalog(
        before.fresh if before else None,
        live,
        None if changes.whole else cards.keys(),
        declared,
        changes.revision,
        _places if has_follower() else None,
    )
    restocked = before.restocked if before else 0
    if before and _offers_again(before.live.cards, cards):
        restocked = changes.revision
    expiries = before.expiries if before else NO_EXPIRIES
    return LiveState(
        live,
        changes.revision,
        weighting_of(declared),
        placed,
        active,
        card.name,
        damage,
        fresh,
        restocked,
        expiries.renewed(cards, whole=changes.whole),
    )


def _lapsed(state: LiveState) -> Mapping[str, ItemCard]:
    """The cards of what has expired since the last look; whole catalogs are read as of now."""
    return state.expiries.lapsed(state.live.cards, time.time())


def without_lapsed_items(state: LiveState) -> LiveState:
    """The same without what has expired, where the database cannot be asked."""
    cards = _lapsed(state)
    if not cards:
        return state
    live = state.live.with_cards(cards, whole=False)
    return replace(state, live=live, expiries=state.expiries.renewed(cards, whole=False))


def _offers_again(before: Mapping[str, ItemCard], cards: Mapping[str, ItemCard]) -> bool:
    """Whether any card is offered that was there and was not."""
    return any(
        card.offered and (card_before := before.get(key)) is not None and not card_before.offered
        for key, card in cards.items()
    )


def _standing(before: LiveState | None, live: LiveRecommender) -> EffectivePlacements:
    """What was found out before, where neither the version nor what is said has changed."""
    saved = spelled_placements()
    if before and before.live.name == live.name and before.standing.said == saved:
        return before.standing
    return standing(live, saved)


def with_version(state: LiveState, name: str) -> LiveState:
    """The same with another version, which answers nobody for that; opened once for many looks.

    Raises:
        NotFound: no such version.
        EngineRefusal: it cannot be opened.
    """
    card = version_by_name(name=name)
    if card.name == state.live.name:
        return state

    def load() -> LiveRecommender:
        folder = fetch_version(name=card.name)
        live = open_version(folder, card.name, model_order(card), state.live.cards)
        return _with_current_facts(live, card)

    return replace(state, live=_beside.opened(card.name, state.live, load))


def _live(
    before: LiveState | None, card: VersionCard, cards: Mapping[str, ItemCard], *, whole: bool
) -> tuple[LiveRecommender, str]:
    """What answers, and what is damaged of what should."""
    if before and before.wanted == card.name:
        rows = _rows_since(card, before.live) if whole else _rows_of(cards, before.live)
        return before.live.with_cards(cards, whole=whole, changed=rows), before.damage
    cards_before = {} if before is None or whole else before.live.cards
    live, damage = first_whole(card, {**cards_before, **cards})
    if has_follower():  # that they are there when the version answers, or soon after
        _places.begin(live.opened)
    live = _with_current_facts(live, card).warmed()
    log.info("version %s answers", live.name)
    return live if before is None else live.as_ready_as(before.live), damage


def _with_current_facts(live: LiveRecommender, card: VersionCard) -> LiveRecommender:
    """A version that was just opened, with what rules may say of items and people now."""
    return live.with_facts(_rows_since(card, live), user_attributes())


def _rows_since(card: VersionCard, live: LiveRecommender) -> ItemRows:
    """What is known now of items that changed since a version learnt. Two queries at most.

    A version of an earlier release does not say since when.
    """
    if live.name != card.name or "catalog" not in card.window:
        return {}
    changed = items_after_revision(number=card.window["catalog"], limit=MOST_CHANGED)
    return _rows_of(changed, live)


def _rows_of(item_ids: Iterable[str], live: LiveRecommender) -> ItemRows:
    """Likewise of these, where the version knows them. One query."""
    item_ids_known = [key for key in item_ids if live.has_row(key)][:MOST_CHANGED]
    if not item_ids_known:
        return {}
    return {row["item_id"]: row for row in item_rows(item_ids=item_ids_known)}
