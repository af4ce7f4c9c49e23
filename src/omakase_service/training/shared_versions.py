"""Versions that several machines answer with: in a store that all reach, or in a shared folder.

Each machine keeps those that it has opened in a folder of its own; what was fetched is marked, so
that it goes again when the table has forgotten it.
"""

import logging
import shutil
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from omakase_service.training.engine import DamagedVersion, ObjectStore
from omakase_settings import settings

log = logging.getLogger("omakase.training")
MARK = ".fetched-"


def versions_folder() -> Path:
    """Where versions lie on this machine."""
    return settings().versions.folder or Path(settings().data_folder) / "versions"


def fetch_version(*, name: str) -> Path:
    """The folder of versions, with this one in it where the store has it.

    Raises:
        StoreError: it is not here, and the store cannot be reached.
        ArtifactError: what came is damaged, or cannot be written.
        UnknownName: it is neither here nor in the store.
    """
    folder, store = versions_folder(), shared_store()
    if store is None or (folder / name).is_dir():
        return folder
    log.info("version %s is fetched from %s", name, store.url)
    try:
        store.pull(name, folder / name)
    except DamagedVersion:
        if not (folder / name).is_dir():  # another process of this machine was quicker
            raise
    (folder / f"{MARK}{name}").touch()
    return folder


def share_version(*, name: str) -> None:
    """Send a version to the store, where there is one, before anybody hears of it.

    Raises:
        StoreError: the store cannot be reached.
    """
    if (store := shared_store()) is not None:
        size = store.push(versions_folder() / name)
        log.info("version %s was sent to %s: %s bytes", name, store.url, f"{size:,}")


def delete_shared(*, keep: Collection[str]) -> None:
    """Delete from the store what is not among these; nothing where there is no store.

    Raises:
        StoreError: the store cannot be reached.
    """
    if (store := shared_store()) is not None:
        for name in set(store.names()) - set(keep):
            store.delete(name)


def delete_fetched(*, keep: Collection[str]) -> None:
    """Delete from this machine what was fetched and is not among these."""
    folder = versions_folder()
    for mark in folder.glob(f"{MARK}*"):
        name = mark.name.removeprefix(MARK)
        if name not in keep:
            shutil.rmtree(folder / name, ignore_errors=True)
            mark.unlink(missing_ok=True)


def shared_store() -> ObjectStore | None:
    """The store that the settings name; none where they name none."""
    rules = settings().versions
    return _store_at(rules.url, rules.endpoint) if rules.url else None


@lru_cache(maxsize=4)
def _store_at(url: str, endpoint: str) -> ObjectStore:
    return ObjectStore(url, endpoint)
