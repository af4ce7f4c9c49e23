"""The snapshot that training reads: brought up to the store, and looked at."""

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from omakase.data.dataset import Dataset
from omakase.data.snapshot import (
    EventRow,
    count_busy_days,
    damaged_parts,
    first_sequence,
    read_manifest,
    read_snapshot,
    user_ids,
    without_old,
    without_users,
    without_withdrawn,
    write_part,
    write_table,
)
from omakase.data.weighting import Weighting
from omakase.errors import UnreadableFile
from omakase_settings import settings


def export(
    *,
    folder: Path,
    lines: Callable[[int], Iterable[EventRow]],
    until: int,
    items: Sequence[Mapping[str, Any]],
    users: Sequence[Mapping[str, Any]],
    erasures: int = 0,
    oldest: int = 0,
    erased_after: Callable[[int], Callable[[str], bool]] | None = None,
    withdrawn: Collection[tuple[int, int]] = (),
    numbers: Callable[[int, int], Collection[int]] | None = None,
    since: float = 0.0,
) -> None:
    """Bring the snapshot that training reads up to the store: new events, all items and users.

    A snapshot that has seen more events than the store holds is of another store, and one from
    before somebody was forgotten still knows them; either is made anew, and so is one whose
    manifest cannot be read. One export at a time.

    Args:
        lines: the events behind a number, in order.
        until: number of the store's last event.
        erasures: number of the last person who was forgotten.
        oldest: number of the first event that the store still has. A snapshot with older ones has
            what the store keeps no longer: people are taken out of it instead of making it anew.
        erased_after: from the number of an erasure to whether a user of the snapshot was forgotten
            since.
        withdrawn: first and last number of events that were taken back (an import, a row of
            somebody's database): they leave the snapshot.
        numbers: of the store's events behind one number, up to another.
        since: Unix seconds from which events are kept; 0: all.
    """
    forgotten = folder.with_name(f"{folder.name}.erasures")
    seen = int(forgotten.read_text() or -1) if forgotten.exists() else 0
    if folder.exists() and _last_sequence(folder) > until:
        shutil.rmtree(folder)
    elif folder.exists() and seen != erasures:
        if erased_after is not None and seen < erasures and first_sequence(folder) < oldest:
            gone = erased_after(seen)
            without_users(folder, [user for user in user_ids(folder) if gone(user)])
        else:
            shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    forgotten.write_text(str(erasures))
    if withdrawn and numbers is not None:
        without_withdrawn(folder, withdrawn, numbers)
    write_part(folder, lines(read_manifest(folder).last_sequence))
    if since:
        without_old(folder, since)
    write_table(folder, "items", items)
    write_table(folder, "users", users)


def exported_sequence(folder: Path) -> int:
    """Number of the last event in a snapshot; 0 where there is none that can be read."""
    try:
        return read_manifest(folder).last_sequence
    except UnreadableFile:
        return 0


def damaged_snapshot(folder: Path) -> list[str]:
    """What is wrong with the snapshot's files; nothing where there is none."""
    try:
        return damaged_parts(folder)
    except UnreadableFile as error:
        return [str(error)]


def _last_sequence(folder: Path) -> float:
    """Number of the last event in a snapshot; beyond all others where nobody can tell."""
    try:
        return read_manifest(folder).last_sequence
    except UnreadableFile:
        return float("inf")


def read_people(snapshot: Path, weighting: Weighting, latest: int) -> Dataset:
    """What people did, without the days on which somebody did more than anybody can."""
    most = settings().training.person_day_events
    return read_snapshot(snapshot, weighting=weighting, latest=latest, person_day_most=most)


def busy_words(snapshot: Path) -> list[str]:
    """What was left out of it for that reason, in words; nothing where nothing was."""
    most = settings().training.person_day_events
    people, events = count_busy_days(snapshot, most)
    if not events:
        return []
    whose = "one person" if people == 1 else f"{people:,} people"
    return [
        f"{events:,} events of {whose} are not learnt from: more than {most:,} on one day, which "
        "no person makes. See `omakase events suspects`, and training.person_day_events."
    ]
