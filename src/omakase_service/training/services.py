"""Writes of the app: runs, versions, what is live.

A command trains with `train(models=…, progress=…)`; a worker with `claim_run` and `execute_run`.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from omakase_service.catalog.selectors import item_rows, user_rows
from omakase_service.events.log import settled_seq
from omakase_service.events.selectors import kinds
from omakase_service.platform.contracts import Hears, nobody
from omakase_service.platform.refusals import Conflict, NotFound
from omakase_service.training import engine
from omakase_service.training.contracts import (
    Built,
    Plan,
    Stage,
    State,
    VersionCard,
)
from omakase_service.training.models import ModelVersion, Run
from omakase_service.training.selectors import (
    numbered_lines,
    run_numbered,
    version_named,
)
from omakase_settings import settings

log = logging.getLogger("omakase.training")


class RunCancelled(Exception):
    """Somebody asked a run to stop; raised between its steps."""


def versions_folder() -> Path:
    """Where versions lie."""
    return Path(settings().data_folder) / "versions"


def snapshot_folder() -> Path:
    """Where the columns lie that training reads."""
    return Path(settings().data_folder) / "snapshot"


def train(
    *,
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    evaluate: bool = True,
    promote: bool = True,
    progress: Hears = nobody,
) -> VersionCard:
    """Train here and now; the version, live when `promote`.

    Args:
        models: names, or names to knobs; by itself those of the settings.
        evaluate: judge the models first and let the best one answer.
        promote: make it live at once.
        progress: hears every step, as (done, total, what comes next).

    Raises:
        OmakaseError: no such model or knob, no events, or they cannot be learnt from.
    """
    run_id = start_run(models=models, evaluate=evaluate)
    execute_run(run_id=run_id, progress=progress, reraise=True)
    name = run_numbered(run_id=run_id).version
    if promote and name:
        promote_version(name=name)
    return version_named(name=name or "")


def start_run(
    *,
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    evaluate: bool = True,
) -> int:
    """Ask for training; the run's number. Nothing is trained yet.

    Raises:
        OmakaseError: no such model, or a knob that it does not have.
    """
    rules = settings().training
    plan = engine.plan_of(
        rules.models if models is None else models,
        k=rules.k,
        metric=rules.metric,
        seed=rules.seed,
        fade_days=rules.fade_days or None,
        evaluate=evaluate,
    )
    return Run.objects.create(plan=plan.as_dict()).pk


def claim_run() -> int | None:
    """The number of a waiting run that is now this caller's alone; none where none waits."""
    for run_id in (
        Run.objects.filter(state=State.QUEUED).order_by("pk").values_list("pk", flat=True)
    ):
        if _take(run_id):
            return run_id
    return None


def execute_run(*, run_id: int, progress: Hears = nobody, reraise: bool = False) -> None:
    """Do a waiting or claimed run to its end. What goes wrong is written into the run.

    Args:
        reraise: also raise what went wrong, for callers who show it themselves.

    Raises:
        Conflict: the run is over.
        NotFound: no such run.
    """
    if run_numbered(run_id=run_id).state is not State.RUNNING and not _take(run_id):
        raise Conflict(f"run {run_id} is {run_numbered(run_id=run_id).state.value}")
    try:
        _finish(run_id, _trained(run_id, progress))
    except RunCancelled:
        _end(run_id, State.CANCELLED)
    except Exception as error:
        log.exception("run %s failed", run_id)
        _end(run_id, State.FAILED, f"{type(error).__name__}: {error}")
        if reraise:
            raise


def cancel_run(*, run_id: int) -> None:
    """Stop a run: at once where it waits, before its next step where it runs.

    Raises:
        NotFound: no such run.
        Conflict: the run is over.
    """
    state = run_numbered(run_id=run_id).state
    waiting = Run.objects.filter(pk=run_id, state=State.QUEUED)
    if waiting.update(state=State.CANCELLED, finished=timezone.now()):
        return
    if not Run.objects.filter(pk=run_id, state=State.RUNNING).update(cancel_asked=True):
        raise Conflict(f"run {run_id} is {state.value}")


@transaction.atomic
def promote_version(*, name: str) -> VersionCard:
    """Let this version answer from now on; the one before retires. No process is restarted.

    Raises:
        NotFound: no such version.
    """
    now = timezone.now()
    live = ModelVersion.objects.select_for_update().filter(stage=Stage.LIVE)
    live.exclude(name=name).update(stage=Stage.RETIRED, retired=now)
    chosen = ModelVersion.objects.filter(name=name)
    if not chosen.update(stage=Stage.LIVE, promoted=now, retired=None):
        raise NotFound(f"no version {name!r}")
    return version_named(name=name)


@transaction.atomic
def roll_back() -> VersionCard:
    """Let the version answer that answered before the live one.

    Raises:
        Conflict: there is none.
    """
    before = ModelVersion.objects.filter(stage=Stage.RETIRED, promoted__isnull=False)
    name = before.order_by("-retired", "-pk").values_list("name", flat=True).first()
    if name is None:
        raise Conflict("no version answered before the live one")
    return promote_version(name=name)


def tidy() -> tuple[str, ...]:
    """Delete old versions from the disk and the table, never the live one; which they were."""
    live = ModelVersion.objects.filter(stage=Stage.LIVE).values_list("name", flat=True)
    gone = engine.delete(
        folder=versions_folder(), keep=settings().training.keep_versions, protect=list(live)
    )
    ModelVersion.objects.filter(name__in=gone).delete()
    return gone


def _take(run_id: int) -> bool:
    """Whether the run is ours now: one statement, so that only one of many callers gets it."""
    waiting = Run.objects.filter(pk=run_id, state=State.QUEUED)
    return waiting.update(state=State.RUNNING, started=timezone.now()) == 1


def _trained(run_id: int, progress: Hears) -> Built:
    plan = Plan(**run_numbered(run_id=run_id).plan)

    def hears(done: int, total: int, step: str) -> None:
        _note(run_id, done, total, step)
        progress(done, total, step)

    hears(0, 1, "exporting events")
    until = settled_seq()
    engine.export(
        folder=snapshot_folder(),
        lines=lambda after: numbered_lines(after=after, until=until),
        until=until,
        items=item_rows(),
        users=user_rows(),
    )
    return engine.build(
        snapshot=snapshot_folder(),
        kinds=kinds(),
        plan=plan,
        folder=versions_folder(),
        created=timezone.now(),
        hears=hears,
    )


def _note(run_id: int, done: int, total: int, step: str) -> None:
    line = f"{timezone.now():%H:%M:%S} {step}\n"
    mine = Run.objects.filter(pk=run_id)
    mine.update(done=done, total=total, step=step, log=Concat(F("log"), Value(line)))
    if mine.filter(cancel_asked=True).exists():
        raise RunCancelled


@transaction.atomic
def _finish(run_id: int, built: Built) -> None:
    version = ModelVersion.objects.create(
        name=built.name,
        best=built.best,
        measures={name: dict(figures) for name, figures in built.models.items()},
        table=dict(built.table),
        window=dict(built.window),
        path=str(versions_folder() / built.name),
        digest=built.digest,
        size_bytes=built.size_bytes,
    )
    Run.objects.filter(pk=run_id).update(version=version)
    _end(run_id, State.SUCCEEDED)


def _end(run_id: int, state: State, error: str = "") -> None:
    Run.objects.filter(pk=run_id).update(state=state, error=error, finished=timezone.now())
