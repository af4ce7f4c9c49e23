"""Versions on the disk: deleted, discarded, looked at for damage."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from omakase.artifacts.versions import VersionStore, damaged_files
from omakase.build.index import drop_place, places
from omakase.errors import OmakaseError
from omakase.registry import version_store

log = logging.getLogger("omakase.training")


def delete(*, folder: Path, keep: int, protect: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Remove all but the newest `keep` and the protected versions, and what was never finished.

    One trains or deletes at a time. Gives the names of the versions that are gone.
    """
    store = version_store(folder)
    store.sweep(now)
    return delete_versions(store, keep, protect)


def delete_versions(store: VersionStore, keep: int, protect: Collection[str]) -> tuple[str, ...]:
    """Remove versions, and what only they held in stores of vectors; the names of the removed."""
    paths_before = {name: _places(store, name) for name in store.names()}
    gone = store.prune(keep, protect=protect)
    used = [path for name in store.names() for path in paths_before.get(name, ())]
    for kind, config in (path for name in gone for path in paths_before[name]):
        if (kind, config) not in used:
            _drop(kind, config)
    return gone


def _places(store: VersionStore, name: str) -> list[tuple[str, Any]]:
    """Where the vectors of a version lie outside of it; nowhere where it cannot be read."""
    try:
        return places(store.open(name, verify="size", tolerant=True))
    except OmakaseError:
        return []


def _drop(kind: str, config: Any) -> None:
    try:
        drop_place(kind, config)
    except OmakaseError as error:  # a store that is away; its place is left behind
        log.warning("the vectors of a deleted version stay where they are: %s", error)


def discard(*, folder: Path, keep: Collection[str]) -> None:
    """Remove all versions but those of these names."""
    delete_versions(version_store(folder), 0, keep)


def damaged_versions(folder: Path) -> dict[str, list[str]]:
    """Each version, oldest first, to what is wrong with its files; all of them are hashed."""
    damage: dict[str, list[str]] = {}
    for name in version_store(folder).names():
        try:
            damage[name] = damaged_files(folder / name)
        except OmakaseError as error:
            damage[name] = [str(error)]
    return damage
