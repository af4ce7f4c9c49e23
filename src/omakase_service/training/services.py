"""Training: asked for, done by a worker or at once, put into the registry of versions.

A command trains with `train(models=…, progress=…)`; a worker does what `start_run` enqueued. One of
them trains at a time, wherever: the snapshot has one writer.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from omakase_service.catalog.selectors import item_rows, revision, user_rows
from omakase_service.catalog.services import store_ratings
from omakase_service.events.engine import latest_credible
from omakase_service.events.selectors import (
    digest_of,
    digests_erased_after,
    kinds,
    last_erasure,
    numbers_between,
    oldest_seq,
    rating_means,
)
from omakase_service.events.store import forget_withdrawals, settled_seq, withdrawals
from omakase_service.jobs.contracts import JobContext, JobSkipped
from omakase_service.jobs.services import queue
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.contracts import ProgressCallback, nobody
from omakase_service.training import engine
from omakase_service.training.contracts import (
    TRAINING,
    BuiltVersion,
    LoggedList,
    TrainingParameters,
    TrainingPlan,
    VersionCard,
)
from omakase_service.training.promotion import gate_version, judge_later
from omakase_service.training.registry import list_readers
from omakase_service.training.selectors import (
    live_card,
    numbered_lines,
    run_by_id,
    version_by_name,
    version_of_run,
    versions,
)
from omakase_service.training.versions import (
    discard_strays,
    promote_version,
    register_version,
    snapshot_folder,
    tidy_quietly,
    versions_folder,
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
    progress: ProgressCallback = nobody,
) -> VersionCard:
    """Train here, as soon as nobody else does; the version, live when `promote`.

    Args:
        models: names, or names to knobs; by itself those of the settings.
        evaluate: judge the models first and let the best one answer.
        promote: make it live where the gate lets it, unless it is withheld.
        repeats: people take the same again, which counts as right; none: as the settings say.
        force: make it live whatever the gate says, and even where it is withheld.
        progress: hears every step, as (done, total, what comes next).

    Raises:
        OmakaseError: no such model or knob, no events, or they cannot be learnt from.
    """
    plan = planned(models, evaluate, repeats)
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
    plan = planned(models, evaluate, repeats)
    parameters = {**plan.as_dict(), "promote": "gate" if promote else "never"}
    return queue.enqueue(kind=TRAINING, parameters=parameters)


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
    plan = TrainingPlan(**chosen) if "models" in chosen else planned(None, True, None)
    lost: Mapping[str, str] = {}
    if entered is None:
        built = built_and_entered(context, plan)
        name, withheld, lost = built.name, built.withheld, built.lost_indexes
    else:
        name, withheld = entered.name, entered.withheld
    if entered is None or not (entered.verdict or entered.promoted):
        _decide(context, name, withheld, plan, parameters.promote, lost)
    tidy_quietly()
    return {"version": name}


def built_and_entered(context: JobContext, plan: TrainingPlan) -> BuiltVersion:
    """A new version on the disk and in the table; nothing is left of one that failed."""
    try:
        built = build_version(context, plan)
        context.assert_lease()
        register_version(built, job_id=context.job_id)
    except BaseException:
        discard_strays()
        raise
    return built


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
    if newest is None or newest.window.get("sequence") != settled_seq() or withdrawals():
        return
    forgotten = last_erasure()
    if newest.window.get("erasures", forgotten) == forgotten:
        raise JobSkipped(f"no event came in since version {newest.name} was trained")


def judge_on_later_events(*, live: VersionCard, other: VersionCard) -> Mapping[str, Any]:
    """The verdict on two saved versions by what people did after both; empty where nothing is."""
    export_new()
    return judge_later(live=live, other=other, plan=planned(None, True, None))


def export_new() -> dict[str, int]:
    """Bring the snapshot up to the store; up to where, as versions keep it in their window.

    The number of the last event, of the catalog's last change and of the last erasure.
    """
    erasures, until = last_erasure(), settled_seq()
    catalog = revision()  # what changes from here on is newer than the snapshot
    withdrawn = withdrawals()
    engine.export(
        folder=snapshot_folder(),
        lines=lambda after: numbered_lines(after=after, until=until),
        until=until,
        items=item_rows(),
        users=user_rows(),
        erasures=erasures,
        oldest=oldest_seq(),
        erased_after=forgotten_since,
        withdrawn=[(each.first, each.last) for each in withdrawn],
        numbers=numbers_between,
        since=learning_since(),
    )
    forget_withdrawals(done=withdrawn)
    return {"sequence": until, "catalog": catalog, "erasures": erasures}


def learning_since() -> float:
    """Unix seconds from which events are learnt from; 0: from the first."""
    days = settings().retention.snapshot_days
    return time.time() - days * 86_400 if days else 0.0


def build_version(context: JobContext, plan: TrainingPlan) -> BuiltVersion:
    """Export what is new into the snapshot, and write a version that has learnt all of it."""
    context.progress(0, 1, "exporting events")
    begun = timezone.now()
    store_ratings(means=rating_means())
    exported, live = export_new(), live_card()
    built = engine.build(
        snapshot=snapshot_folder(),
        kinds=kinds(),
        plan=plan,
        latest=latest_credible(int(begun.timestamp()), settings().events.future_seconds),
        folder=versions_folder(),
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
    return [each for _, reader in list_readers.items() for each in reader(MOST_LISTS)]


def forgotten_since(erasure: int) -> Callable[[str], bool]:
    """Whether a user of the snapshot was forgotten after an erasure, by its number."""
    digests = digests_erased_after(number=erasure)
    return lambda user: digest_of(user) in digests


def planned(
    models: Sequence[str] | Mapping[str, Mapping[str, Any]] | None,
    evaluate: bool,
    repeats: bool | None,
) -> TrainingPlan:
    """The plan for these models, its other fields from the settings.

    Raises:
        OmakaseError: no such model, or a knob that it does not have.
    """
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
