"""Training: asked for, done by a worker or at once, put into the registry of versions.

A command trains with `train(models=…, progress=…)`; a worker does what `start_run` enqueued. One of
them trains at a time, wherever: the snapshot has one writer.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from omakase_service.catalog.services import store_ratings
from omakase_service.events.engine import latest_credible
from omakase_service.events.selectors import kinds, last_erasure, last_erasure_before, rating_means
from omakase_service.events.store import settled_seq, withdrawals
from omakase_service.jobs.contracts import JobContext, JobSkipped, NoParameters
from omakase_service.jobs.services import queue
from omakase_service.jobs.services.worker import alone, run_now
from omakase_service.platform.contracts import ProgressCallback, nobody
from omakase_service.training import engine
from omakase_service.training.contracts import (
    TRAINING,
    UPDATES,
    WHOLE_SEQUENCE,
    BuiltVersion,
    LoggedList,
    TrainingParameters,
    TrainingPlan,
    VersionCard,
)
from omakase_service.training.exporting import export_new
from omakase_service.training.promotion import gate_update, gate_version, judge_later, recipe_of
from omakase_service.training.registry import list_readers
from omakase_service.training.selectors import (
    live_card,
    run_by_id,
    version_by_name,
    version_of_run,
    versions,
)
from omakase_service.training.shared_versions import fetch_version, versions_folder
from omakase_service.training.versions import (
    begin_version,
    delete_knowing,
    discard_strays,
    promote_version,
    register_version,
    snapshot_folder,
    tidy_quietly,
)
from omakase_settings import settings

log = logging.getLogger("omakase.training")
MOST_LISTS = 20_000
"""Newest clicked lists that rankers learn from."""


def train(
    *,
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    evaluate: bool = True,
    promote: bool = True,
    repeats: bool | None = None,
    force: bool = False,
    processes: int | None = None,
    progress: ProgressCallback = nobody,
) -> VersionCard:
    """Train here, as soon as nobody else does; the version, live when `promote`.

    Args:
        models: names, or names to knobs; by itself those of the settings.
        evaluate: judge the models first and let the best one answer.
        promote: make it live where the gate lets it, unless it is withheld.
        repeats: people take the same again, which counts as right; none: as the settings say.
        force: make it live whatever the gate says, and even where it is withheld.
        processes: that train one net together; none: as the settings say.
        progress: hears every step, as (done, total, what comes next).

    Raises:
        OmakaseError: no such model or knob, no events, or they cannot be learnt from.
    """
    plan = training_plan(models, evaluate, repeats, processes)
    how = "never" if force or not promote else "gate"
    parameters = {**plan.as_dict(), "promote": how}
    run_id = run_now(kind=TRAINING, parameters=parameters, listener=progress)
    version = version_by_name(name=run_by_id(run_id=run_id).version or "")
    if force and promote:
        log.warning("version %s is made live by force, past the gate", version.name)
        return promote_version(name=version.name, force=True)
    return version


def start_run(
    *,
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    evaluate: bool = True,
    repeats: bool | None = None,
    promote: bool = False,
) -> int:
    """Enqueue training; the run's number. Nothing is trained yet.

    Args:
        promote: let the gate decide whether the new version answers; else it stays a candidate.

    Raises:
        OmakaseError: no such model, or a knob that it does not have.
    """
    plan = training_plan(models, evaluate, repeats)
    parameters = {**plan.as_dict(), "promote": "gate" if promote else "never"}
    return queue.enqueue(kind=TRAINING, parameters=parameters)


def train_elsewhere(
    *,
    model: str,
    knobs: Mapping[str, Any],
    make: Callable[[Path, Path], str],
    promote: bool = False,
    progress: ProgressCallback = nobody,
) -> VersionCard:
    """A version that is made of the snapshot by somebody else, such as Spark; nobody judges it.

    Args:
        model: that answers where none is named, with its knobs.
        make: writes a version from the snapshot (the first folder) into the folder of versions
            (the second) and gives its name; nobody else trains meanwhile.
        promote: make it live at once.
    """
    with alone(TRAINING, progress):
        progress(0, 0, "exporting events")
        exported = export_new()
        with _whole_or_nothing():
            name = make(snapshot_folder(), versions_folder())
            recipe = {"model": model, "knobs": dict(knobs)}
            built = engine.describe_version(versions_folder() / name, best=model, recipe=recipe)
            register_version(replace(built, window={**built.window, **exported}))
        tidy_quietly()
    return promote_version(name=name) if promote else version_by_name(name=name)


def cancel_run(*, run_id: int) -> None:
    """Stop a run: at once where it waits, before its next step where it runs.

    Raises:
        NotFound: no such run.
        Conflict: the run is over.
    """
    run_by_id(run_id=run_id)
    queue.cancel(job_id=run_id)


def retry_run(*, run_id: int) -> int:
    """Enqueue the same once more; the new run's number.

    Raises:
        NotFound: no such run.
        Conflict: the run is not over, or it succeeded.
    """
    run_by_id(run_id=run_id)
    return queue.retry(job_id=run_id)


def train_job(context: JobContext, parameters: TrainingParameters) -> Mapping[str, str]:
    """Train what is asked for, or what the settings say; the gate decides whether it answers.

    A run whose process was killed after its version had been entered goes on from there.
    """
    chosen = parameters.model_dump(exclude_none=True, exclude={"promote"})
    entered = version_of_run(job_id=context.job_id)
    if entered is None and "models" not in chosen:
        skip_unless_new()
    plan = TrainingPlan(**chosen) if "models" in chosen else training_plan(None, True, None)
    lost: Mapping[str, str] = {}
    if entered is None:
        built = build_and_register(context, plan)
        name, withheld, lost = built.name, built.withheld, built.lost_indexes
    else:
        name, withheld = entered.name, entered.withheld
    if entered is None or not (entered.verdict or entered.promoted):
        _decide(context, name, withheld, plan, parameters.promote, lost)
    tidy_quietly()
    return {"version": name}


def build_and_register(context: JobContext, plan: TrainingPlan) -> BuiltVersion:
    """A new version on the disk and in the table; nothing is left of one that failed."""
    with _whole_or_nothing():
        return _register(context, build_version(context, plan))


def _register(context: JobContext, built: BuiltVersion) -> BuiltVersion:
    context.assert_lease()
    register_version(built, job_id=context.job_id)
    return built


@contextmanager
def _whole_or_nothing() -> Iterator[None]:
    """Leave nothing of a version on the disk that was not entered into the table."""
    try:
        yield
    except BaseException:
        discard_strays()
        raise


def _decide(
    context: JobContext,
    name: str,
    withheld: str,
    plan: TrainingPlan,
    promote: str,
    lost_indexes: Mapping[str, str],
) -> None:
    """Let a version answer where the gate does, or where it was asked for without one."""
    if promote == "gate" and settings().training.gate != "off":
        context.note("judging beside the live version")
        gate_version(name=name, plan=plan, lost_indexes=lost_indexes)
    elif promote != "never" and not withheld:
        promote_version(name=name)


def skip_unless_new() -> None:
    """Skip a scheduled training that would learn the same again.

    Raises:
        JobSkipped: no event came in or was taken back, and nobody was forgotten, since the newest
            version.
    """
    newest = next(iter(versions()), None)
    if newest is None or withdrawals():
        return
    if newest.window.get(WHOLE_SEQUENCE, newest.window.get("sequence")) != settled_seq():
        return
    forgotten = last_erasure()
    if newest.window.get("erasures", forgotten) == forgotten:
        raise JobSkipped(f"no event came in since version {newest.name} was trained")


def update_job(context: JobContext, parameters: NoParameters) -> Mapping[str, str]:
    """Bring the live version up to date; the gate judges it by the newest events.

    A run whose process was killed after its version had been entered goes on from there.
    """
    plan, entered = training_plan(None, True, None), version_of_run(job_id=context.job_id)
    if entered is None:
        live = _updatable()
        with _whole_or_nothing():
            name = _register(context, _update_live(context, plan, live)).name
    else:
        name = entered.name
    if entered is None or not (entered.verdict or entered.promoted):
        _decide_update(context, name, plan)
    tidy_quietly()
    return {"version": name}


def _decide_update(context: JobContext, name: str, plan: TrainingPlan) -> None:
    """Let the gate decide, where there is one and something to judge it by."""
    live = live_card()
    if live is None or settings().training.gate == "off":
        promote_version(name=name)
    else:
        context.note("judging beside the live version")
        gate_update(name=name, live=live, plan=plan)


def _updatable() -> VersionCard:
    """The live version, where it can be brought up to date.

    Raises:
        JobSkipped: it cannot, and why.
    """
    live, forgotten = live_card(), last_erasure()
    if live is None:
        raise JobSkipped("no version is live yet: train first")
    if live.window.get("erasures", forgotten) != forgotten or withdrawals():
        why = "somebody was forgotten, or events were taken back"
        raise JobSkipped(f"{why}, since version {live.name}: the next training leaves them out")
    if live.window.get("sequence") == settled_seq():
        raise JobSkipped(f"no event came in since version {live.name} was made")
    return live


def _update_live(context: JobContext, plan: TrainingPlan, live: VersionCard) -> BuiltVersion:
    """Export what is new into the snapshot, and write a version that goes on from the live one."""
    context.progress(0, 1, "exporting events")
    begun = begin_version()
    exported = export_new()
    built = engine.update(
        snapshot=snapshot_folder(),
        kinds=kinds(),
        plan=plan,
        latest=latest_credible(int(begun.timestamp()), settings().events.future_seconds),
        folder=fetch_version(name=live.name),
        created=begun,
        hears=context.progress,
        live=live,
    )
    whole_sequence = live.window.get(WHOLE_SEQUENCE, live.window.get("sequence", 0))
    count = {UPDATES: live.window.get(UPDATES, 0) + 1, WHOLE_SEQUENCE: whole_sequence}
    return replace(built, window={**built.window, **exported, **count})


def forget_job(context: JobContext, parameters: NoParameters) -> Mapping[str, Any]:
    """Delete versions that learnt from people erased `retention.forgotten_days` ago, or earlier.

    Where the live one did, everything that it holds is trained anew, to answer in its place.
    """
    moment = time.time() - 86_400 * settings().retention.forgotten_days
    erasure = last_erasure_before(time=int(moment) + 1)
    gone = delete_knowing(erasure=erasure)
    live = live_card()
    if live is None or live.window.get("erasures", 0) >= erasure:
        return {"deleted": list(gone)}
    best = recipe_of(live)
    parts = engine.knobs_of(folder=fetch_version(name=live.name), name=live.name)
    models = {
        best["model"]: best["knobs"],
        **{n: k for n, k in parts.items() if n != best["model"]},
    }
    plan = training_plan(models, evaluate=False, repeats=None)
    run = queue.enqueue(kind=TRAINING, parameters={**plan.as_dict(), "promote": "always"})
    context.note(f"the live version {live.name} knows them: training run {run} replaces it")
    return {"deleted": list(gone), "run": run}


def judge_on_later_events(*, live: VersionCard, other: VersionCard) -> Mapping[str, Any]:
    """The verdict on two saved versions by what people did after both; empty where nothing is."""
    export_new()
    return judge_later(live=live, other=other, plan=training_plan(None, True, None))


def build_version(context: JobContext, plan: TrainingPlan) -> BuiltVersion:
    """Export what is new into the snapshot, and write a version that has learnt all of it."""
    context.progress(0, 1, "exporting events")
    begun = begin_version()
    store_ratings(means=rating_means())
    exported, live = export_new(), live_card()
    built = engine.build(
        snapshot=snapshot_folder(),
        kinds=kinds(),
        plan=plan,
        latest=latest_credible(int(begun.timestamp()), settings().events.future_seconds),
        folder=fetch_version(name=live.name) if live else versions_folder(),
        created=begun,  # who is forgotten from now on is still in it
        hears=context.progress,
        indexes_of=live.name if live else "",
        logged=logged_lists(plan),
    )
    return replace(built, window={**built.window, **exported})


def logged_lists(plan: TrainingPlan) -> list[LoggedList]:
    """Lists that were shown, the newest, for models that learn from them; none for others."""
    if not engine.learns_from_lists(plan):
        return []
    return [answer for _, reader in list_readers.items() for answer in reader(MOST_LISTS)]


def training_plan(
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None,
    evaluate: bool,
    repeats: bool | None,
    processes: int | None = None,
) -> TrainingPlan:
    """The plan for these models, its other fields from the settings.

    Raises:
        OmakaseError: no such model, or a knob that it does not have.
    """
    rules = settings().training
    return engine.plan_of(
        rules.models if models is None else models,
        processes=processes or rules.processes,
        k=rules.k,
        metric=rules.metric,
        seed=rules.seed,
        fade_days=rules.fade_days or None,
        evaluate=evaluate,
        repeats=rules.repeats if repeats is None else repeats,
    )
