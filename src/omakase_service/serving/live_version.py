"""What this process answers with: one value, replaced by one assignment.

The database says which version is live and what the catalog holds; the process looks there every
`serving.refresh_seconds`, and goes on with what it has while the database is down. In a server a
thread of its own looks, opens and warms what is new, while what is there answers (`follow`); in a
command or under another server whoever asks looks.
"""

import logging
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from os import getpid
from pathlib import Path

import orjson
from django.db import Error, close_old_connections, connection

from omakase_service.catalog.contracts import ItemCard
from omakase_service.catalog.selectors import card_changes
from omakase_service.events.selectors import kinds, settled_kinds
from omakase_service.experiments.contracts import ExperimentCard
from omakase_service.experiments.selectors import active_experiments
from omakase_service.platform.exceptions import NotReady
from omakase_service.platform.nonblocking import require_blocking_allowed
from omakase_service.serving.effective_placements import EffectivePlacements, standing
from omakase_service.serving.engine import EngineRefusal, EventWeigher, LiveRecommender
from omakase_service.serving.selectors import placements
from omakase_service.training.contracts import VersionCard
from omakase_service.training.selectors import live_card, version_named
from omakase_settings import Placement, settings

log = logging.getLogger("omakase.serving")
SHORTEST_SECONDS = 0.05
"""Between two looks of the thread, where the setting is less."""


@dataclass(frozen=True)
class LiveState:
    """All that an answer needs beside the person's own events.

    Attributes:
        revision: of the catalog that `live` shows.
        weigher: says how much each event counts.
        standing: what holds where.
        experiments: those that are active.
    """

    live: LiveRecommender
    revision: int
    weigher: EventWeigher
    standing: EffectivePlacements
    experiments: tuple[ExperimentCard, ...] = ()

    @property
    def placements(self) -> Mapping[str, Placement]:
        """What holds where, by name."""
        return self.standing.holding


_now: LiveState | None = None
_looked: float = float("-inf")
_lock = threading.Lock()
_follower: threading.Thread | None = None
_ending = threading.Event()


def now() -> LiveState:
    """What answers now; nobody waits for what follows it where a thread looks for that.

    Raises:
        NotReady: no version was ever promoted, or the database is down since the start.
    """
    due = time.monotonic() - _looked >= settings().serving.refresh_seconds
    if due and (_now is None or not _followed_beside()):
        refresh()
    if _now is None:
        raise NotReady("no model is live yet; train one")
    return _now


def follow() -> None:
    """Look for what is new beside the requests, until `unfollow` or the process's end."""
    global _follower
    if _followed_beside():
        return
    _ending.clear()
    _follower = threading.Thread(target=_follow, name="omakase-live", daemon=True)
    _follower.start()


def unfollow() -> None:
    """Look no more; return when the last look has ended."""
    _ending.set()
    if _follower is not None:
        _follower.join()


def _followed_beside() -> bool:
    return _follower is not None and _follower.is_alive()


def _follow() -> None:
    while not _ending.is_set():
        close_old_connections()
        try:
            refresh()
        except Exception:  # the process answers on with what it has, and looks again
            log.exception("looking for a new version failed")
        _ending.wait(max(settings().serving.refresh_seconds, SHORTEST_SECONDS))
    connection.close()


def refresh() -> None:
    """Look for a new version and for changes of the catalog, whoever is first; others go on."""
    global _now, _looked
    require_blocking_allowed()
    if not _lock.acquire(blocking=_now is None):
        return
    try:
        _now = _followed(_now)
    except (Error, EngineRefusal):
        log.warning("nothing newer can be had; going on with what is loaded", exc_info=True)
        _now = _now or _remembered()
    finally:
        _mend()
        _looked = time.monotonic()
        _lock.release()


def _mend() -> None:
    """Reach for the stores of vectors that are away."""
    if _now is not None and (away := _now.live.away):
        _now.live.mend()
        log.warning("stores of vectors that were away: %s; still are: %s", away, _now.live.away)


def _remember(card: VersionCard) -> None:
    """Write down what is live, for a process that starts while the database is down."""
    file = _memory()
    making = file.with_suffix(f".{getpid()}.making")
    try:
        making.write_bytes(orjson.dumps({"name": card.name, "best": card.best}))
        making.replace(file)
    except OSError as error:  # a full disk: what is live answers all the same
        log.warning("a start without the database would not find version %s: %s", card.name, error)
        with suppress(OSError):
            making.unlink(missing_ok=True)


def _remembered() -> LiveState | None:
    """What was live last, with items as they were when it was made; none where nothing was."""
    try:
        said = orjson.loads(_memory().read_bytes())
        folder = Path(settings().data_folder) / "versions"
        live = _opened(folder, said["name"], said["best"], None)
    except (OSError, ValueError, EngineRefusal):
        return None
    log.warning("version %s answers as it was made: the database is down", live.name)
    return LiveState(
        live, -1, EventWeigher.of(settled_kinds()), standing(live, settings().serving.placements)
    )


def _memory() -> Path:
    return Path(settings().data_folder) / "live.json"


def forget() -> None:
    """Start over, as a new process would."""
    global _now, _looked
    _now, _looked = None, float("-inf")


def _followed(before: LiveState | None) -> LiveState | None:
    """What should answer now. Five queries where nothing has changed."""
    card = live_card()
    if card is None:
        return None
    changes, active = card_changes(since=before.revision if before else -1), active_experiments()
    if before and before.live.name == card.name and not (changes.cards or changes.whole):
        holding = _standing(before, before.live)
        return LiveState(before.live, changes.revision, EventWeigher.of(kinds()), holding, active)
    live = _live(before, card, changes.cards, whole=changes.whole)
    made = LiveState(
        live, changes.revision, EventWeigher.of(kinds()), _standing(before, live), active
    )
    _remember(card)
    return made


def _standing(before: LiveState | None, live: LiveRecommender) -> EffectivePlacements:
    """What was found out before, where neither the version nor what is said has changed."""
    said = placements()
    if before and before.live.name == live.name and before.standing.said == said:
        return before.standing
    return standing(live, said)


def with_version(state: LiveState, name: str) -> LiveState:
    """The same with another version, which answers nobody for that.

    Raises:
        NotFound: no such version.
        EngineRefusal: it cannot be opened.
    """
    card = version_named(name=name)
    if card.name == state.live.name:
        return state
    folder = Path(settings().data_folder) / "versions"
    return replace(state, live=_opened(folder, card.name, card.best, state.live.cards))


def _live(
    before: LiveState | None, card: VersionCard, cards: Mapping[str, ItemCard], *, whole: bool
) -> LiveRecommender:
    if before and before.live.name == card.name:
        return before.live.with_cards(cards, whole=whole)
    kept = {} if before is None or whole else before.live.cards
    folder = Path(settings().data_folder) / "versions"
    live = _opened(folder, card.name, card.best, {**kept, **cards}).warmed()
    log.info("version %s answers", card.name)
    return live if before is None else live.as_ready_as(before.live)


def _opened(
    folder: Path, name: str, best: str, cards: Mapping[str, ItemCard] | None
) -> LiveRecommender:
    serving = settings().serving
    return LiveRecommender.load(
        folder,
        name,
        best,
        cards,
        exploration=serving.exploration,
        draws=serving.exploration_draws,
    )
