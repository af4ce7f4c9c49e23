"""The registry of versions: entered, promoted, rolled back, tidied."""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from omakase_service.jobs.services.worker import alone
from omakase_service.platform.contracts import ProgressCallback, nobody
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Conflict, NotFound
from omakase_service.training import engine
from omakase_service.training.contracts import TRAINING, UPDATES, BuiltVersion, Stage, VersionCard
from omakase_service.training.models import ModelVersion
from omakase_service.training.selectors import version_by_name
from omakase_service.training.shared_versions import (
    delete_fetched,
    delete_shared,
    fetch_version,
    share_version,
    shared_store,
    versions_folder,
)
from omakase_settings import settings

log = logging.getLogger("omakase.training")
KEPT_UPDATES = 2
"""Versions brought up to date that are kept, for a roll-back; beside them whole trainings are."""


def snapshot_folder() -> Path:
    """Where the columns lie that training reads."""
    return Path(settings().data_folder) / "snapshot"


def exported_seq() -> int:
    """Number of the last event that the snapshot holds; 0 where there is none to be read."""
    return engine.exported_sequence(snapshot_folder())


def begin_version() -> datetime:
    """The moment that a version which is begun now bears, and is called after.

    Machines that share a store lack each other's folders: what another has begun in this second
    is known from the table alone, and the next one is taken.
    """
    moment = timezone.now()
    while shared_store() is not None and ModelVersion.objects.filter(
        name__startswith=f"{moment:%Y%m%d-%H%M%S}"
    ):
        moment += timedelta(seconds=1)
    return moment


def register_version(built: BuiltVersion, *, job_id: int | None = None) -> None:
    """Enter a version that lies on the disk into the table, as a candidate.

    Args:
        job_id: of the run that made it; a run enters one version, however often it is begun.

    Raises:
        StoreError: the machines share a store, and it cannot be reached.
    """
    share_version(name=built.name)
    ModelVersion.objects.create(
        name=built.name,
        best=built.best,
        measures={name: dict(figures) for name, figures in built.models.items()},
        table=dict(built.table),
        window=dict(built.window),
        path=str(versions_folder() / built.name),
        digest=built.digest,
        size_bytes=built.size_bytes,
        remarks=list(built.remarks),
        withheld=built.withheld,
        recipe=dict(built.recipe),
        curves={name: list(points) for name, points in built.curves.items()},
        job=job_id,
    )


@transaction.atomic
def promote_version(*, name: str, force: bool = False) -> VersionCard:
    """Let this version answer from now on; the one before retires. No process is restarted.

    Raises:
        NotFound: no such version.
        Conflict: it is withheld, and nobody insists.
    """
    if not force and (reason := version_by_name(name=name).withheld):
        raise Conflict(f"version {name} is withheld: {reason}; force it, or train again")
    now = timezone.now()
    live = ModelVersion.objects.select_for_update().filter(stage=Stage.LIVE)
    live.exclude(name=name).update(stage=Stage.RETIRED, retired=now)
    chosen = ModelVersion.objects.filter(name=name)
    if not chosen.update(stage=Stage.LIVE, promoted=now, retired=None):
        raise NotFound(f"no version {name!r}")
    return version_by_name(name=name)


def add_version(
    *,
    like: str,
    make: Callable[[Path], str],
    promote: bool = True,
    progress: ProgressCallback = nobody,
) -> VersionCard:
    """A version made of another on the disk takes its place in the table, as good as that one.

    Args:
        like: name of the version that it was made of.
        make: writes it into the folder of versions and gives its name; nobody trains meanwhile.
        promote: make it live at once.

    Raises:
        NotFound: no version `like`.
    """
    version_by_name(name=like)
    with alone(TRAINING, progress):
        name = make(fetch_version(name=like))
        share_version(name=name)
        row = ModelVersion.objects.get(name=like)
        digest, size = engine.checksum_and_size(versions_folder() / name)
        ModelVersion.objects.create(
            name=name,
            best=row.best,
            measures=row.measures,
            table=row.table,
            window=row.window,
            path=str(versions_folder() / name),
            digest=digest,
            size_bytes=size,
            remarks=row.remarks,
            withheld=row.withheld,
            recipe=row.recipe,
            curves=row.curves,
        )
    return promote_version(name=name, force=True) if promote else version_by_name(name=name)


def note_shadow(*, name: str, figures: Mapping[str, Any]) -> None:
    """Keep with a version how it answered in the shadow of the live one, beside its verdict."""
    row = ModelVersion.objects.get(name=name)
    ModelVersion.objects.filter(name=name).update(verdict={**row.verdict, "shadow": dict(figures)})


def note_trade_off(*, name: str, model: str, figures: Mapping[str, Any]) -> None:
    """Keep with a version what varied lists of one of its models cost, beside its verdict."""
    row = ModelVersion.objects.get(name=name)
    trade_offs = {**(row.verdict.get("trade_off") or {}), model: dict(figures)}
    ModelVersion.objects.filter(name=name).update(verdict={**row.verdict, "trade_off": trade_offs})


def note_verdict(*, name: str, verdict: Mapping[str, Any]) -> None:
    """Keep with a version what was found of it."""
    ModelVersion.objects.filter(name=name).update(verdict=dict(verdict))


@transaction.atomic
def roll_back(*, live: str = "") -> VersionCard:
    """Let the version answer that answered before the live one.

    Args:
        live: roll back only if this one is live still.

    Raises:
        Conflict: there is none, or another one is live.
    """
    if live and not ModelVersion.objects.filter(name=live, stage=Stage.LIVE).exists():
        raise Conflict(f"version {live} is not live any more")
    retired = ModelVersion.objects.filter(stage=Stage.RETIRED, promoted__isnull=False)
    name = retired.order_by("-retired", "-pk").values_list("name", flat=True).first()
    if name is None:
        raise Conflict("no version answered before the live one")
    return promote_version(name=name, force=True)


def tidy() -> tuple[str, ...]:
    """Delete old versions from the disk and the table, never the live one; which they were.

    With the lease only: what another is writing looks like what a killed process left behind.
    """
    if shared_store() is not None:
        return _delete_but(_kept_names(live_counts=False))
    gone = engine.delete(
        folder=versions_folder(), keep=0, protect=_kept_names(live_counts=True), now=timezone.now()
    )
    ModelVersion.objects.filter(name__in=gone).delete()
    return gone


def delete_knowing(*, erasure: int) -> tuple[str, ...]:
    """Delete versions but the live one that were trained before an erasure; which they were."""
    rows = ModelVersion.objects.all()
    names = [
        row.name
        for row in rows
        if row.stage == Stage.LIVE or row.window.get("erasures", 0) >= erasure
    ]
    return _delete_but(names)


def _kept_names(*, live_counts: bool) -> list[str]:
    """The live version, the newest trainings, and of the updates since the oldest of them a few.

    Args:
        live_counts: whether the live version is one of the trainings that are kept.
    """
    rows = list(ModelVersion.objects.order_by("-created", "-pk"))
    live = [row for row in rows if row.stage == Stage.LIVE]
    trained = [
        row for row in rows if UPDATES not in row.window and (live_counts or row not in live)
    ]
    trained = trained[: settings().training.keep_versions]
    oldest = trained[-1].created if trained else None
    updates = [
        row for row in rows if UPDATES in row.window and (oldest is None or row.created > oldest)
    ]
    return [row.name for row in {*live, *trained, *updates[:KEPT_UPDATES]}]


def _delete_but(kept: Collection[str]) -> tuple[str, ...]:
    """Delete all versions but these, by the table; which they were.

    Where machines share a store, this one may lack versions that the store has.
    """
    rows = ModelVersion.objects.exclude(name__in=kept)
    gone = tuple(rows.values_list("name", flat=True))
    rows.delete()
    discard_strays()
    delete_shared(keep=kept)
    delete_fetched(keep=kept)
    return gone


def discard_strays() -> None:
    """Delete versions that lie on the disk and in no table; with the lease, nobody writes one."""
    names = list(ModelVersion.objects.values_list("name", flat=True))
    engine.discard(folder=versions_folder(), keep=names)


def tidy_quietly() -> None:
    """Tidy where the system lets us: Windows keeps the files of a version that is open."""
    try:
        tidy()
    except (OSError, engine.StoreError):
        log.exception("old versions could not be deleted")
