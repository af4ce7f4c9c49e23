"""The guide to the catalog, one a process, renewed when the catalog or its model has changed."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from omakase_service.catalog.contracts import ItemCard
from omakase_service.catalog.selectors import card_changes, item_rows, revision
from omakase_service.chat.engine import Guide, guide_of
from omakase_settings import settings

MODEL = Path("dialog") / "model.npz"
"""In the data folder: the model of messages that `omakase dialog train` writes."""


@dataclass(frozen=True)
class CatalogGuide:
    """A guide with the cards of its items.

    Attributes:
        key: folder, revision of the catalog, and when its model was written.
        looked: monotonic seconds of when the catalog was last looked at.
    """

    guide: Guide
    cards: Mapping[str, ItemCard]
    key: tuple[str, int, float]
    looked: float


_lock = threading.Lock()
_current: list[CatalogGuide] = []


def current_guide() -> CatalogGuide:
    """The guide; the catalog is looked at again after `chat.refresh_seconds`."""
    with _lock:
        known = _current[0] if _current else None
        now = time.monotonic()
        if known and now - known.looked < settings().chat.refresh_seconds:
            return known
        key = _key()
        if known is None or known.key != key:
            rows = item_rows()
            cards = card_changes(since=-1).cards
            known = CatalogGuide(guide_of(rows, model_path()), cards, key, now)
        _current[:] = [CatalogGuide(known.guide, known.cards, key, now)]
        return _current[0]


def forget_guide() -> None:
    """The next message learns the catalog anew."""
    with _lock:
        _current.clear()


def model_path() -> Path:
    """Where the trained model of messages lies."""
    return settings().data_folder / MODEL


def _key() -> tuple[str, int, float]:
    path = model_path()
    return str(path), revision(), path.stat().st_mtime if path.exists() else 0.0
