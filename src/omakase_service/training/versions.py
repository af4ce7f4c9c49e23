"""The registry of versions: entered, promoted, rolled back, tidied."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from omakase_service.jobs.services.worker import alone
from omakase_service.platform.contracts import ProgressCallback, nobody
from omakase_service.platform.exceptions import Conflict, NotFound
from omakase_service.training import engine
from omakase_service.training.contracts import TRAINING, BuiltVersion, Stage, VersionCard
from omakase_service.training.models import ModelVersion
from omakase_service.training.selectors import version_by_name
from omakase_settings import settings

log = logging.getLogger("omakase.training")


def versions_folder() -> Path:
    """Where versions lie."""
    return Path(settings().data_folder) / "versions"


def snapshot_folder() -> Path:
    """Where the columns lie that training reads."""
    return Path(settings().data_folder) / "snapshot"


def exported_seq() -> int:
    """Number of the last event that the snapshot holds; 0 where there is none to be read."""
    return engine.exported_sequence(snapshot_folder())


def register_version(built: BuiltVersion, *, job_id: int | None = None) -> None:
    """Enter a version that lies on the disk into the table, as a candidate.

    Args:
        job_id: of the run that made it; a run enters one version, however often it is begun.
    """
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
        name = make(versions_folder())
        row = ModelVersion.objects.get(name=like)
        digest, size = engine.weighed(versions_folder() / name)
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
    before = ModelVersion.objects.filter(stage=Stage.RETIRED, promoted__isnull=False)
    name = before.order_by("-retired", "-pk").values_list("name", flat=True).first()
    if name is None:
        raise Conflict("no version answered before the live one")
    return promote_version(name=name, force=True)


def tidy() -> tuple[str, ...]:
    """Delete old versions from the disk and the table, never the live one; which they were.

    With the lease only: what another is writing looks like what a killed process left behind.
    """
    live = ModelVersion.objects.filter(stage=Stage.LIVE).values_list("name", flat=True)
    gone = engine.delete(
        folder=versions_folder(),
        keep=settings().training.keep_versions,
        protect=list(live),
        now=timezone.now(),
    )
    ModelVersion.objects.filter(name__in=gone).delete()
    return gone


def discard_strays() -> None:
    """Delete versions that lie on the disk and in no table; with the lease, nobody writes one."""
    known = list(ModelVersion.objects.values_list("name", flat=True))
    engine.discard(folder=versions_folder(), keep=known)


def tidy_quietly() -> None:
    """Tidy where the system lets us: Windows keeps the files of a version that is open."""
    try:
        tidy()
    except OSError:
        log.exception("old versions could not be deleted")
