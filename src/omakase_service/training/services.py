"""Writes of the app: runs, versions, what is live.

A command trains with `train(models=…, progress=…)`; a worker does what was asked for by `start_run`
with `do_next_run`. One of them trains at a time: the snapshot has one writer. A run belongs to the
holder of the lease, so that one which nobody holds is known to be lost.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from omakase_service.catalog.selectors import item_rows, user_rows
from omakase_service.catalog.services import store_ratings
from omakase_service.events.engine import latest_believed
from omakase_service.events.selectors import kinds, last_erasure, rating_means
from omakase_service.events.store import settled_seq
from omakase_service.platform.contracts import ProgressCallback, nobody
from omakase_service.platform.exceptions import Conflict, NotFound
from omakase_service.training import engine
from omakase_service.training.contracts import BuiltVersion, Stage, State, TrainingPlan, VersionCard
from omakase_service.training.lease import held
from omakase_service.training.models import ModelVersion, Run
from omakase_service.training.selectors import (
    numbered_lines,
    run_numbered,
    version_named,
)
from omakase_settings import settings

log = logging.getLogger("omakase.deep.train")

LOST = "its process ended"
WAIT_SECONDS = 0.5
"""Between two looks whether another training is over."""


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
    repeats: bool | None = None,
    force: bool = False,
    progress: ProgressCallback = nobody,
) -> VersionCard:
    """Train here, as soon as nobody else does; the version, live when `promote`.

    Args:
        models: names, or names to knobs; by itself those of the settings.
        evaluate: judge the models first and let the best one answer.
        promote: make it live at once, unless it is withheld.
        repeats: people take the same again, which counts as right; none: as the settings say.
        force: make it live even where it is withheld.
        progress: hears every step, as (done, total, what comes next).

    Raises:
        OmakaseError: no such model or knob, no events, or they cannot be learnt from.
    """
    plan = _plan(models, evaluate, repeats)
    with _alone(progress):
        run_id = Run.objects.create(
            plan=plan.as_dict(), state=State.RUNNING, started=timezone.now()
        ).pk
        _execute(run_id, progress, reraise=True)
    version = version_named(name=run_numbered(run_id=run_id).version or "")
    if not promote or (version.withheld and not force):
        return version
    return promote_version(name=version.name, force=force)


def start_run(
    *,
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    evaluate: bool = True,
    repeats: bool | None = None,
) -> int:
    """Ask for training; the run's number. Nothing is trained yet.

    Raises:
        OmakaseError: no such model, or a knob that it does not have.
    """
    return Run.objects.create(plan=_plan(models, evaluate, repeats).as_dict()).pk


def retry_run(*, run_id: int) -> int:
    """Ask for the same once more; the new run's number.

    Raises:
        NotFound: no such run.
        Conflict: the run is not over, or it succeeded.
    """
    end_lost_runs()
    run = run_numbered(run_id=run_id)
    if run.state not in (State.FAILED, State.CANCELLED):
        raise Conflict(f"run {run_id} is {run.state.value}")
    return Run.objects.create(plan=run.plan).pk


def do_next_run(progress: ProgressCallback = nobody) -> int | None:
    """Do the oldest waiting run to its end; its number, none where none waits or another trains.

    What goes wrong is written into the run.
    """
    with held() as mine:
        if mine:
            _fail_lost()
            waiting = Run.objects.filter(state=State.QUEUED).order_by("pk")
            for run_id in waiting.values_list("pk", flat=True):
                if _take(run_id):
                    _execute(run_id, progress)
                    return run_id
    return None


def end_lost_runs() -> None:
    """Runs whose process ended before them have failed. One query where nothing runs."""
    if Run.objects.filter(state=State.RUNNING).exists():
        with held() as mine:
            if mine:
                _fail_lost()


def cancel_run(*, run_id: int) -> None:
    """Stop a run: at once where it waits, before its next step where it runs.

    Raises:
        NotFound: no such run.
        Conflict: the run is over.
    """
    end_lost_runs()
    state = run_numbered(run_id=run_id).state
    waiting = Run.objects.filter(pk=run_id, state=State.QUEUED)
    if waiting.update(state=State.CANCELLED, finished=timezone.now()):
        return
    if not Run.objects.filter(pk=run_id, state=State.RUNNING).update(cancel_asked=True):
        raise Conflict(f"run {run_id} is {state.value}")


@transaction.atomic
def promote_version(*, name: str, force: bool = False) -> VersionCard:
    """Let this version answer from now on; the one before retires. No process is restarted.

    Raises:
        NotFound: no such version.
        Conflict: it is withheld, and nobody insists.
    """
    if not force and (reason := version_named(name=name).withheld):
        raise Conflict(f"version {name} is withheld: {reason}; force it, or train again")
    now = timezone.now()
    live = ModelVersion.objects.select_for_update().filter(stage=Stage.LIVE)
    live.exclude(name=name).update(stage=Stage.RETIRED, retired=now)
    chosen = ModelVersion.objects.filter(name=name)
    if not chosen.update(stage=Stage.LIVE, promoted=now, retired=None):
        raise NotFound(f"no version {name!r}")
    return version_named(name=name)


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
    version_named(name=like)
    with _alone(progress):
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
        )
    return promote_version(name=name, force=True) if promote else version_named(name=name)


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


def _plan(
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None,
    evaluate: bool,
    repeats: bool | None,
) -> TrainingPlan:
    rules = settings().training
    return engine.plan_of(
        rules.models if models is None else models,
        k=rules.k,
        metric=rules.metric,
        seed=rules.seed,
        fade_days=rules.fade_days or None,
        evaluate=evaluate,
        repeats=rules.repeats if repeats is None else repeats,
    )


@contextmanager
def _alone(progress: ProgressCallback) -> Iterator[None]:
    """With the lease, however long another keeps it."""
    told = False
    while True:
        with held() as mine:
            if mine:
                _fail_lost()
                yield
                return
        if not told:
            progress(0, 1, "waiting for another training to end")
        told = True
        time.sleep(WAIT_SECONDS)


def _fail_lost() -> None:
    """Who holds the lease and has not begun knows that nothing runs."""
    lost = Run.objects.filter(state=State.RUNNING)
    if lost.update(state=State.FAILED, error=LOST, finished=timezone.now()):
        log.warning("a training run failed: %s", LOST)


def _execute(run_id: int, progress: ProgressCallback, reraise: bool = False) -> None:
    """Do a run that is ours to its end. What goes wrong is written into the run, or also raised."""
    try:
        _finish(run_id, _trained(run_id, progress))
        _tidied()
    except RunCancelled:
        _discard_unregistered()
        _end(run_id, State.CANCELLED)
    except Exception as error:
        _discard_unregistered()
        log.exception("run %s failed", run_id)
        _end(run_id, State.FAILED, f"{type(error).__name__}: {error}")
        if reraise:
            raise


def _discard_unregistered() -> None:
    """Delete versions that lie on the disk and in no table; with the lease, nobody writes one."""
    known = list(ModelVersion.objects.values_list("name", flat=True))
    engine.discard(folder=versions_folder(), keep=known)


def _tidied() -> None:
    """Tidy where the system lets us: Windows keeps the files of a version that is open."""
    try:
        tidy()
    except OSError:
        log.exception("old versions could not be deleted")


def _take(run_id: int) -> bool:
    """Whether the run is ours now: one statement, because somebody may cancel it meanwhile."""
    waiting = Run.objects.filter(pk=run_id, state=State.QUEUED)
    return waiting.update(state=State.RUNNING, started=timezone.now()) == 1


def _trained(run_id: int, progress: ProgressCallback) -> BuiltVersion:
    plan = TrainingPlan(**run_numbered(run_id=run_id).plan)

    def hears(done: int, total: int, step: str) -> None:
        _note(run_id, done, total, step)
        progress(done, total, step)

    hears(0, 1, "exporting events")
    begun, erasures, until = timezone.now(), last_erasure(), settled_seq()
    engine.export(
        folder=snapshot_folder(),
        lines=lambda after: numbered_lines(after=after, until=until),
        until=until,
        items=item_rows(),
        users=user_rows(),
        erasures=erasures,
    )
    store_ratings(means=rating_means())
    return engine.build(
        snapshot=snapshot_folder(),
        kinds=kinds(),
        plan=plan,
        latest=latest_believed(int(begun.timestamp()), settings().events.future_seconds),
        folder=versions_folder(),
        created=begun,  # who is forgotten from now on is still in it
        hears=hears,
    )


def _note(run_id: int, done: int, total: int, step: str) -> None:
    line = f"{timezone.now():%H:%M:%S} {step}\n"
    mine = Run.objects.filter(pk=run_id)
    mine.update(done=done, total=total, step=step, log=Concat(F("log"), Value(line)))
    if mine.filter(cancel_asked=True).exists():
        raise RunCancelled


@transaction.atomic
def _finish(run_id: int, built: BuiltVersion) -> None:
    version = ModelVersion.objects.create(
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
    )
    Run.objects.filter(pk=run_id).update(version=version)
    _end(run_id, State.SUCCEEDED)


def _end(run_id: int, state: State, error: str = "") -> None:
    running = Run.objects.filter(pk=run_id, state=State.RUNNING)
    running.update(state=state, error=error, finished=timezone.now())
