"""The shelf of this installation, which may be away: then the log answers, and nothing is lost."""

import logging
import threading
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from omakase_service.online_store.contracts import (
    ALL,
    OnlineStore,
    OnlineStoreDown,
    PastRow,
    StoreEntry,
    join_profile,
    past_bytes,
    past_columns,
    split_profile,
)
from omakase_service.online_store.file_store import FileStore
from omakase_service.online_store.redis_store import RedisStore
from omakase_service.platform import notifications
from omakase_settings import settings

log = logging.getLogger("omakase.online")
MISSED_MOST = 10_000

_missed: set[str] = set()
"""Keys whose change the shelf did not hear of; it is told before anything else is asked of it."""

_lock = threading.Lock()


def shelf() -> OnlineStore:
    """By settings: Redis where there is one, else a file in the data folder."""
    config = settings()
    url = config.redis_url.get_secret_value() if config.redis_url else ""
    return _shelf(url, str(config.data_folder), config.online.people)


def read(keys: list[str]) -> list[StoreEntry] | None:
    """What is at hand; none where the shelf is away."""
    try:
        _catch_up()
        return shelf().read(keys)
    except OnlineStoreDown as error:
        log.warning("the shelf is away: %s", error)
        return None


def keep(key: str, value: bytes, *, since: int) -> int:
    """Keep what was read of a person; its revision, 0 where it could not be kept."""
    try:
        _catch_up()
        return shelf().keep(key, value, since=since, seconds=settings().online.seconds)
    except OnlineStoreDown as error:
        log.warning("the shelf is away: %s", error)
        return 0


def changing(keys: Iterable[str]) -> None:
    """A write about these people begins: until it ends, the log is asked.

    `invalidate` ends it; a writer that dies is forgotten after `online.unsettled_seconds`.
    """
    _tell(list(keys), unsettled=settings().online.unsettled_seconds)


def invalidate(keys: Iterable[str]) -> None:
    """A write about these people is on the disk; what was known of them is old."""
    key_list = list(keys)
    _tell(key_list, unsettled=0.0)
    notifications.tell(key_list)


def put(key: str, value: bytes) -> None:
    """What is known of a person while the log is down."""
    try:
        shelf().put(key, value)
    except OnlineStoreDown as error:
        log.warning("the shelf is away: %s", error)


def add(key: str, rows: list[list[Any]]) -> None:
    """Add events to what is at hand of a person, while the log is down.

    Args:
        rows: (item id, kind, value, Unix seconds), in the order of their time.
    """
    entries = read([key])
    about, past = split_profile(entries[0].value if entries else None)
    every: list[PastRow] = sorted([*past_columns(past).rows(), *rows], key=itemgetter(3))
    put(key, join_profile(about, past_bytes(every)))


def forget(keys: Iterable[str]) -> None:
    """Leave nothing of these people.

    Raises:
        ShelfDown: it cannot be promised.
    """
    gone = list(keys)
    with _lock:
        _missed.difference_update(gone)
    shelf().forget(gone)


def overwrite_forgotten() -> None:
    """Leave no bytes of people who were forgotten, also where a file would keep some.

    Raises:
        ShelfDown: it is not possible now.
    """
    shelf().overwrite_forgotten()


def invalidate_all() -> None:
    """Whatever is at hand of anybody is old, and so is every answer that was kept."""
    try:
        shelf().stale_all()
        shelf().stale([ALL])
    except OnlineStoreDown as error:
        log.warning("the shelf is away: %s", error)
        with _lock:
            _missed.add(ALL)


def _tell(keys: list[str], *, unsettled: float) -> None:
    if not keys:
        return
    try:
        _catch_up()
        shelf().stale(keys, unsettled=unsettled)
    except OnlineStoreDown as error:
        log.warning("the shelf is away: %s", error)
        with _lock:
            _missed.update(keys if len(_missed) < MISSED_MOST else [ALL])


def _catch_up() -> None:
    """Tell the shelf what it missed."""
    if not _missed:
        return
    with _lock:
        missed = sorted(_missed)
    if ALL in missed or len(missed) >= MISSED_MOST:
        shelf().stale_all()
    shelf().stale(missed)
    with _lock:
        _missed.difference_update(missed)


@lru_cache(maxsize=4)
def _shelf(url: str, folder: str, people: int) -> OnlineStore:
    if url:
        return RedisStore(url)
    return FileStore(Path(folder) / "online.sqlite3", most=people)
