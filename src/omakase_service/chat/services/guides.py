"""The guide to the catalog, one a process, renewed when the catalog or its model has changed.

Learning a catalog takes seconds. The first who asks waits for it; after that the guide that is
there answers until its successor is ready: in a server a thread makes that, under another server or
in a command whoever asks does. While the database is down, what is there goes on answering.
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import Error

from omakase_service.catalog.contracts import ItemCard
from omakase_service.catalog.plain_rows import card_changes, item_rows
from omakase_service.chat.engine import Guide, guide_of
from omakase_service.platform.database import connection
from omakase_service.platform.nonblocking import require_thread
from omakase_service.serving import live_version
from omakase_settings import settings

log = logging.getLogger("omakase.chat")
MODEL = Path("dialog") / "model.npz"
"""In the data folder: the model of messages that `omakase dialog train` writes."""


@dataclass(frozen=True)
class CatalogGuide:
    """A guide with the cards of its items.

    Attributes:
        revision: of the catalog.
        model: path of the model of messages, and when it was written.
        checked: monotonic seconds of when the catalog was last looked at.
    """

    guide: Guide
    cards: Mapping[str, ItemCard]
    revision: int
    model: tuple[str, float]
    checked: float


_lock = threading.Lock()
_current: CatalogGuide | None = None


def current_guide() -> CatalogGuide:
    """The guide; the catalog is looked at again after `chat.refresh_seconds`.

    Raises:
        DatabaseError: the database is down and no guide was ever learnt.
    """
    current = _current
    if current is not None:
        if time.monotonic() - current.checked < settings().chat.refresh_seconds:
            return current
        if live_version.has_follower():
            _renew_beside()
            return current
    require_thread()
    if current is not None and not _lock.acquire(blocking=False):
        return current
    if current is None:
        _lock.acquire()
    try:
        return _renew()
    finally:
        _lock.release()


def forget_guide() -> None:
    """The next message learns the catalog anew."""
    global _current
    with _lock:
        _current = None


def model_path() -> Path:
    """Where the trained model of messages lies."""
    return settings().data_folder / MODEL


def _renew_beside() -> None:
    """Begin to look for what is new, unless somebody does."""
    if _lock.acquire(blocking=False):
        threading.Thread(target=_renew_and_close, name="omakase-guide", daemon=True).start()


def _renew_and_close() -> None:
    try:
        _renew()
    except Exception:  # what is there answers on, and the next who asks looks again
        log.exception("the guide to the catalog cannot be renewed")
    finally:
        connection.close()
        _lock.release()


def _renew() -> CatalogGuide:
    """What should answer now; the lock is ours."""
    global _current
    current = _current
    try:
        _current = _build_guide(current)
    except Error:
        if current is None:
            raise
        log.warning("the catalog is out of reach; the guide stays as it is", exc_info=True)
        _current = replace(current, checked=time.monotonic())
    return _current


def _build_guide(known: CatalogGuide | None) -> CatalogGuide:
    """A guide to the catalog as it is. One or two queries where nothing has changed."""
    path = model_path()
    model = (str(path), path.stat().st_mtime if path.exists() else 0.0)
    changes = card_changes(since=known.revision if known else -1)
    if known is None:
        guide = guide_of(item_rows(), path)
        return CatalogGuide(guide, changes.cards, changes.revision, model, time.monotonic())
    same_model = known.model == model
    if not (changes.cards or changes.whole) and same_model:
        return replace(known, revision=changes.revision, checked=time.monotonic())
    cards = changes.cards if changes.whole else {**known.cards, **changes.cards}
    guide = guide_of(item_rows(), path, known.guide, same_model=same_model)
    return CatalogGuide(guide, cards, changes.revision, model, time.monotonic())
